import { css } from "lit";

/**
 * The design tokens, once per document: colours as light-dark() pairs, sizes and spaces. Text colours keep 4.5:1
 * on every surface they are used on, in both schemes.
 */
export const tokens = css`
  :root {
    color-scheme: light dark;

    --parley-bg: light-dark(#f4f5f7, #14161a);
    --parley-panel: light-dark(#ffffff, #1c1f24);
    --parley-sunken: light-dark(#eceef2, #101216);
    --parley-hover: light-dark(#f0f3f8, #252a32);
    --parley-line: light-dark(#dfe2e8, #2e333c);
    --parley-edge: light-dark(#8a92a0, #6d7686);
    --parley-text: light-dark(#1a1d23, #e8eaee);
    --parley-muted: light-dark(#56606e, #a3acba);
    --parley-accent: light-dark(#0b5cad, #74b6ff);
    --parley-accent-strong: light-dark(#084a8c, #9ccbff);
    --parley-accent-soft: light-dark(#e5f0fb, #17304a);
    --parley-on-accent: light-dark(#ffffff, #0a1420);
    --parley-self: light-dark(#0b5cad, #7cbcff);
    --parley-other: light-dark(#8a3b12, #ffb184);
    --parley-good: light-dark(#176f41, #5fd39a);
    --parley-warn: light-dark(#8a5700, #f0b648);
    --parley-warn-soft: light-dark(#fdf3dd, #3a2c0d);
    --parley-bad: light-dark(#b3261e, #ff9087);
    --parley-bad-soft: light-dark(#fdecea, #43191a);
    --parley-shadow: 0 1px 2px light-dark(#0002, #0006), 0 8px 28px light-dark(#10182820, #0008);

    --parley-font: system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    --parley-size: 0.875rem;
    --parley-small: 0.75rem;
    --parley-radius: 8px;
    --parley-radius-small: 6px;
    --parley-gap: 12px;
    --parley-row: 48px;
    --parley-control: 32px;
    --parley-bar: 44px;
  }

  :root[data-theme="light"] {
    color-scheme: light;
  }

  :root[data-theme="dark"] {
    color-scheme: dark;
  }

  :root[data-density="compact"] {
    --parley-row: 40px;
    --parley-control: 28px;
    --parley-bar: 40px;
  }

  body {
    margin: 0;
    background: var(--parley-bg);
    color: var(--parley-text);
    font: var(--parley-size) / 1.45 var(--parley-font);
    -webkit-text-size-adjust: 100%;
  }
`;
