import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Transcript } from "../../src/desk/types.ts";
import { problemWords, words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";
import { countUnseen, isDividerNeeded, PAGE, windowStart } from "./transcript-window.ts";
import "./message-line.ts";

/** This near to the end counts as at the end, in CSS pixels. */
const NEAR = 32;

/**
 * The words of a session. Shows the last page and takes older lines in as the reader scrolls up, without moving
 * what is being read; follows the newest line only while the reader is at the end.
 *
 * @fires parley-load-older - The reader came to the oldest line that is here.
 * @fires parley-read - The newest line is on screen.
 */
@customElement("parley-transcript")
export class ParleyTranscript extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        position: relative;
        min-block-size: 0;
      }

      [role="log"] {
        position: relative;
        display: flex;
        flex-direction: column;
        gap: 12px;
        min-block-size: 0;
        padding: 16px;
        overflow: auto;
        overflow-anchor: none;
        overscroll-behavior: contain;
        scrollbar-width: thin;
      }

      [role="log"]:focus-visible {
        outline-offset: -2px;
      }

      .edge,
      .typing {
        color: var(--parley-muted);
        font-size: var(--parley-small);
      }

      .edge {
        display: grid;
        gap: 8px;
        justify-items: center;
        text-align: center;
      }

      .problem {
        color: var(--parley-bad);
      }

      .divider {
        display: flex;
        align-items: center;
        gap: 10px;
        color: var(--parley-accent);
        font-size: var(--parley-small);
        font-weight: 600;
      }

      .divider::before,
      .divider::after {
        content: "";
        flex: 1;
        border-block-start: 1px solid currentColor;
      }

      .typing {
        min-block-size: 1.45em;
        padding: 0 16px 4px;
      }

      .newest {
        position: absolute;
        inset-block-end: 32px;
        inset-inline: 0;
        inline-size: max-content;
        max-inline-size: calc(100% - 32px);
        margin-inline: auto;
        border-radius: 16px;
        border-color: var(--parley-edge);
        box-shadow: var(--parley-shadow);
      }
    `,
  ];

  @property({ attribute: false }) transcript?: Transcript | undefined;
  @property() sessionId = "";
  @property() peerLogon = "";
  @property({ type: Boolean }) peerTyping = false;
  /** The page is in front: lines on screen are being read. */
  @property({ type: Boolean }) attentive = false;

  @state() private isAtEnd = true;
  /** The first line shown, while the reader is not at the end. */
  @state() private firstKey?: string | undefined;

  @query("[role=log]") private log!: HTMLElement;

  /** The newest line when the reader was last at the end. */
  #seenKey: string | undefined;
  #readKey: string | undefined;
  /** The divider of a line that came while the reader was looking: nothing to find again. */
  #needlessDivider: string | undefined;
  #anchor: { key: string; top: number } | undefined;
  #sizes: ResizeObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => {
      if (!this.isConnected) return;
      this.#sizes = new (this.ownerDocument.defaultView ?? window).ResizeObserver(() => this.#stay());
      this.#sizes.observe(this.log);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("transcript")) this.#judgeDivider(changed.get("transcript"));
    if (changed.has("sessionId")) {
      this.isAtEnd = true;
      this.firstKey = undefined;
      this.#readKey = undefined;
    }
    if (this.hasUpdated && changed.has("transcript") && !this.isAtEnd) {
      this.#anchor = this.#findAnchor();
      this.#takeOlderIn(changed.get("transcript"));
    }
    if (this.isAtEnd) this.#seenKey = this.transcript?.lines.at(-1)?.key;
  }

  #judgeDivider(before: Transcript | undefined): void {
    const key = this.transcript?.firstNewKey;
    if (before && key !== before.firstNewKey && this.attentive && this.isAtEnd) this.#needlessDivider = key;
  }

  protected override render() {
    const { lines, hasOlder, loadingOlder, problem, firstNewKey } = this.transcript ?? { lines: [], hasOlder: false, loadingOlder: true };
    const start = windowStart(lines, this.firstKey);
    const dividerKey = firstNewKey !== this.#needlessDivider && isDividerNeeded(lines, firstNewKey) ? firstNewKey : undefined;
    return html`<div role="log" aria-label=${words.transcript()} aria-relevant="additions" aria-busy=${String(loadingOlder)} tabindex="0" @scroll=${this.#onScroll}>
        <div class="edge">
          ${problem ? html`<span class="problem">${problemWords(problem)}</span>` : nothing}
          ${
            loadingOlder
              ? html`<span>${words.loadingOlder()}</span>`
              : start > 0 || hasOlder
                ? html`<button type="button" class="quiet" @click=${this.#showOlder}>${words.older()}</button>`
                : lines.length === 0
                  ? html`<span>${words.noLines()}</span>`
                  : nothing
          }
        </div>
        ${repeat(
          lines.slice(start),
          ({ key }) => key,
          (line) => html`<div data-key=${line.key}>
            ${line.key === dividerKey ? html`<p class="divider">${words.newMessages()}</p>` : nothing}
            <parley-message-line .line=${line} .sessionId=${this.sessionId}></parley-message-line>
          </div>`,
        )}
      </div>
      <div class="typing" aria-live="off">${this.peerTyping ? words.typing(this.peerLogon) : nothing}</div>
      ${this.isAtEnd ? nothing : this.#renderJump()}`;
  }

  #renderJump() {
    const count = countUnseen(this.transcript?.lines ?? [], this.#seenKey);
    return html`<button type="button" class="newest" @click=${this.#jump}>${icon("down")}${words.jumpToNewest(count)}</button>`;
  }

  protected override async updated(): Promise<void> {
    // The lines draw themselves a moment later; heights count from then on.
    await Promise.all([...this.renderRoot.querySelectorAll("parley-message-line")].map((line) => line.updateComplete));
    this.#stay();
    this.#tellRead();
  }

  /** At the end: stays there. Else: keeps the line being read where it was. */
  #stay(): void {
    if (this.isAtEnd) {
      this.log.scrollTop = this.log.scrollHeight;
    } else if (this.#anchor) {
      const line = this.#lineElements().find(({ dataset }) => dataset["key"] === this.#anchor?.key);
      if (line) this.log.scrollTop += line.offsetTop - this.log.scrollTop - this.#anchor.top;
      this.#anchor = undefined;
    }
  }

  #findAnchor(): { key: string; top: number } | undefined {
    const { scrollTop } = this.log;
    const line = this.#lineElements().find((element) => element.offsetTop + element.offsetHeight > scrollTop);
    return line && { key: line.dataset["key"] ?? "", top: line.offsetTop - scrollTop };
  }

  #lineElements(): HTMLElement[] {
    return [...this.log.querySelectorAll<HTMLElement>("[data-key]")];
  }

  #onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const isAtEnd = scrollHeight - scrollTop - clientHeight <= NEAR;
    if (isAtEnd !== this.isAtEnd) {
      this.isAtEnd = isAtEnd;
      const lines = this.transcript?.lines ?? [];
      this.firstKey = isAtEnd ? undefined : lines[windowStart(lines, undefined)]?.key;
    }
    if (scrollTop < NEAR && !isAtEnd) this.#showOlder();
  }

  #showOlder(): void {
    const { lines, hasOlder, loadingOlder } = this.transcript ?? { lines: [], hasOlder: false, loadingOlder: true };
    const start = windowStart(lines, this.firstKey);
    this.#anchor = this.#findAnchor();
    this.isAtEnd = false;
    if (start > 0) {
      this.firstKey = lines[Math.max(0, start - PAGE)]?.key;
    } else if (hasOlder && !loadingOlder) {
      // Whatever comes in is shown: the window opens to the oldest line there is.
      this.firstKey = lines[0]?.key;
      this.tell("parley-load-older", { sessionId: this.sessionId });
    }
  }

  /** Opens the window to the older lines that the reader asked for. */
  #takeOlderIn(before: Transcript | undefined): void {
    const { lines = [] } = this.transcript ?? {};
    const start = windowStart(lines, this.firstKey);
    if (start > 0 && before?.lines[0]?.key === this.firstKey) this.firstKey = lines[Math.max(0, start - PAGE)]?.key;
  }

  #jump(): void {
    this.isAtEnd = true;
    this.firstKey = undefined;
    this.log.focus({ preventScroll: true });
  }

  #tellRead(): void {
    const newest = this.transcript?.lines.at(-1)?.key;
    if (!this.attentive || !this.isAtEnd || newest === undefined || newest === this.#readKey) return;
    this.#readKey = newest;
    this.tell("parley-read", { sessionId: this.sessionId });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-transcript": ParleyTranscript;
  }
}
