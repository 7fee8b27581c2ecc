/** The Team Communicator: searching the directory as the agent types, and the rows that are looked at. */
import type { Clock } from "../client/clock.ts";
import { OfflineError } from "../client/errors.ts";
import { Emitter, type ReadonlyValue, Value } from "../client/value.ts";
import type { Directory } from "../extensions/directory/directory.ts";
import { deskError, problemOf } from "./errors.ts";
import { mayInvite } from "./permissions.ts";
import { missingPages, narrow, PAGE_ROWS, patchFavorite, patchPresence, placePage } from "./team-rows.ts";
import type { AgentRow, Me, Permission, Team, TeamFilter, TeamState } from "./types.ts";
import type { Watch } from "./watch.ts";

export interface TeamPorts {
  directory: Pick<Directory, "search" | "setFavorite">;
  watch: Watch;
  clock: Clock;
  me(): Me | undefined;
  isOnline(): boolean;
}

/** The first letter is asked for at once; who types on so fast need not be answered for each letter. */
const PACE_MS = 80;
const MAX_ASKS = 3;

export class DirectoryTeam implements Team {
  /** Rows that came from the directory, with names to learn. */
  readonly seen = new Emitter<readonly AgentRow[]>();
  readonly #ports: TeamPorts;
  readonly #state = new Value<TeamState>({ text: "", filter: "all", rows: new Map(), loading: false });
  readonly #stop: () => void;
  /** Grows with every new question, so that answers to older ones are known. */
  #question = 0;
  #asked = new Set<number>();
  /** How often a page was asked for: a directory that changes faster than it can be read is let be. */
  #asks = new Map<number, number>();
  #window = { first: 0, last: PAGE_ROWS - 1 };
  #isShown = false;
  /** A question that is due when the pause after the one before is over. */
  #isDue = false;
  #cancelPause: (() => void) | undefined;

  constructor(ports: TeamPorts) {
    this.#ports = ports;
    this.#stop = ports.watch.heard.on((presences) =>
      this.#state.update((state) => {
        const rows = patchPresence(state.rows, presences);
        return rows === state.rows ? state : { ...state, rows };
      }),
    );
  }

  get state(): ReadonlyValue<TeamState> {
    return this.#state;
  }

  search(text: string): void {
    if (text !== this.#state.get().text) this.#ask(text, this.#state.get().filter);
  }

  filter(filter: TeamFilter): void {
    if (filter !== this.#state.get().filter) this.#ask(this.#state.get().text, filter);
  }

  show(first: number, last: number): void {
    this.#isShown = true;
    this.#window = { first, last };
    // A question that is about to be asked asks for the window as well.
    if (!this.#isDue) this.#fill();
    this.#watchWindow();
  }

  async setFavorite(jid: string, favorite: boolean): Promise<void> {
    const before = [...this.#state.get().rows.values()].find((row) => row.jid === jid)?.favorite ?? !favorite;
    this.#patchFavorite(jid, favorite);
    try {
      await this.#ports.directory.setFavorite(jid, favorite);
    } catch (error) {
      this.#patchFavorite(jid, before);
      throw deskError(error);
    }
  }

  mayInvite(row: AgentRow): Permission {
    return mayInvite(row, this.#ports.me(), this.#ports.isOnline());
  }

  /** What is known may be old: the connection, or the service, was away. Rows stay until the answer is there. */
  refresh(): void {
    if (!this.#isShown) return;
    this.#isDue = false;
    this.#forget();
    const { first, last } = this.#window;
    this.#load([...missingPages({ rows: new Map(), count: this.#state.get().count }, { first, last }, this.#asked), 0]);
  }

  close(): void {
    this.#question++;
    this.#isDue = false;
    this.#cancelPause?.();
    this.#stop();
  }

  #ask(text: string, filter: TeamFilter): void {
    this.#forget();
    this.#window = { first: 0, last: this.#window.last - this.#window.first };
    const { rows } = this.#state.get();
    this.#state.set({ text, filter, rows: narrow(rows.values(), text, filter), loading: true });
    if (this.#cancelPause) this.#isDue = true;
    else this.#askNow();
  }

  #askNow(): void {
    this.#isDue = false;
    this.#cancelPause = this.#ports.clock.setTimeout(() => {
      this.#cancelPause = undefined;
      if (this.#isDue) this.#askNow();
    }, PACE_MS);
    // The narrowed rows are a guess: all of the window is asked for.
    this.#load([0]);
  }

  /** Answers to what was asked so far are no longer wanted. */
  #forget(): void {
    this.#question++;
    this.#asked = new Set();
    this.#asks = new Map();
  }

  #fill(): void {
    const { rows, count } = this.#state.get();
    this.#load(missingPages({ rows, count }, this.#window, this.#asked));
  }

  #load(pages: readonly number[]): void {
    for (const page of new Set(pages)) {
      const asks = (this.#asks.get(page) ?? 0) + 1;
      if (asks > MAX_ASKS) continue;
      this.#asks.set(page, asks);
      void this.#loadPage(page, this.#question);
    }
  }

  /** Never rejects: the state says what is wrong. */
  async #loadPage(index: number, question: number): Promise<void> {
    this.#asked.add(index);
    const { text, filter } = this.#state.get();
    this.#state.update((state) => ({ ...state, loading: true }));
    try {
      const page = await this.#ports.directory.search({ text, filter, index, max: PAGE_ROWS });
      this.seen.emit(page.rows);
      if (question !== this.#question) return;
      this.#asked.delete(index);
      this.#state.update((state) => {
        // The first answer to a new question takes the place of the guess.
        const known = state.count === undefined ? new Map<number, AgentRow>() : state.rows;
        const rows = placePage(known, page.rows, page.index, page.count);
        return { text, filter, count: page.count, rows, loading: this.#asked.size > 0 };
      });
      this.#watchWindow();
      this.#fill();
    } catch (error) {
      if (question !== this.#question) return;
      this.#asked.delete(index);
      const problem = error instanceof OfflineError ? undefined : problemOf(error);
      this.#state.update((state) => ({ ...state, loading: this.#asked.size > 0, ...(problem && { problem }) }));
    }
  }

  #watchWindow(): void {
    const { rows } = this.#state.get();
    const { first, last } = this.#window;
    const shown: string[] = [];
    for (let place = Math.max(0, first); place <= last; place++) {
      const row = rows.get(place);
      if (row) shown.push(row.jid);
    }
    this.#ports.watch.setRows(shown);
  }

  #patchFavorite(jid: string, favorite: boolean): void {
    this.#state.update((state) => ({ ...state, rows: patchFavorite(state.rows, jid, favorite) }));
  }
}
