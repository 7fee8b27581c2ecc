import { css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { SessionView } from "../../src/desk/types.ts";
import { words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";

/** A long first message is shown shortened; all of it stands in the session. */
const EXCERPT = 160;

/**
 * The interactive notification of one invitation. It never takes the focus by itself.
 *
 * @fires parley-accept - Accept.
 * @fires parley-reject - Reject.
 */
@customElement("parley-invitation")
export class ParleyInvitation extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }

      [role="alertdialog"] {
        display: grid;
        gap: 10px;
        padding: 14px 16px;
        border: 1px solid var(--parley-line);
        border-inline-start: 4px solid var(--parley-warn);
        border-radius: var(--parley-radius);
        background: var(--parley-panel);
        box-shadow: var(--parley-shadow);
        overflow-wrap: anywhere;
      }

      .head {
        display: flex;
        gap: 10px;
      }

      .head svg {
        color: var(--parley-warn);
      }

      .what {
        font-weight: 600;
      }

      .excerpt {
        color: var(--parley-muted);
        white-space: pre-line;
        unicode-bidi: plaintext;
      }

      .left {
        display: flex;
        align-items: center;
        gap: 10px;
        color: var(--parley-muted);
        font-size: var(--parley-small);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }

      progress {
        flex: 1;
        block-size: 4px;
        border: 0;
        border-radius: 2px;
        background: var(--parley-sunken);
        accent-color: var(--parley-warn);
        appearance: none;
        overflow: hidden;
      }

      progress::-webkit-progress-bar {
        background: var(--parley-sunken);
      }

      progress::-webkit-progress-value {
        background: var(--parley-warn);
      }

      progress::-moz-progress-bar {
        background: var(--parley-warn);
      }

      .actions {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 8px;
      }

      .actions button {
        min-block-size: 36px;
      }

      @media (prefers-reduced-motion: no-preference) {
        [role="alertdialog"] {
          animation: arrive 160ms ease-out;
        }
      }

      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(8px);
        }
      }
    `,
  ];

  @property({ attribute: false }) session?: SessionView | undefined;

  @state() private now = Date.now();
  #tick: ReturnType<typeof setInterval> | undefined;

  /** Moves the focus to Accept. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>("button")?.focus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.now = Date.now();
    this.#tick = setInterval(() => (this.now = Date.now()), 1_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#tick);
  }

  protected override render() {
    const { session } = this;
    if (!session) return nothing;
    const { id: sessionId, peerLogon, mode, firstMessage, busy, expiresAt, createdAt } = session;
    const left = Math.max(0, Math.ceil((expiresAt - this.now) / 1_000));
    const whole = Math.max(1, Math.round((expiresAt - createdAt) / 1_000));
    return html`<div role="alertdialog" aria-label=${words.invitationFrom(peerLogon)} aria-describedby="what">
      <div class="head">
        ${icon("invitation")}
        <p class="what" id="what">${mode === "plain" ? words.writesToYou(peerLogon) : words.invitesYou(peerLogon)}</p>
      </div>
      ${firstMessage ? html`<p class="excerpt">${excerptOf(firstMessage)}</p>` : nothing}
      <div class="left"><progress aria-hidden="true" max=${whole} .value=${Math.min(left, whole)}></progress><span>${words.secondsLeft(left)}</span></div>
      <div class="actions">
        <button type="button" class="primary" ?disabled=${busy} @click=${() => this.tell("parley-accept", { sessionId })}>${icon("accept")}${words.accept()}</button>
        <button type="button" ?disabled=${busy} @click=${() => this.tell("parley-reject", { sessionId })}>${icon("close")}${words.reject()}</button>
      </div>
    </div>`;
  }
}

/** Cut between characters as people see them, never inside one. */
export function excerptOf(text: string, length = EXCERPT): string {
  const characters = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)];
  if (characters.length <= length) return text;
  return `${characters
    .slice(0, length - 1)
    .map(({ segment }) => segment)
    .join("")
    .trimEnd()}…`;
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-invitation": ParleyInvitation;
  }
}
