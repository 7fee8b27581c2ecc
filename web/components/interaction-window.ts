import { css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { repeat } from "lit/directives/repeat.js";
import type { SessionView, Transcript } from "../../src/desk/types.ts";
import { words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";
import type { ParleySessionView } from "./session-view.ts";
import "./session-view.ts";

/**
 * The open sessions as tabs (APG "Tabs", automatic activation) and the one in front.
 *
 * @fires parley-open - Another tab was chosen.
 */
@customElement("parley-interaction-window")
export class ParleyInteractionWindow extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-block-size: 0;
        min-inline-size: 0;
      }

      section {
        display: flex;
        flex-direction: column;
        block-size: 100%;
        min-inline-size: 0;
      }

      [role="tablist"] {
        display: flex;
        flex: none;
        gap: 2px;
        min-block-size: 40px;
        padding: 6px 12px 0;
        overflow: auto hidden;
        border-block-end: 1px solid var(--parley-line);
        background: var(--parley-sunken);
        scrollbar-width: none;
      }

      [role="tab"] {
        flex: none;
        max-inline-size: 220px;
        min-block-size: 34px;
        margin-block-end: -1px;
        border-color: transparent;
        border-end-start-radius: 0;
        border-end-end-radius: 0;
        background: none;
        color: var(--parley-muted);
      }

      [role="tab"]:focus-visible {
        outline-offset: -3px;
      }

      [role="tab"] bdi {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      [role="tab"][aria-selected="true"] {
        border-color: var(--parley-line);
        border-block-end-color: var(--parley-panel);
        background: var(--parley-panel);
        box-shadow: inset 0 2px 0 var(--parley-accent);
        color: var(--parley-text);
        font-weight: 600;
      }

      [role="tabpanel"],
      .empty {
        flex: 1;
      }

      [role="tabpanel"] {
        display: grid;
        min-block-size: 0;
        min-inline-size: 0;
      }

      .empty {
        display: grid;
        gap: 8px;
        place-content: center;
        justify-items: center;
        padding: 24px;
        background: var(--parley-panel);
        color: var(--parley-muted);
        text-align: center;
      }

      .empty svg {
        inline-size: 2.5rem;
        block-size: 2.5rem;
      }

      .empty h2 {
        color: var(--parley-text);
        font-size: 1rem;
      }

      .empty p {
        max-inline-size: 44ch;
      }
    `,
  ];

  /** The sessions that have a tab. */
  @property({ attribute: false }) sessions: readonly SessionView[] = [];
  @property() currentId = "";
  /** Of the current session. */
  @property({ attribute: false }) transcript?: Transcript | undefined;
  @property() draft = "";
  @property({ type: Boolean }) attentive = false;
  @property({ type: Boolean }) enterSends = true;
  @property({ type: Number }) limit = 20_000;

  @query("parley-session-view") private view?: ParleySessionView;

  /** Moves the focus into the current session. */
  override focus(): void {
    this.view?.focus();
  }

  protected override render() {
    const current = this.sessions.find(({ id }) => id === this.currentId);
    return html`<section aria-label=${words.interactionWindow()}>
      ${
        this.sessions.length > 0
          ? html`<div role="tablist" aria-label=${words.interactions()} @keydown=${this.#onKey}>
            ${repeat(
              this.sessions,
              ({ id }) => id,
              (session) => this.#renderTab(session),
            )}
          </div>`
          : nothing
      }
      ${current ? this.#renderPanel(current) : this.#renderEmpty()}
    </section>`;
  }

  #renderTab({ id, peerLogon, unread }: SessionView) {
    const isCurrent = id === this.currentId;
    return html`<button
      type="button"
      role="tab"
      id="tab-${id}"
      aria-description=${unread > 0 ? words.unread(unread) : nothing}
      aria-selected=${String(isCurrent)}
      aria-controls=${isCurrent ? "panel" : nothing}
      tabindex=${isCurrent ? 0 : -1}
      @click=${() => this.tell("parley-open", { sessionId: id })}
    >
      <bdi>${peerLogon}</bdi>${unread > 0 ? html`<span class="badge" aria-hidden="true">${unread}</span>` : nothing}
    </button>`;
  }

  #renderPanel(session: SessionView) {
    return html`<div role="tabpanel" id="panel" aria-labelledby="tab-${session.id}">
      ${keyed(
        session.id,
        html`<parley-session-view
          .session=${session}
          .transcript=${this.transcript}
          .draft=${this.draft}
          .attentive=${this.attentive}
          .enterSends=${this.enterSends}
          .limit=${this.limit}
        ></parley-session-view>`,
      )}
    </div>`;
  }

  #renderEmpty() {
    return html`<div class="empty">${icon("message")}
      <h2>${words.nothingOpen()}</h2>
      <p>${words.nothingOpenHint()}</p>
    </div>`;
  }

  #onKey(event: KeyboardEvent): void {
    const now = this.sessions.findIndex(({ id }) => id === this.currentId);
    const step = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const count = this.sessions.length;
    const to = { ArrowRight: (now + step + count) % count, ArrowLeft: (now - step + count) % count, Home: 0, End: count - 1 }[event.key];
    const session = to === undefined ? undefined : this.sessions[to];
    if (!session) return;
    event.preventDefault();
    this.tell("parley-open", { sessionId: session.id });
    this.renderRoot.querySelectorAll<HTMLElement>("[role=tab]")[to ?? 0]?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-interaction-window": ParleyInteractionWindow;
  }
}
