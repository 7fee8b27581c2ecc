import { css, html } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ParleyElement } from "../components/parley-element.ts";
import { controls } from "../styles/controls.ts";
import { SCENES } from "./scenes.ts";

/** Every element in its states, one scene at a time: gallery.html#desk. */
@customElement("parley-gallery")
export class ParleyGallery extends ParleyElement {
  static override styles = [
    controls,
    css`
      nav {
        padding: 16px;
      }

      a {
        color: var(--parley-accent);
      }

      .frame {
        padding: 16px;
      }
    `,
  ];

  @state() private scene = location.hash.slice(1);

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.#onHash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.#onHash);
  }

  protected override render() {
    const scene = SCENES[this.scene];
    if (!scene) {
      return html`<main><nav aria-label="Scenes"><h1>Gallery</h1>
        <ul>${Object.keys(SCENES).map((name) => html`<li><a href="#${name}">${name}</a></li>`)}</ul></nav></main>`;
    }
    return scene();
  }

  readonly #onHash = (): void => {
    this.scene = location.hash.slice(1);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-gallery": ParleyGallery;
  }
}
