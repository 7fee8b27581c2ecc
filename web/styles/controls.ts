import { css } from "lit";

/** What every element's shadow root shares: box sizes, focus ring, buttons, fields, hidden words. */
export const controls = css`
  :host {
    box-sizing: border-box;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }

  :focus-visible {
    outline: 2px solid var(--parley-accent);
    outline-offset: 2px;
  }

  h1,
  h2,
  h3,
  p {
    margin: 0;
  }

  svg {
    inline-size: 1.125rem;
    block-size: 1.125rem;
    flex: none;
  }

  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-block-size: var(--parley-control);
    padding: 2px 12px;
    border: 1px solid var(--parley-line);
    border-radius: var(--parley-radius-small);
    background: var(--parley-panel);
    color: var(--parley-text);
    font: inherit;
    cursor: pointer;
    touch-action: manipulation;
  }

  button:hover {
    background: var(--parley-hover);
  }

  button:active {
    border-color: var(--parley-edge);
  }

  button.primary {
    border-color: var(--parley-accent);
    background: var(--parley-accent);
    color: var(--parley-on-accent);
    font-weight: 600;
  }

  button.primary:hover {
    border-color: var(--parley-accent-strong);
    background: var(--parley-accent-strong);
  }

  button.quiet {
    border-color: transparent;
    background: none;
    color: var(--parley-muted);
  }

  button.quiet:hover {
    background: var(--parley-hover);
    color: var(--parley-text);
  }

  button.icon {
    padding: 0;
    min-inline-size: var(--parley-control);
  }

  button[aria-pressed="true"] {
    border-color: var(--parley-accent);
    background: var(--parley-accent-soft);
    color: var(--parley-accent);
    font-weight: 600;
  }

  button:is(:disabled, [aria-disabled="true"]),
  button:is(:disabled, [aria-disabled="true"]):hover {
    border-color: var(--parley-line);
    border-style: dashed;
    background: transparent;
    color: var(--parley-muted);
    font-weight: 400;
    cursor: not-allowed;
  }

  input:is([type="text"], [type="password"], [type="search"]),
  select,
  textarea {
    inline-size: 100%;
    min-block-size: var(--parley-control);
    padding: 5px 10px;
    border: 1px solid var(--parley-edge);
    border-radius: var(--parley-radius-small);
    background: var(--parley-sunken);
    color: inherit;
    font: inherit;
  }

  :is(input, textarea)::placeholder {
    color: var(--parley-muted);
    opacity: 1;
  }

  .badge {
    min-inline-size: 1.25rem;
    padding: 0 6px;
    border-radius: 10px;
    background: var(--parley-accent);
    color: var(--parley-on-accent);
    font-size: 0.6875rem;
    font-weight: 700;
    line-height: 1.25rem;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }

  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: no-preference) {
    button {
      transition:
        background-color 120ms,
        border-color 120ms;
    }
  }

  @media (forced-colors: active) {
    button[aria-pressed="true"],
    [aria-selected="true"] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }

    button:is(:disabled, [aria-disabled="true"]) {
      color: GrayText;
    }
  }
`;
