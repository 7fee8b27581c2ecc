import { css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Problem } from "../../src/desk/types.ts";
import { problemWords, words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";

/**
 * The sign-in form.
 *
 * @fires parley-sign-in - With logon and password, when both were entered.
 */
@customElement("parley-sign-in")
export class ParleySignIn extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        place-items: center;
        min-block-size: 100dvh;
        padding: 16px;
      }

      form {
        display: grid;
        gap: 16px;
        inline-size: min(360px, 100%);
        padding: 32px;
        border: 1px solid var(--parley-line);
        border-radius: 12px;
        background: var(--parley-panel);
        box-shadow: var(--parley-shadow);
      }

      h1 {
        display: flex;
        align-items: center;
        gap: 10px;
        font-size: 1.375rem;
        line-height: 1.2;
        letter-spacing: 0.2px;
      }

      h1 svg {
        inline-size: 1.75rem;
        block-size: 1.75rem;
        color: var(--parley-accent);
      }

      .intro {
        margin-block-start: 4px;
        color: var(--parley-muted);
      }

      label {
        display: grid;
        gap: 4px;
        font-weight: 600;
      }

      input:is([type="text"], [type="password"]) {
        min-block-size: 40px;
        font-weight: 400;
      }

      input[aria-invalid="true"] {
        border-color: var(--parley-bad);
      }

      button {
        min-block-size: 40px;
      }

      [role="alert"]:not(:empty) {
        display: flex;
        gap: 8px;
        padding: 8px 10px;
        border-radius: var(--parley-radius-small);
        background: var(--parley-bad-soft);
        color: var(--parley-text);
      }

      [role="alert"] svg {
        color: var(--parley-bad);
      }
    `,
  ];

  /** The logon last used here. */
  @property() logon = "";
  @property({ type: Boolean }) busy = false;
  @property({ attribute: false }) problem?: Problem | undefined;

  @state() private missing?: "logon" | "password" | undefined;
  @query("input[name=username]") private logonField!: HTMLInputElement;
  @query("input[name=password]") private passwordField!: HTMLInputElement;

  protected override firstUpdated(): void {
    (this.logon ? this.passwordField : this.logonField).focus();
  }

  protected override render() {
    const { missing } = this;
    const error = missing
      ? missing === "logon"
        ? words.logonMissing()
        : words.passwordMissing()
      : this.problem && problemWords(this.problem);
    const isWrong = this.problem?.code === "wrong-logon-or-password";
    return html`<form novalidate @submit=${this.#submit}>
      <div>
        <h1>${icon("message")}${words.product()}</h1>
        <p class="intro">${words.signInIntro()}</p>
      </div>
      <label>
        ${words.agentLogon()}
        <input
          type="text"
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          dir="auto"
          required
          aria-invalid=${String(isWrong || missing === "logon")}
          aria-describedby="error"
          .value=${this.logon}
        />
      </label>
      <label>
        ${words.password()}
        <input
          type="password"
          name="password"
          autocomplete="current-password"
          required
          aria-invalid=${String(isWrong || missing === "password")}
          aria-describedby="error"
        />
      </label>
      <div role="alert" id="error">${error && !this.busy ? html`${icon("warning")}<span>${error}</span>` : nothing}</div>
      <button class="primary" type="submit" aria-disabled=${String(this.busy)}>${this.busy ? words.signingIn() : words.signIn()}</button>
    </form>`;
  }

  #submit(event: Event): void {
    event.preventDefault();
    if (this.busy) return;
    const logon = this.logonField.value.trim();
    const password = this.passwordField.value;
    this.missing = !logon ? "logon" : !password ? "password" : undefined;
    if (this.missing) (this.missing === "logon" ? this.logonField : this.passwordField).focus();
    else this.tell("parley-sign-in", { logon, password });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-sign-in": ParleySignIn;
  }
}
