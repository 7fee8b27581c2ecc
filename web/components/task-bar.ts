import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { SessionView } from "../../src/desk/types.ts";
import { stateWord, words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";

/**
 * One button for each interaction, pending invitations too.
 *
 * @fires parley-open - Display this interaction.
 */
@customElement("parley-task-bar")
export class ParleyTaskBar extends ParleyElement {
  static override styles = [
    controls,
    css`
      section {
        display: flex;
        align-items: center;
        gap: 8px;
        min-block-size: 48px;
        padding: 6px 12px;
        overflow: auto hidden;
        border-block-start: 1px solid var(--parley-line);
        background: var(--parley-panel);
        scrollbar-width: thin;
      }

      button {
        flex: none;
        max-inline-size: 320px;
      }

      bdi {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .state {
        color: var(--parley-muted);
        font-size: var(--parley-small);
      }

      button[aria-current="true"] {
        border-color: var(--parley-accent);
        background: var(--parley-accent-soft);
        font-weight: 600;
      }

      button.pending {
        border-color: var(--parley-warn);
        background: var(--parley-warn-soft);
        box-shadow: inset 3px 0 0 var(--parley-warn);
      }

      button.pending .state {
        color: var(--parley-warn);
        font-weight: 600;
      }

      .none {
        color: var(--parley-muted);
        font-size: var(--parley-small);
      }
    `,
  ];

  @property({ attribute: false }) sessions: readonly SessionView[] = [];
  @property() currentId = "";

  /** Moves the focus to the interaction in front, else to the first. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>("button[aria-current], button")?.focus();
  }

  protected override render() {
    return html`<section aria-label=${words.taskBar()}>
      ${
        this.sessions.length === 0
          ? html`<span class="none">${words.noInteractions()}</span>`
          : repeat(
              this.sessions,
              ({ id }) => id,
              (session) => this.#renderButton(session),
            )
      }
    </section>`;
  }

  #renderButton({ id, peerLogon, pending, state, unread }: SessionView) {
    const isCurrent = id === this.currentId;
    return html`<button type="button" class=${pending ? "pending" : ""} aria-current=${isCurrent ? "true" : nothing} @click=${() => this.tell("parley-open", { sessionId: id })}>
      ${icon(pending ? "invitation" : "message")}
      <bdi>${peerLogon}</bdi> <span class="state">${pending ? words.pending() : stateWord(state)}</span>
      ${unread > 0 ? html` <span class="badge" aria-hidden="true">${unread}</span><span class="visually-hidden">${words.unread(unread)}</span>` : nothing}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-task-bar": ParleyTaskBar;
  }
}
