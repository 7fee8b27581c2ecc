import { css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { words } from "../i18n/words.ts";
import { DEFAULT_SETTINGS, type Settings } from "../storage/settings.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";

type Switch = { [Key in keyof Settings]: Settings[Key] extends boolean ? Key : never }[keyof Settings];

/**
 * The settings of this agent on this device. Each change holds at once.
 *
 * @fires parley-settings - With the settings as they now are.
 * @fires parley-ask-permission - System notifications were switched on and the browser has to be asked.
 * @fires parley-test-sound - Play the sound now.
 */
@customElement("parley-settings-dialog")
export class ParleySettingsDialog extends ParleyElement {
  static override styles = [
    controls,
    css`
      dialog {
        inline-size: min(480px, calc(100vw - 24px));
        max-block-size: calc(100dvh - 24px);
        padding: 20px;
        border: 1px solid var(--parley-line);
        border-radius: 12px;
        background: var(--parley-panel);
        color: var(--parley-text);
        box-shadow: var(--parley-shadow);
      }

      dialog::backdrop {
        background: #0006;
      }

      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        margin-block-end: 8px;
      }

      h2 {
        font-size: 1.125rem;
      }

      .setting {
        display: flex;
        align-items: start;
        gap: 10px;
        padding-block: 8px;
      }

      .setting.inner {
        padding-inline-start: 30px;
      }

      input[type="checkbox"] {
        inline-size: 20px;
        block-size: 20px;
        flex: none;
        margin: 0;
        accent-color: var(--parley-accent);
      }

      .note {
        padding-inline-start: 30px;
        color: var(--parley-muted);
        font-size: var(--parley-small);
      }

      .bad {
        color: var(--parley-bad);
      }

      .note button {
        font-size: inherit;
      }

      .choices {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 12px;
        margin-block-start: 12px;
        padding-block-start: 16px;
        border-block-start: 1px solid var(--parley-line);
      }

      .choices label {
        display: grid;
        gap: 4px;
      }
    `,
  ];

  @property({ attribute: false }) settings: Settings = DEFAULT_SETTINGS;
  /** What the browser says about notifications; undefined: it has none. */
  @property({ attribute: false }) permission?: NotificationPermission | undefined = "default";

  @query("dialog") private dialog!: HTMLDialogElement;

  open(): void {
    this.dialog.showModal();
  }

  protected override render() {
    return html`<dialog aria-labelledby="title" closedby="any">
      <div class="head">
        <h2 id="title">${words.settings()}</h2>
        <button type="button" class="quiet icon" aria-label=${words.close()} @click=${() => this.dialog.close()}>${icon("close")}</button>
      </div>
      ${this.#renderSwitch("sound", words.settingSound())}
      <div class="note"><button type="button" @click=${() => this.tell("parley-test-sound")}>${words.testSound()}</button></div>
      ${this.#renderSwitch("systemNotifications", words.settingSystem())} ${this.#renderPermission()}
      ${this.#renderSwitch("privateNotifications", words.settingPrivate(), "inner")} ${this.#renderSwitch("enterSends", words.settingEnter())}
      <div class="choices">
        ${this.#renderChoice("theme", words.theme(), ["system", "light", "dark"])}
        ${this.#renderChoice("density", words.density(), ["comfortable", "compact"])}
      </div>
    </dialog>`;
  }

  #renderSwitch(key: Switch, label: string, className = "") {
    return html`<label class="setting ${className}">
      <input type="checkbox" .checked=${this.settings[key]} @change=${(event: Event) => this.#set({ [key]: (event.target as HTMLInputElement).checked })} />
      <span>${label}</span>
    </label>`;
  }

  #renderChoice<Key extends "theme" | "density">(key: Key, label: string, values: readonly Settings[Key][]) {
    return html`<label
      >${label}<select @change=${(event: Event) => this.#set({ [key]: (event.target as HTMLSelectElement).value })}>
        ${values.map((value) => html`<option value=${value} ?selected=${this.settings[key] === value}>${words.choices[value]()}</option>`)}
      </select></label
    >`;
  }

  #renderPermission() {
    if (!this.settings.systemNotifications || this.permission === "granted") return nothing;
    if (this.permission === undefined) return html`<p class="note bad">${words.permissionUnsupported()}</p>`;
    return this.permission === "denied" ? html`<p class="note bad">${words.permissionDenied()}</p>` : nothing;
  }

  #set(change: Partial<Settings>): void {
    this.tell("parley-settings", { settings: { ...this.settings, ...change } });
    if (change.systemNotifications && this.permission === "default") this.tell("parley-ask-permission");
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-settings-dialog": ParleySettingsDialog;
  }
}
