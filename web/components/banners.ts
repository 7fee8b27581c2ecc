import { css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { DeskConnection, Problem } from "../../src/desk/types.ts";
import { problemWords, words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";

/**
 * What is wrong with the desk as a whole: no connection, no service, and problems one can dismiss.
 *
 * @fires parley-try-now - Connect at once.
 * @fires parley-dismiss - The agent has read this problem.
 * @fires parley-ask-permission - The browser is to ask for notifications.
 * @fires parley-no-notifications - The agent does without them.
 */
@customElement("parley-banners")
export class ParleyBanners extends ParleyElement {
  static override styles = [
    controls,
    css`
      .banner {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
        min-block-size: 40px;
        padding: 4px 16px;
        border-block-end: 1px solid var(--parley-line);
        background: var(--parley-warn-soft);
      }

      .banner > svg {
        color: var(--parley-warn);
      }

      .hint {
        background: var(--parley-accent-soft);
      }

      .hint > svg {
        color: var(--parley-accent);
      }

      .bad {
        background: var(--parley-bad-soft);
      }

      .bad > svg {
        color: var(--parley-bad);
      }

      .text {
        flex: 1 1 16ch;
      }

      .countdown {
        color: var(--parley-muted);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) connection: DeskConnection = { type: "online" };
  @property({ type: Boolean }) serviceThere = true;
  @property({ attribute: false }) problems: readonly Problem[] = [];

  /** Notifications are wanted and the browser was not asked yet. */
  @property({ type: Boolean }) asksPermission = false;

  @state() private now = Date.now();
  #tick: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#count(false);
  }

  protected override willUpdate(): void {
    this.#count(this.connection.type === "reconnecting" && this.isConnected);
  }

  protected override render() {
    const { connection } = this;
    return html`<section aria-label=${words.notices()}>
      <div role="alert">
        ${connection.type === "reconnecting" ? this.#renderLost() : nothing}${this.#renderServiceAway()}
        ${this.problems.map((problem) => this.#renderProblem(problem))}
      </div>
      ${this.asksPermission ? this.#renderPermission() : nothing}
    </section>`;
  }

  #renderLost() {
    return html`<div class="banner">${icon("offline")}<span class="text">${words.connectionLost()}</span>
      <span class="countdown" aria-live="off">${this.#renderCountdown()}</span>
      <button type="button" @click=${() => this.tell("parley-try-now")}>${words.tryNow()}</button>
    </div>`;
  }

  #renderCountdown() {
    const retryAt = this.connection.type === "reconnecting" ? this.connection.retryAt : undefined;
    return retryAt === undefined ? words.tryingNow() : words.tryingIn(Math.max(0, Math.ceil((retryAt - this.now) / 1_000)));
  }

  #renderServiceAway() {
    if (this.serviceThere || this.connection.type !== "online") return nothing;
    return html`<div class="banner">${icon("warning")}<span class="text">${words.serviceAway()}</span></div>`;
  }

  #renderPermission() {
    return html`<div class="banner hint">${icon("info")}<span class="text">${words.askPermission()}</span>
      <button type="button" @click=${() => this.tell("parley-ask-permission")}>${words.allow()}</button>
      <button type="button" class="quiet" @click=${() => this.tell("parley-no-notifications")}>${words.notNow()}</button>
    </div>`;
  }

  #renderProblem(problem: Problem) {
    return html`<div class="banner bad">${icon("warning")}<span class="text">${problemWords(problem)}</span>
      <button type="button" @click=${() => this.tell("parley-dismiss", { problem })}>${words.dismiss()}</button>
    </div>`;
  }

  #count(isCounting: boolean): void {
    if (isCounting && this.#tick === undefined) {
      this.now = Date.now();
      this.#tick = setInterval(() => (this.now = Date.now()), 1_000);
    } else if (!isCounting) {
      clearInterval(this.#tick);
      this.#tick = undefined;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-banners": ParleyBanners;
  }
}
