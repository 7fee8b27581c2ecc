import { css, html } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { SessionView, Transcript } from "../../src/desk/types.ts";
import { formatTime } from "../i18n/format.ts";
import { words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { commandButton, commandButtonStyles } from "./command-button.ts";
import type { ParleyComposer } from "./composer.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";
import "./composer.ts";
import "./status-indicator.ts";
import "./transcript.ts";

/**
 * One IM session: its status and commands, its transcript, and where to write; or, while it is a pending
 * invitation, who invites and the answer.
 *
 * @fires parley-end - End Session.
 * @fires parley-done - Mark Done.
 * @fires parley-accept - Accept.
 * @fires parley-reject - Reject.
 * @fires parley-composer-size - The height of what must not be covered changed.
 */
@customElement("parley-session-view")
export class ParleySessionView extends ParleyElement {
  static override styles = [
    controls,
    commandButtonStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr) auto;
        min-block-size: 0;
        min-inline-size: 0;
        background: var(--parley-panel);
      }

      .bar {
        display: flex;
        align-items: center;
        gap: 8px;
        min-block-size: 52px;
        padding: 6px 16px;
        border-block-end: 1px solid var(--parley-line);
      }

      parley-status-indicator {
        flex: 1;
      }

      .invitation {
        display: grid;
        gap: 14px;
        align-content: start;
        justify-items: start;
        max-inline-size: 60ch;
        padding: 24px 16px;
      }

      .invitation h2 {
        font-size: 1rem;
        overflow-wrap: anywhere;
      }

      .muted {
        color: var(--parley-muted);
      }

      blockquote {
        margin: 0;
        padding-inline-start: 12px;
        border-inline-start: 3px solid var(--parley-other);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
      }

      .actions {
        display: flex;
        gap: 8px;
      }

      .actions button {
        min-inline-size: 112px;
        min-block-size: 36px;
      }

      @media (max-width: 560px) {
        .bar {
          padding-inline: 10px;
        }

        .command button {
          padding-inline: 8px;
        }
      }
    `,
  ];

  @property({ attribute: false }) session?: SessionView | undefined;
  @property({ attribute: false }) transcript?: Transcript | undefined;
  @property() draft = "";
  @property({ type: Boolean }) attentive = false;
  @property({ type: Boolean }) enterSends = true;
  @property({ type: Number }) limit = 20_000;

  @query("parley-composer") private composer?: ParleyComposer;

  #sizes: ResizeObserver | undefined;

  /** Moves the focus to where one writes, or to the answer of an invitation. */
  override focus(): void {
    if (this.composer && this.session?.maySend.allowed) this.composer.focus();
    else this.renderRoot.querySelector<HTMLElement>(".actions button, .command button")?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
    this.#sizes = undefined;
  }

  protected override updated(): void {
    if (this.#sizes) return;
    const view = this.ownerDocument.defaultView ?? window;
    this.#sizes = new view.ResizeObserver(([entry]) =>
      this.tell("parley-composer-size", { size: entry?.borderBoxSize[0]?.blockSize ?? 0 }),
    );
    const foot = this.renderRoot.querySelector(".foot");
    if (foot) this.#sizes.observe(foot);
  }

  protected override render() {
    const { session } = this;
    if (!session) return html``;
    const { id: sessionId, peerLogon: logon } = session;
    return html`<div class="bar">
        <parley-status-indicator .session=${session}></parley-status-indicator>
        ${
          session.pending
            ? ""
            : html`${commandButton({ name: "end", label: words.endSession(), icon: "end", permission: session.mayEnd, logon, run: () => this.tell("parley-end", { sessionId }) })}
            ${commandButton({ name: "done", label: words.markDone(), icon: "done", permission: session.mayMarkDone, logon, run: () => this.tell("parley-done", { sessionId }) })}`
        }
      </div>
      ${session.pending ? this.#renderInvitation(session) : this.#renderTranscript(session)}
      <div class="foot">${session.pending ? "" : this.#renderComposer(session)}</div>`;
  }

  #renderInvitation({ id: sessionId, peerLogon, peerName, mode, firstMessage, createdAt, busy }: SessionView) {
    return html`<div class="invitation">
      <h2>${mode === "plain" ? words.writesToYou(peerLogon) : words.invitesYou(peerLogon)}</h2>
      <p class="muted"><bdi>${peerName}</bdi> · ${words.invitedAt(formatTime(createdAt, Date.now()))}</p>
      ${firstMessage ? html`<blockquote>${firstMessage}</blockquote>` : ""}
      <div class="actions">
        <button type="button" class="primary" ?disabled=${busy} @click=${() => this.tell("parley-accept", { sessionId })}>${icon("accept")}${words.accept()}</button>
        <button type="button" ?disabled=${busy} @click=${() => this.tell("parley-reject", { sessionId })}>${icon("close")}${words.reject()}</button>
      </div>
    </div>`;
  }

  #renderTranscript({ id, peerLogon, peerTyping }: SessionView) {
    return html`<parley-transcript
      .transcript=${this.transcript}
      .sessionId=${id}
      .peerLogon=${peerLogon}
      .peerTyping=${peerTyping}
      .attentive=${this.attentive}
    ></parley-transcript>`;
  }

  #renderComposer({ id, peerLogon, maySend, state, mode }: SessionView) {
    return html`<parley-composer
      .sessionId=${id}
      .peerLogon=${peerLogon}
      .maySend=${maySend}
      .willWait=${state === "not-connected" && mode === "parley"}
      .draft=${this.draft}
      .limit=${this.limit}
      .enterSends=${this.enterSends}
    ></parley-composer>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-session-view": ParleySessionView;
  }
}
