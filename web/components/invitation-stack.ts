import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { SessionView } from "../../src/desk/types.ts";
import { words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { ParleyElement } from "./parley-element.ts";
import type { ParleyInvitation } from "./invitation.ts";
import "./invitation.ts";

/** The invitations that wait for an answer now, the newest lowest. */
@customElement("parley-invitation-stack")
export class ParleyInvitationStack extends ParleyElement {
  static override styles = [
    controls,
    css`
      section {
        display: grid;
        gap: 10px;
        max-block-size: inherit;
        /* Room for the shadows, which scrolling would cut off. */
        padding: 16px;
        margin: -16px;
        overflow: auto;
        scrollbar-width: thin;
      }
    `,
  ];

  @property({ attribute: false }) sessions: readonly SessionView[] = [];

  /** Moves the focus to the oldest invitation, which runs out first. */
  override focus(): void {
    this.renderRoot.querySelector<ParleyInvitation>("parley-invitation")?.focus();
  }

  protected override render() {
    if (this.sessions.length === 0) return nothing;
    return html`<section aria-label=${words.invitations()}>
      ${repeat(
        this.sessions,
        ({ id }) => id,
        (session) => html`<parley-invitation .session=${session}></parley-invitation>`,
      )}
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-invitation-stack": ParleyInvitationStack;
  }
}
