import { css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { AgentRow, Permission, TeamFilter, TeamState } from "../../src/desk/types.ts";
import { filterWord, problemWords, words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { icon } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";
import type { ParleyTeamList } from "./team-list.ts";
import "./team-list.ts";

const FIRST_ROWS = 20;

const FILTERS: readonly TeamFilter[] = ["all", "favorites", "recents"];

/**
 * Finds a colleague: search, filters and the list of those who match.
 *
 * @fires parley-search - The text in the search field changed.
 * @fires parley-filter - Another filter was pressed.
 * @fires parley-show - Rows are wanted.
 */
@customElement("parley-team-communicator")
export class ParleyTeamCommunicator extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-block-size: 0;
      }

      section {
        display: flex;
        flex-direction: column;
        block-size: 100%;
        min-block-size: 0;
        background: var(--parley-panel);
      }

      .find {
        display: grid;
        gap: 8px;
        padding: 12px 12px 10px;
      }

      .field {
        position: relative;
      }

      .field svg {
        position: absolute;
        inset-block-start: calc(50% - 0.5625rem);
        inset-inline-start: 9px;
        color: var(--parley-muted);
        pointer-events: none;
      }

      .field input[type="search"] {
        padding-inline-start: 34px;
      }

      .filters {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: 6px;
      }

      .filters button {
        padding-inline: 4px;
      }

      .heading {
        display: flex;
        justify-content: space-between;
        padding: 2px 16px 6px;
        color: var(--parley-muted);
        font-size: var(--parley-small);
        font-variant-numeric: tabular-nums;
      }

      h2 {
        font: inherit;
        font-weight: 600;
      }

      parley-team-list {
        flex: 1;
        min-block-size: 0;
      }

      .message {
        display: grid;
        gap: 12px;
        justify-items: start;
        padding: 8px 16px;
        color: var(--parley-muted);
        overflow-wrap: anywhere;
      }

      .problem {
        display: flex;
        gap: 8px;
        color: var(--parley-bad);
      }

      .skeleton {
        display: grid;
        gap: 6px;
        padding: 8px 16px;
        margin: 0;
        list-style: none;
      }

      .skeleton span {
        display: block;
        block-size: calc(var(--parley-row) - 16px);
        margin-block: 5px;
        border-radius: var(--parley-radius-small);
        background: var(--parley-sunken);
      }

      @media (prefers-reduced-motion: no-preference) {
        .skeleton span {
          animation: breathe 1.6s ease-in-out infinite alternate;
        }
      }

      @keyframes breathe {
        to {
          opacity: 0.5;
        }
      }
    `,
  ];

  @property({ attribute: false }) team?: TeamState | undefined;
  /** Whether this agent can be sent an IM now. */
  @property({ attribute: false }) mayInvite: (row: AgentRow) => Permission = () => ({ allowed: true });
  /** Height of a row in CSS pixels, as in the token --parley-row. */
  @property({ type: Number }) rowHeight = 48;

  @query("input") private field!: HTMLInputElement;
  @query("parley-team-list") private list?: ParleyTeamList;

  /** Moves the focus into the search field. */
  override focus(): void {
    this.field.focus();
  }

  protected override render() {
    const { team } = this;
    return html`<section aria-label=${words.teamCommunicator()}>
      <div class="find" role="search">
        <div class="field">
          ${icon("search")}
          <input
            type="search"
            aria-label=${words.search()}
            placeholder=${words.searchHint()}
            autocomplete="off"
            spellcheck="false"
            dir="auto"
            .value=${team?.text ?? ""}
            @input=${() => this.tell("parley-search", { text: this.field.value })}
            @keydown=${this.#onFieldKey}
          />
        </div>
        <div class="filters" role="group" aria-label=${words.filters()}>${FILTERS.map((filter) => this.#renderFilter(filter))}</div>
      </div>
      <div class="heading">
        <h2>${words.agents()}</h2>
        <span aria-live="polite">${team?.count === undefined ? nothing : words.found(team.count)}</span>
      </div>
      ${this.#renderContent(team)}
    </section>`;
  }

  protected override firstUpdated(): void {
    this.#askForRows();
  }

  /** The rows that the list will show at first; it is not there yet to ask by itself. */
  #askForRows(): void {
    this.tell("parley-show", { first: 0, last: FIRST_ROWS - 1 });
  }

  #renderFilter(filter: TeamFilter) {
    const isPressed = this.team?.filter === filter;
    return html`<button type="button" aria-pressed=${String(isPressed)} @click=${() => this.tell("parley-filter", { filter })}>${filterWord(filter)}</button>`;
  }

  #renderContent(team: TeamState | undefined) {
    if (team?.problem && !team.count) return this.#renderProblem(team);
    if (team?.count === undefined) return this.#renderLoading();
    if (team.count === 0) return html`<p class="message">${this.#emptyWords(team)}</p>`;
    return html`${team.problem ? html`<p class="message"><span class="problem">${icon("warning")}${problemWords(team.problem)}</span></p>` : nothing}
      <parley-team-list .team=${team} .mayInvite=${this.mayInvite} .rowHeight=${this.rowHeight}></parley-team-list>`;
  }

  #renderProblem(team: TeamState) {
    return html`<div class="message">
      <p class="problem" role="alert">${icon("warning")}<span>${team.problem && problemWords(team.problem)}</span></p>
      <button type="button" @click=${this.#askForRows}>${words.tryAgain()}</button>
    </div>`;
  }

  #renderLoading() {
    return html`<div class="skeleton"><span class="visually-hidden">${words.loading()}</span><span></span><span></span><span></span><span></span></div>`;
  }

  #emptyWords({ text, filter }: TeamState): string {
    if (text) return words.noMatch(text);
    return filter === "favorites" ? words.noFavorites() : filter === "recents" ? words.noRecents() : words.noAgents();
  }

  /** From the field straight into the list, and Escape empties the field. */
  #onFieldKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && this.list) {
      event.preventDefault();
      this.list.focusFirst();
    } else if (event.key === "Escape" && this.field.value) {
      event.preventDefault();
      this.tell("parley-search", { text: "" });
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-team-communicator": ParleyTeamCommunicator;
  }
}
