import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { SessionView } from "../../src/desk/types.ts";
import { sessionNotice, stateWord } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { ParleyElement } from "./parley-element.ts";

/** With whom, and whether connected; and beside it what is new. Both are announced as they change. */
@customElement("parley-status-indicator")
export class ParleyStatusIndicator extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        min-inline-size: 0;
        line-height: 1.35;
      }

      [role="status"] {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        column-gap: 8px;
        min-inline-size: 0;
      }

      bdi {
        overflow-wrap: anywhere;
        font-weight: 600;
      }

      .state {
        display: inline-flex;
        align-items: center;
        gap: 5px;
        color: var(--parley-muted);
        font-weight: 600;
      }

      .state::before {
        content: "";
        inline-size: 8px;
        block-size: 8px;
        border: 2px solid currentColor;
        border-radius: 50%;
      }

      .connected {
        color: var(--parley-good);
      }

      .connected::before {
        background: currentColor;
      }

      .not-connected {
        color: var(--parley-warn);
      }

      .ended::before {
        border-radius: 1px;
      }

      .notice {
        color: var(--parley-muted);
        font-size: var(--parley-small);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) session?: SessionView | undefined;

  protected override render() {
    const { session } = this;
    if (!session) return nothing;
    return html`<div role="status">
        <bdi>${session.peerLogon}</bdi><span class="visually-hidden"> · </span><span class="state ${session.state}">${stateWord(session.state)}</span>
      </div>
      <div class="notice" aria-live="polite">${sessionNotice(session) ?? nothing}</div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-status-indicator": ParleyStatusIndicator;
  }
}
