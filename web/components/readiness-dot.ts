import { css, html, svg } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { AgentRow } from "../../src/desk/types.ts";
import { ParleyElement } from "./parley-element.ts";

const SHAPES = {
  full: svg`<circle cx="6" cy="6" r="5" fill="currentColor"/>`,
  bar: svg`<path fill="currentColor" fill-rule="evenodd" d="M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1M3.5 5.2v1.6h5V5.2z"/>`,
  half: svg`<circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" stroke-width="1.6"/><path fill="currentColor" d="M6 1.8a4.2 4.2 0 0 1 0 8.4z"/>`,
  ring: svg`<circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" stroke-width="1.6"/>`,
  dashed: svg`<circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2.2 2.2"/>`,
};

/** Readiness as a shape and a colour; the words beside it say the same, so assistive technology skips it. */
@customElement("parley-readiness-dot")
export class ParleyReadinessDot extends ParleyElement {
  static override styles = css`
    :host {
      display: inline-block;
      flex: none;
      inline-size: 12px;
      block-size: 12px;
      color: var(--parley-muted);
    }

    :host([readiness="ready"]) {
      color: var(--parley-good);
    }

    :host([readiness="not-ready"]) {
      color: var(--parley-bad);
    }

    :host([readiness="away"]) {
      color: var(--parley-warn);
    }

    svg {
      display: block;
      inline-size: 100%;
      block-size: 100%;
    }
  `;

  @property({ reflect: true }) readiness: AgentRow["readiness"] = "signed-out";

  protected override render() {
    return html`<svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">${this.#renderShape()}</svg>`;
  }

  #renderShape() {
    switch (this.readiness) {
      case "ready":
        return SHAPES.full;
      case "not-ready":
        return SHAPES.bar;
      case "away":
        return SHAPES.half;
      case "unreachable":
        return SHAPES.dashed;
      case "signed-out":
        return SHAPES.ring;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-readiness-dot": ParleyReadinessDot;
  }
}
