import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Desk } from "../../src/desk/types.ts";
import { ParleyElement } from "../components/parley-element.ts";
import { controls } from "../styles/controls.ts";
import { Observed } from "./observed.ts";
import "../components/desk-header.ts";
import "../components/invitation-stack.ts";
import "../components/task-bar.ts";
import "../components/team-communicator.ts";

/** The desk in a small window: readiness, Team Communicator, task bar and invitations. */
@customElement("parley-gadget-view")
export class ParleyGadgetView extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
        block-size: 100dvh;
      }

      parley-invitation-stack {
        position: fixed;
        inset-inline: 12px;
        inset-block-end: 60px;
        max-block-size: calc(100dvh - 120px);
      }
    `,
  ];

  @property({ attribute: false }) desk?: Desk | undefined;
  @property({ type: Number }) rowHeight = 48;

  readonly #team = new Observed<ReturnType<Desk["team"]["state"]["get"]>>(this);
  readonly #sessions = new Observed<ReturnType<Desk["sessions"]["get"]>>(this);
  readonly #me = new Observed<ReturnType<Desk["me"]["get"]>>(this);
  readonly #readiness = new Observed<ReturnType<Desk["readiness"]["get"]>>(this);

  protected override willUpdate(): void {
    this.#team.watch(this.desk?.team.state);
    this.#sessions.watch(this.desk?.sessions);
    this.#me.watch(this.desk?.me);
    this.#readiness.watch(this.desk?.readiness);
  }

  protected override render() {
    const { desk } = this;
    if (!desk) return nothing;
    const { sessions = [], currentId = "" } = this.#sessions.value ?? {};
    return html`<parley-desk-header compact .me=${this.#me.value} .readiness=${this.#readiness.value}></parley-desk-header>
      <parley-team-communicator .team=${this.#team.value} .mayInvite=${desk.team.mayInvite.bind(desk.team)} .rowHeight=${this.rowHeight}></parley-team-communicator>
      <parley-task-bar .sessions=${sessions} .currentId=${currentId}></parley-task-bar>
      <parley-invitation-stack .sessions=${sessions.filter(({ notifying }) => notifying)}></parley-invitation-stack>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-gadget-view": ParleyGadgetView;
  }
}
