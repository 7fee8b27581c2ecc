import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Me, OwnReadiness } from "../../src/desk/types.ts";
import { words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon, type IconName } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";
import "./readiness-menu.ts";

/**
 * The bar on top: who I am, my readiness, and the commands of the desk.
 *
 * @fires parley-gadget - Open the gadget view.
 * @fires parley-open-settings - Open the settings.
 * @fires parley-sign-out - Sign out.
 */
@customElement("parley-desk-header")
export class ParleyDeskHeader extends ParleyElement {
  static override styles = [
    controls,
    css`
      header {
        display: flex;
        align-items: center;
        gap: var(--parley-gap);
        min-block-size: 48px;
        padding: 4px 16px;
        border-block-end: 1px solid var(--parley-line);
        background: var(--parley-panel);
      }

      h1 {
        font-size: 0.9375rem;
        letter-spacing: 0.2px;
      }

      .own {
        min-inline-size: 0;
        overflow: hidden;
        color: var(--parley-muted);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .grow {
        flex: 1;
      }

      .commands {
        display: flex;
        gap: 4px;
      }

      @media (max-width: 700px) {
        header {
          gap: 8px;
          padding-inline: 10px;
        }

        .commands {
          gap: 0;
        }

        .commands button {
          min-inline-size: 36px;
          min-block-size: 36px;
          padding: 0;
        }

        .commands .words {
          position: absolute;
          inline-size: 1px;
          block-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }

      @media (max-width: 430px) {
        h1 {
          position: absolute;
          clip-path: inset(50%);
        }
      }
    `,
  ];

  @property({ attribute: false }) me?: Me | undefined;
  @property({ attribute: false }) readiness: OwnReadiness = { type: "ready" };
  /** In the gadget there is room for the logon and the readiness only. */
  @property({ type: Boolean }) compact = false;

  protected override render() {
    return html`<header>
      <h1>${words.product()}</h1>
      <bdi class="own" title=${this.me?.name ?? ""}>${this.me?.logon ?? ""}</bdi>
      <parley-readiness-menu .readiness=${this.readiness}></parley-readiness-menu>
      <span class="grow"></span>
      ${
        this.compact
          ? nothing
          : html`<div class="commands">
            ${this.#renderCommand("gadget", words.gadgetView(), () => this.tell("parley-gadget"))}
            ${this.#renderCommand("settings", words.settings(), () => this.tell("parley-open-settings"))}
            ${this.#renderCommand("sign-out", words.signOut(), () => this.tell("parley-sign-out"))}
          </div>`
      }
    </header>`;
  }

  #renderCommand(name: IconName, label: string, run: () => void) {
    return html`<button class="quiet" type="button" title=${label} @click=${run}>${icon(name)}<span class="words">${label}</span></button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-desk-header": ParleyDeskHeader;
  }
}
