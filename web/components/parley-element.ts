import { LitElement } from "lit";
import { adoptStylesInto } from "../styles/adopt.ts";
import type { ParleyEvents } from "./events.ts";

/** The base of all elements: Lit, with styles that follow an element into another document and typed events. */
export abstract class ParleyElement extends LitElement {
  protected override createRenderRoot(): ShadowRoot {
    const type = this.constructor as typeof LitElement;
    const root = this.shadowRoot ?? this.attachShadow(type.shadowRootOptions);
    adoptStylesInto(root, type.elementStyles);
    return root;
  }

  /** Adoption by another document empties a root's adopted sheets (CSSOM §6.2). */
  adoptedCallback(): void {
    if (this.shadowRoot) adoptStylesInto(this.shadowRoot, (this.constructor as typeof LitElement).elementStyles);
  }

  /** Tells whoever listens above, across shadow roots. */
  protected tell<Type extends keyof ParleyEvents>(
    type: Type,
    ...[detail]: ParleyEvents[Type] extends undefined ? [] : [ParleyEvents[Type]]
  ): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
