import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { AgentRow, Permission, TeamState } from "../../src/desk/types.ts";
import { denialWords, readinessWords, words } from "../i18n/words.ts";
import { controls } from "../styles/controls.ts";
import { holdRows } from "./hold-rows.ts";
import { icon } from "./icons.ts";
import type { MenuItem, ParleyMenu } from "./menu.ts";
import { ParleyElement } from "./parley-element.ts";
import { teamListStyles } from "./team-list-styles.ts";
import "./menu.ts";
import "./readiness-dot.ts";

/** Rows kept ready above and below those on screen. */
const OVERSCAN = 6;

/**
 * The agents that match, as a grid of which only the rows on screen exist (APG "Grid": rows take the focus, left
 * and right go to a row's buttons). While the list is pointed at, has the focus, or its menu is open, no row changes its place.
 *
 * @fires parley-show - Other rows came on screen.
 * @fires parley-favorite - The star of a row was pressed.
 * @fires parley-invite - "Send an Instant Message" was chosen.
 */
@customElement("parley-team-list")
export class ParleyTeamList extends ParleyElement {
  static override styles = [controls, teamListStyles];

  @property({ attribute: false }) team?: TeamState | undefined;
  @property({ attribute: false }) mayInvite: (row: AgentRow) => Permission = () => ({ allowed: true });
  @property({ type: Number }) rowHeight = 48;

  /** The row that Tab reaches. */
  @state() private active = 0;
  @state() private first = 0;
  @state() private onScreen = 12;
  /** Whose menu is open. */
  @state() private acting?: AgentRow | undefined;

  @query(".scroller") private scroller!: HTMLElement;
  @query("parley-menu") private menu!: ParleyMenu;

  #rows: ReadonlyMap<number, AgentRow> = new Map();
  #isPointedAt = false;
  #hasFocus = false;
  #told = "";
  #sizes?: ResizeObserver;

  /** Moves the focus to the first row. */
  focusFirst(): void {
    void this.#goTo(0);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => this.#watchSize());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
    this.#isPointedAt = false;
    this.#hasFocus = false;
    this.acting = undefined;
    this.#told = "";
  }

  get #isHeld(): boolean {
    return this.#isPointedAt || this.#hasFocus || this.acting !== undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("team") || !this.team) return;
    const before = changed.get("team");
    const isSameQuestion = before?.text === this.team.text && before.filter === this.team.filter;
    const isHeld = isSameQuestion && this.#isHeld;
    this.#rows = isHeld ? holdRows(this.#rows, this.team.rows) : this.team.rows;
    this.active = Math.min(this.active, Math.max(0, (this.team.count ?? 0) - 1));
    if (before && !isSameQuestion) {
      this.active = 0;
      this.first = 0;
      this.scroller?.scrollTo(0, 0);
    }
  }

  protected override render() {
    const count = this.team?.count ?? 0;
    const from = Math.max(0, Math.min(this.first, count - this.onScreen) - OVERSCAN);
    const to = Math.min(count, this.first + this.onScreen + OVERSCAN);
    const indexes = new Set(Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset));
    // The row that has the focus stays, however far it is scrolled away.
    if (this.active < count) indexes.add(this.active);
    return html`<div class="scroller" @scroll=${this.#onScroll} @pointerenter=${this.#onEnter} @pointerleave=${this.#onLeave} @focusin=${this.#onFocusIn} @focusout=${this.#onFocusOut}>
        <div role="grid" aria-label=${words.agents()} aria-rowcount=${count} aria-busy=${String(this.team?.loading ?? false)} .style=${`block-size:${count * this.rowHeight}px`} @keydown=${this.#onKey}>
          ${repeat(
            [...indexes].sort((a, b) => a - b),
            (index) => index,
            (index) => this.#renderRow(index),
          )}
        </div>
      </div>
      <parley-menu .label=${words.actionsFor(this.acting?.logon ?? "")} .items=${this.#items()} @parley-choose=${this.#onChoose} @parley-menu-closed=${this.#onMenuClosed}></parley-menu>`;
  }

  protected override updated(): void {
    const count = this.team?.count ?? 0;
    const last = Math.min(count, this.first + this.onScreen) - 1;
    const key = `${this.team?.filter} ${this.team?.text} ${this.first} ${last}`;
    if (last < this.first || key === this.#told) return;
    this.#told = key;
    this.tell("parley-show", { first: this.first, last });
  }

  #renderRow(index: number) {
    const row = this.#rows.get(index);
    const place = `transform:translateY(${index * this.rowHeight}px);block-size:${this.rowHeight}px`;
    if (!row) {
      return html`<div class="row" role="row" aria-rowindex=${index + 1} aria-busy="true" data-index=${index} tabindex=${index === this.active ? 0 : -1} aria-label=${words.loading()} .style=${place}>
        <span role="gridcell" class="words"><span class="ghost"></span></span>
      </div>`;
    }
    const readiness = readinessWords(row.readiness, row.reason);
    const about = [readiness, ...row.groups, ...(row.plain ? [words.otherClient()] : [])].join(" · ");
    return html`<div
      class="row"
      role="row"
      aria-rowindex=${index + 1}
      aria-label="${row.logon}, ${row.name}, ${about}"
      data-index=${index}
      data-readiness=${row.readiness}
      tabindex=${index === this.active ? 0 : -1}
      .style=${place}
      @click=${(event: MouseEvent) => this.#onRowClick(event, index)}
      @focusin=${() => (this.active = index)}
    >
      <span role="gridcell" class="dot"><parley-readiness-dot readiness=${row.readiness}></parley-readiness-dot></span>
      <span role="gridcell" class="words">
        <span class="name"><bdi class="logon">${row.logon}</bdi>${row.name && row.name !== row.logon ? html` <bdi class="full">${row.name}</bdi>` : nothing}</span>
        <bdi class="about">${about}</bdi>
      </span>
      <span role="gridcell" class="buttons">
        <button
          class="quiet icon star"
          type="button"
          tabindex="-1"
          aria-pressed=${String(row.favorite)}
          aria-label=${words.favorite(row.logon)}
          @click=${() => this.tell("parley-favorite", { jid: row.jid, favorite: !row.favorite })}
        >
          ${icon(row.favorite ? "star-filled" : "star")}
        </button>
        <button class="quiet icon" type="button" tabindex="-1" aria-haspopup="menu" aria-label=${words.actionsFor(row.logon)} @click=${() => this.#act(index)}>${icon("more")}</button>
      </span>
    </div>`;
  }

  /** The commands for the agent whose menu is open. */
  #items(): MenuItem[] {
    const row = this.acting;
    if (!row) return [];
    const permission = this.mayInvite(this.#newest(row));
    // Without the right to it the command is not offered at all.
    if (!permission.allowed && permission.reason === "no-right") return [{ id: "none", label: words.noActions(), why: words.noImRight() }];
    const item: MenuItem = { id: "im", label: words.sendIm(row.logon), icon: "message" };
    return [permission.allowed ? item : { ...item, why: denialWords(permission.reason, row.logon) }];
  }

  #newest(row: AgentRow): AgentRow {
    return [...this.#rows.values()].find(({ jid }) => jid === row.jid) ?? row;
  }

  async #act(index: number): Promise<void> {
    const row = this.#rows.get(index);
    if (!row) return;
    this.active = index;
    this.acting = row;
    await this.updateComplete;
    const button = this.#rowElement(index)?.querySelector(".buttons button:last-child");
    if (button) await this.menu.openAt(button);
  }

  #onChoose(event: HTMLElementEventMap["parley-choose"]): void {
    event.stopPropagation();
    const row = this.acting;
    this.acting = undefined;
    if (row && event.detail.id === "im") this.tell("parley-invite", { jid: row.jid });
  }

  #onMenuClosed(event: Event): void {
    event.stopPropagation();
    this.acting = undefined;
    this.#release();
    this.#rowElement(this.active)?.focus();
  }

  #onRowClick(event: MouseEvent, index: number): void {
    const isOnButton = event.composedPath().some((target) => target instanceof Element && target.localName === "button");
    if (!isOnButton) void this.#act(index);
  }

  #onKey(event: KeyboardEvent): void {
    const count = this.team?.count ?? 0;
    const to = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      Home: 0,
      End: count - 1,
      PageDown: this.active + this.onScreen,
      PageUp: this.active - this.onScreen,
    }[event.key];
    const isOnRow = (event.target as Element).role === "row";
    if (to !== undefined) {
      void this.#goTo(Math.max(0, Math.min(count - 1, to)));
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      this.#goSideways(event.key === "ArrowRight");
    } else if (isOnRow && (event.key === "Enter" || event.key === " ")) {
      void this.#act(this.active);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Row → star → actions, and back; mirrored where the text runs from right to left. */
  #goSideways(isRight: boolean): void {
    const row = this.#rowElement(this.active);
    if (!row) return;
    const stops = [row, ...row.querySelectorAll<HTMLElement>("button")];
    const isForward = isRight === (getComputedStyle(this).direction !== "rtl");
    const now = stops.indexOf(this.shadowRoot?.activeElement as HTMLElement);
    stops[Math.max(0, Math.min(stops.length - 1, now + (isForward ? 1 : -1)))]?.focus();
  }

  async #goTo(index: number): Promise<void> {
    this.active = index;
    const top = index * this.rowHeight;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + this.rowHeight > scrollTop + clientHeight) this.scroller.scrollTop = top + this.rowHeight - clientHeight;
    this.#measure();
    await this.updateComplete;
    this.#rowElement(index)?.focus({ preventScroll: true });
  }

  #rowElement(index: number): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`[data-index="${index}"]`);
  }

  #onScroll(): void {
    this.#measure();
  }

  #onEnter(): void {
    this.#isPointedAt = true;
  }

  #onLeave(): void {
    this.#isPointedAt = false;
    this.#release();
  }

  #onFocusIn(): void {
    this.#hasFocus = true;
  }

  #onFocusOut(): void {
    this.#hasFocus = false;
    this.#release();
  }

  /** Nobody holds the list: it may take its newest order. */
  #release(): void {
    if (!this.#isHeld && this.team) {
      this.#rows = this.team.rows;
      this.requestUpdate();
    }
  }

  #watchSize(): void {
    const Observer = (this.ownerDocument.defaultView ?? window).ResizeObserver;
    this.#sizes?.disconnect();
    this.#sizes = new Observer(() => this.#measure());
    this.#sizes.observe(this.scroller);
    this.#measure();
  }

  #measure(): void {
    const { scrollTop, clientHeight } = this.scroller;
    this.first = Math.floor(scrollTop / this.rowHeight);
    this.onScreen = Math.max(1, Math.ceil(clientHeight / this.rowHeight) + 1);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-team-list": ParleyTeamList;
  }
}
