import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { LineProgress, TranscriptLine } from "../../src/desk/types.ts";
import { formatFullTime, formatTime } from "../i18n/format.ts";
import { noticeWords, problemWords, progressWord, words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon, type IconName } from "./icons.ts";
import { linkify } from "./linkify.ts";
import { ParleyElement } from "./parley-element.ts";

const TICKS: Record<LineProgress, IconName> = {
  queued: "queued",
  sent: "sent",
  delivered: "delivered",
  read: "delivered",
  failed: "warning",
};

/**
 * One entry of the transcript: the writer's logon above the text, when it was written, how far it has got.
 *
 * @fires parley-retry - Send the failed message again.
 * @fires parley-discard - Take the failed message away.
 */
@customElement("parley-message-line")
export class ParleyMessageLine extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }

      article {
        max-inline-size: 72ch;
        padding-inline-start: 12px;
        border-inline-start: 3px solid var(--parley-other);
      }

      /* Whose it is shows by colour, by the side of the line and by an indent, besides the name. */
      .own {
        margin-inline-start: 28px;
        border-inline-start-style: double;
        border-inline-start-color: var(--parley-self);
      }

      .failed {
        border-inline-start-color: var(--parley-bad);
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        column-gap: 10px;
        font-size: var(--parley-small);
        color: var(--parley-muted);
      }

      .who {
        color: var(--parley-other);
        font-size: 0.8125rem;
        font-weight: 600;
        overflow-wrap: anywhere;
      }

      .own .who {
        color: var(--parley-self);
      }

      time {
        font-variant-numeric: tabular-nums;
      }

      .progress {
        display: inline-flex;
        align-items: baseline;
        gap: 3px;
      }

      .progress svg {
        align-self: center;
        inline-size: 0.9375rem;
        block-size: 0.9375rem;
      }

      .progress.read {
        color: var(--parley-self);
      }

      .progress.failed {
        color: var(--parley-bad);
        font-weight: 600;
      }

      .text {
        unicode-bidi: plaintext;
        text-align: start;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      a {
        color: var(--parley-accent);
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px;
        margin-block-start: 4px;
        color: var(--parley-bad);
        font-size: var(--parley-small);
      }

      .notice {
        display: flex;
        justify-content: center;
        gap: 8px;
        padding-inline: 12px;
        color: var(--parley-muted);
        font-size: var(--parley-small);
        text-align: center;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) line?: TranscriptLine | undefined;
  @property() sessionId = "";

  protected override render() {
    const { line } = this;
    if (!line) return nothing;
    return line.kind === "notice" ? this.#renderNotice(line) : this.#renderMessage(line);
  }

  #renderNotice({ notice, logon, at }: Extract<TranscriptLine, { kind: "notice" }>) {
    return html`<p class="notice"><bdi>${noticeWords(notice, logon)}</bdi>${this.#renderTime(at)}</p>`;
  }

  #renderMessage(line: Extract<TranscriptLine, { kind: "message" }>) {
    const { logon, own, text, at, progress } = line;
    return html`<article class="${own ? "own" : "other"} ${progress ?? ""}">
      <div class="head"><bdi class="who">${logon}</bdi> ${this.#renderTime(at)} ${progress ? this.#renderProgress(progress) : nothing}</div>
      <div class="text" part="text">${linkify(text).map((segment) =>
        segment.type === "text"
          ? segment.text
          : html`<a href=${segment.href} target="_blank" rel="noopener noreferrer">${segment.text}</a>`,
      )}</div>
      ${progress === "failed" ? this.#renderFailure(line) : nothing}
    </article>`;
  }

  #renderTime(at: number) {
    return html`<time datetime=${new Date(at).toISOString()} title=${formatFullTime(at)}>${formatTime(at, Date.now())}</time>`;
  }

  #renderProgress(progress: LineProgress) {
    return html`<span class="progress ${progress}">${icon(TICKS[progress])}${progressWord(progress)}</span>`;
  }

  #renderFailure({ key, problem }: Extract<TranscriptLine, { kind: "message" }>) {
    const { sessionId } = this;
    return html`<div class="actions">
      ${problem ? html`<span>${problemWords(problem)}</span>` : nothing}
      <button type="button" @click=${() => this.tell("parley-retry", { sessionId, key })}>${words.retry()}</button>
      <button type="button" class="quiet" @click=${() => this.tell("parley-discard", { sessionId, key })}>${words.discard()}</button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-message-line": ParleyMessageLine;
  }
}
