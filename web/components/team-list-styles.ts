import { css } from "lit";

export const teamListStyles = css`
  :host {
    display: block;
    position: relative;
  }

  .scroller {
    position: absolute;
    inset: 0;
    overflow: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }

  [role="grid"] {
    position: relative;
    overflow: hidden;
  }

  .row {
    position: absolute;
    inset-inline: 0;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: 10px;
    align-items: center;
    padding-inline: 16px 8px;
    cursor: default;
  }

  .row:hover {
    background: var(--parley-hover);
  }

  .row:focus-visible {
    outline-offset: -2px;
    background: var(--parley-hover);
  }

  .dot {
    display: inline-flex;
  }

  .words {
    display: grid;
    line-height: 1.3;
  }

  .name,
  .about {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .logon {
    font-weight: 600;
  }

  .full,
  .about {
    color: var(--parley-muted);
  }

  .about {
    font-size: var(--parley-small);
  }

  .row:is([data-readiness="signed-out"], [data-readiness="unreachable"]) .logon {
    color: var(--parley-muted);
    font-weight: 500;
  }

  .buttons {
    display: flex;
  }

  .star[aria-pressed="true"] {
    border-color: transparent;
    background: none;
    color: var(--parley-warn);
  }

  .star[aria-pressed="false"] {
    opacity: 0;
  }

  .row:is(:hover, :focus-within) .star {
    opacity: 1;
  }

  @media (hover: none) {
    .star[aria-pressed="false"] {
      opacity: 1;
    }
  }

  .ghost {
    inline-size: 60%;
    block-size: 10px;
    border-radius: 5px;
    background: var(--parley-sunken);
  }
`;
