import { html, svg, type SVGTemplateResult, type TemplateResult } from "lit";

/** Drawn on a 20 × 20 grid with round 1.6 strokes, in the colour of the text around them. */
const SHAPES = {
  more: svg`<circle cx="4.5" cy="10" r="1.2" fill="currentColor"/><circle cx="10" cy="10" r="1.2" fill="currentColor"/><circle cx="15.5" cy="10" r="1.2" fill="currentColor"/>`,
  star: svg`<path d="m10 3 2.1 4.4 4.9.7-3.5 3.4.8 4.8-4.3-2.3-4.3 2.3.8-4.8L3 8.1l4.9-.7z"/>`,
  "star-filled": svg`<path fill="currentColor" d="m10 3 2.1 4.4 4.9.7-3.5 3.4.8 4.8-4.3-2.3-4.3 2.3.8-4.8L3 8.1l4.9-.7z"/>`,
  search: svg`<circle cx="9" cy="9" r="5"/><path d="m13 13 4 4"/>`,
  message: svg`<path d="M3.5 4.5h13v9H9l-3.5 3v-3h-2z"/>`,
  team: svg`<circle cx="7.5" cy="7" r="2.7"/><path d="M2.5 16c.3-3 2.3-4.6 5-4.6s4.7 1.6 5 4.6M13 4.6a2.6 2.6 0 0 1 0 4.9M14.5 11.9c1.7.5 2.8 2 3 4.1"/>`,
  settings: svg`<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/>`,
  gadget: svg`<rect x="2.5" y="4" width="15" height="12" rx="1.5"/><rect x="10" y="9.5" width="5.5" height="4.5" rx=".8" fill="currentColor" stroke="none"/>`,
  "sign-out": svg`<path d="M8 3.5H4.5v13H8M12.5 6.5 16 10l-3.5 3.5M8 10h8"/>`,
  end: svg`<circle cx="10" cy="10" r="7"/><path d="m7.5 7.5 5 5M12.5 7.5l-5 5"/>`,
  done: svg`<circle cx="10" cy="10" r="7"/><path d="m6.8 10.3 2.2 2.2 4.2-4.7"/>`,
  send: svg`<path d="M3.5 4 17 10 3.5 16l2-6zM5.5 10H11"/>`,
  accept: svg`<path d="m4 10.5 4 4L16 6"/>`,
  close: svg`<path d="m5 5 10 10M15 5 5 15"/>`,
  down: svg`<path d="M10 4v12M5 11l5 5 5-5"/>`,
  chevron: svg`<path d="m5.5 8 4.5 4.5L14.5 8"/>`,
  warning: svg`<path d="M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.2v.1"/>`,
  info: svg`<circle cx="10" cy="10" r="7"/><path d="M10 9.5V14M10 6.5v.1"/>`,
  offline: svg`<path d="M2.5 8a11 11 0 0 1 4.2-2.6M10 4.5c2.8 0 5.4 1.2 7.5 3.5M5.5 11.2c1.2-1.3 2.8-2 4.5-2s3.3.7 4.5 2M10 15v.1M3.5 3.5l13 13"/>`,
  queued: svg`<circle cx="10" cy="10" r="6.5"/><path d="M10 6.5V10l2.5 1.5"/>`,
  sent: svg`<path d="m5 10.5 3.5 3.5L15.5 6.5"/>`,
  delivered: svg`<path d="m2.5 10.5 3.5 3.5L13 6.5M9.5 13l1 1 7-7.5"/>`,
  invitation: svg`<path d="M3 5.5h14v9.5H3zM3.5 6l6.5 5 6.5-5"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof SHAPES;

/** An icon beside words that say the same; hidden from assistive technology. */
export function icon(name: IconName): TemplateResult {
  return html`<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
}
