import { css, html } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { OwnReadiness } from "../../src/desk/types.ts";
import { ownReadinessWords, readinessWords, words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import type { MenuItem, ParleyMenu } from "./menu.ts";
import { ParleyElement } from "./parley-element.ts";
import "./menu.ts";
import "./readiness-dot.ts";

/**
 * What the agent says of himself or herself, and the menu to change it.
 *
 * @fires parley-readiness - Another readiness was chosen.
 */
@customElement("parley-readiness-menu")
export class ParleyReadinessMenu extends ParleyElement {
  static override styles = [
    controls,
    css`
      .word {
        max-inline-size: 16ch;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      dialog {
        inline-size: min(340px, calc(100vw - 32px));
        padding: 20px;
        border: 1px solid var(--parley-line);
        border-radius: var(--parley-radius);
        background: var(--parley-panel);
        color: var(--parley-text);
        box-shadow: var(--parley-shadow);
      }

      dialog::backdrop {
        background: #0006;
      }

      form {
        display: grid;
        gap: 12px;
      }

      h2 {
        font-size: 1rem;
      }

      label {
        display: grid;
        gap: 4px;
      }

      .actions {
        display: flex;
        justify-content: end;
        gap: 8px;
      }
    `,
  ];

  @property({ attribute: false }) readiness: OwnReadiness = { type: "ready" };

  @query("parley-menu") private menu!: ParleyMenu;
  @query("button.opener") private opener!: HTMLButtonElement;
  @query("dialog") private dialog!: HTMLDialogElement;
  @query("input") private field!: HTMLInputElement;

  protected override render() {
    const text = ownReadinessWords(this.readiness);
    return html`<button class="opener" type="button" aria-haspopup="menu" aria-label=${words.ownReadiness(text)} title=${text} @click=${() => this.menu.openAt(this.opener)}>
        <parley-readiness-dot readiness=${this.readiness.type}></parley-readiness-dot><span class="word">${text}</span>${icon("chevron")}
      </button>
      <parley-menu align="start" label=${words.readinessMenu()} .items=${this.#items()} @parley-choose=${this.#onChoose} @parley-menu-closed=${this.#onClosed}></parley-menu>
      <dialog aria-labelledby="title">
        <form method="dialog" @submit=${this.#onReason}>
          <h2 id="title">${words.notReadyTitle()}</h2>
          <label>${words.reason()}<input type="text" maxlength="80" required dir="auto" /></label>
          <div class="actions">
            <button type="button" @click=${() => this.dialog.close()}>${words.cancel()}</button>
            <button type="submit" class="primary">${words.setNotReady()}</button>
          </div>
        </form>
      </dialog>`;
  }

  #items(): MenuItem[] {
    const own = this.readiness;
    const reasons = words.notReadyReasons();
    const ownReason = own.type === "not-ready" ? own.reason : undefined;
    return [
      { id: "ready", label: readinessWords("ready"), checked: own.type === "ready" },
      ...reasons.map((reason) => ({
        id: `not-ready:${reason}`,
        label: readinessWords("not-ready", reason),
        checked: ownReason === reason,
      })),
      { id: "other", label: words.otherReason(), checked: ownReason !== undefined && !reasons.includes(ownReason) },
      { id: "away", label: readinessWords("away"), checked: own.type === "away" },
    ];
  }

  #onChoose(event: HTMLElementEventMap["parley-choose"]): void {
    event.stopPropagation();
    const { id } = event.detail;
    if (id === "other") {
      this.field.value = "";
      this.dialog.showModal();
    } else if (id === "ready" || id === "away") {
      this.tell("parley-readiness", { readiness: { type: id } });
    } else {
      this.tell("parley-readiness", { readiness: { type: "not-ready", reason: id.slice("not-ready:".length) } });
    }
  }

  #onClosed(event: Event): void {
    event.stopPropagation();
    this.opener.focus();
  }

  #onReason(): void {
    const reason = this.field.value.trim();
    if (reason) this.tell("parley-readiness", { readiness: { type: "not-ready", reason } });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-readiness-menu": ParleyReadinessMenu;
  }
}
