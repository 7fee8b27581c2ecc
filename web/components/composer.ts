import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Permission, Problem } from "../../src/desk/types.ts";
import { denialWords, problemWords, words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";

/** Without a key for this long, nobody is typing. */
const PAUSE_MS = 5_000;

/** The characters left are told when they are less than this part of the limit. */
const COUNTED_PART = 10;

/**
 * Where messages are written. The text is given back when it could not be stored, and kept as a draft meanwhile.
 *
 * @fires parley-send - A text to send; the answer tells whether it was stored.
 * @fires parley-draft - The text changed.
 * @fires parley-typing - The agent began or stopped typing.
 */
@customElement("parley-composer")
export class ParleyComposer extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        border-block-start: 1px solid var(--parley-line);
        background: var(--parley-panel);
      }

      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 8px;
        align-items: end;
        padding: 10px 16px;
      }

      textarea {
        display: block;
        min-block-size: 56px;
        max-block-size: min(200px, 30dvh);
        resize: none;
        field-sizing: content;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
      }

      textarea:disabled {
        border-style: dashed;
        border-color: var(--parley-line);
        color: var(--parley-muted);
        cursor: not-allowed;
      }

      button.primary {
        min-block-size: 40px;
        padding-inline: 16px;
      }

      .below {
        grid-column: 1 / -1;
        display: flex;
        justify-content: space-between;
        gap: 12px;
        color: var(--parley-muted);
        font-size: var(--parley-small);
      }

      .problem,
      .over {
        color: var(--parley-bad);
        font-weight: 600;
      }

      .count {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property() sessionId = "";
  @property() peerLogon = "";
  @property({ attribute: false }) maySend: Permission = { allowed: true };
  /** Typed before the other side accepted: kept, and sent then. */
  @property({ type: Boolean }) willWait = false;
  /** What was being written when this session was last shown; taken over until something is typed. */
  @property() draft = "";
  @property({ type: Number }) limit = 20_000;
  @property({ type: Boolean }) enterSends = true;

  @state() private text = "";
  @state() private problem?: Problem | undefined;
  @query("textarea") private field!: HTMLTextAreaElement;

  #isTouched = false;
  #isTyping = false;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** Moves the focus into the field. */
  override focus(): void {
    this.field.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#setTyping(false);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("draft") && !this.#isTouched) this.text = this.draft;
  }

  protected override render() {
    const { maySend } = this;
    const left = this.limit - [...this.text].length;
    const isDisabled = !maySend.allowed;
    return html`<form @submit=${this.#onSubmit}>
      <textarea
        rows="2"
        dir="auto"
        aria-label=${words.message()}
        aria-describedby="hint"
        aria-invalid=${String(left < 0)}
        enterkeyhint=${this.enterSends ? "send" : "enter"}
        placeholder=${isDisabled ? denialWords(maySend.reason, this.peerLogon) : words.messageTo(this.peerLogon)}
        ?disabled=${isDisabled}
        .value=${this.text}
        @input=${this.#onInput}
        @keydown=${this.#onKey}
        @blur=${() => this.#setTyping(false)}
      ></textarea>
      <button class="primary" type="submit" ?disabled=${isDisabled || left < 0}>${icon("send")}${words.send()}</button>
      <div class="below">
        <span id="hint" class=${isDisabled ? "visually-hidden" : ""}>${this.#renderHint()}</span>
        <span class="count ${left < 0 ? "over" : ""}" aria-live="polite">${left * COUNTED_PART > this.limit ? nothing : left < 0 ? words.charactersTooMany(-left) : words.charactersLeft(left)}</span>
      </div>
    </form>`;
  }

  #renderHint() {
    const { maySend, problem } = this;
    if (problem) return html`<span class="problem" role="alert">${problemWords(problem)}</span>`;
    if (!maySend.allowed) return denialWords(maySend.reason, this.peerLogon);
    if (this.willWait) return words.queuedHint(this.peerLogon);
    return this.enterSends ? words.sendHintEnter() : words.sendHintControl();
  }

  #onInput(): void {
    this.#isTouched = true;
    this.problem = undefined;
    this.#write(this.field.value);
    this.#setTyping(this.text.trim() !== "");
  }

  #onKey(event: KeyboardEvent): void {
    // While an input method composes, Enter takes its suggestion (keyCode 229 where isComposing comes too late).
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    const isSend = this.enterSends ? !event.shiftKey && !event.altKey : event.ctrlKey || event.metaKey;
    if (!isSend) return;
    event.preventDefault();
    this.#send();
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    this.#send();
    this.field.focus();
  }

  #send(): void {
    const { text, sessionId } = this;
    if (!this.maySend.allowed || text.trim() === "" || [...text].length > this.limit) return;
    let stored: Promise<void> | undefined;
    this.#isTouched = true;
    this.problem = undefined;
    this.#write("");
    this.#setTyping(false);
    this.tell("parley-send", { sessionId, text, respondWith: (promise) => (stored = promise) });
    stored?.catch((error: unknown) => this.#giveBack(text, error));
  }

  /** The refused text comes back in front of what has been typed since. */
  #giveBack(text: string, error: unknown): void {
    this.#write(this.text ? `${text}\n${this.text}` : text);
    this.problem = (error as { problem?: Problem }).problem ?? { code: "message-not-sent" };
  }

  #write(text: string): void {
    this.text = text;
    this.tell("parley-draft", { sessionId: this.sessionId, text });
  }

  #setTyping(isTyping: boolean): void {
    clearTimeout(this.#pause);
    if (isTyping) this.#pause = setTimeout(() => this.#setTyping(false), PAUSE_MS);
    if (isTyping === this.#isTyping) return;
    this.#isTyping = isTyping;
    this.tell("parley-typing", { sessionId: this.sessionId, typing: isTyping });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-composer": ParleyComposer;
  }
}
