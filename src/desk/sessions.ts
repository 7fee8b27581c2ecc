/** The sessions as the agent sees them: tabs, task bar, notifications, unread, typing. */
import type { Clock } from "../client/clock.ts";
import { type ReadonlyValue, Value } from "../client/value.ts";
import type { Session } from "../extensions/im-session/types.ts";
import type { Kept } from "./kept.ts";
import type { Person } from "./people.ts";
import { keepEqual, sessionView } from "./session-view.ts";
import { peerOf } from "./session-list.ts";
import type { Me, SessionsState, SessionView } from "./types.ts";

export interface SessionsPorts {
  clock: Clock;
  own: string;
  me(): Me | undefined;
  isOnline(): boolean;
  personOf(jid: string): Person;
  unread(sessionId: string): number;
  isTyping(sessionId: string): boolean;
  firstMessage(sessionId: string): string | undefined;
  /** The tabs changed. */
  keep(open: Kept["open"]): void;
}

export class Sessions {
  readonly #ports: SessionsPorts;
  readonly #state = new Value<SessionsState>({ sessions: [] });
  readonly #busy = new Map<string, number>();
  /** By our own clock: the service's may differ. */
  readonly #notifyUntil = new Map<string, number>();
  #sessions: ReadonlyMap<string, Session> = new Map();
  #open: ReadonlySet<string>;
  #currentId: string | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: SessionsPorts, kept: Kept["open"] | undefined) {
    this.#ports = ports;
    this.#open = new Set(kept?.ids);
    this.#currentId = kept?.currentId;
  }

  get state(): ReadonlyValue<SessionsState> {
    return this.#state;
  }

  get currentId(): string | undefined {
    return this.#currentId;
  }

  get(sessionId: string): Session | undefined {
    return this.#sessions.get(sessionId);
  }

  view(sessionId: string): SessionView | undefined {
    return this.#state.get().sessions.find(({ id }) => id === sessionId);
  }

  update(sessions: ReadonlyMap<string, Session>): void {
    const { clock } = this.#ports;
    for (const session of sessions.values()) {
      if (this.#notifyUntil.has(session.id)) continue;
      this.#notifyUntil.set(session.id, clock.now() + (session.expiresAt - session.createdAt));
    }
    for (const id of this.#notifyUntil.keys()) if (!sessions.has(id)) this.#notifyUntil.delete(id);
    this.#sessions = sessions;
    this.#closeTabs();
    this.refresh();
  }

  /** Something that the views are made of changed. */
  refresh(): void {
    const now = this.#ports.clock.now();
    const before = this.#state.get();
    const views = [...this.#sessions.values()].toSorted((a, b) => a.createdAt - b.createdAt).map((one) => this.#view(one, now));
    const sessions = keepEqual(before.sessions, views);
    const currentId = this.#currentId !== undefined && this.#sessions.has(this.#currentId) ? this.#currentId : undefined;
    if (sessions !== before.sessions || currentId !== before.currentId) {
      this.#state.set({ sessions, ...(currentId !== undefined && { currentId }) });
    }
    this.#wakeAt(
      views.filter(({ notifying }) => notifying).map(({ expiresAt }) => expiresAt),
      now,
    );
  }

  /** Brings the session's tab to the front, making it if there is none. */
  open(sessionId: string): void {
    this.#open = new Set(this.#open).add(sessionId);
    this.#currentId = sessionId;
    this.#keep();
    this.refresh();
  }

  /** Runs a command of this session; the session is busy meanwhile. */
  async during<Result>(sessionId: string, run: () => Promise<Result>): Promise<Result> {
    this.#count(sessionId, 1);
    try {
      return await run();
    } finally {
      this.#count(sessionId, -1);
    }
  }

  close(): void {
    this.#cancelTimer?.();
  }

  #view(session: Session, now: number): SessionView {
    const { own, me, isOnline, personOf, unread, isTyping, firstMessage } = this.#ports;
    const { id } = session;
    return sessionView(session, {
      own,
      me: me(),
      isOnline: isOnline(),
      now,
      peer: personOf(peerOf(session, own)),
      notifyUntil: this.#notifyUntil.get(id) ?? now,
      isOpen: this.#open.has(id),
      isBusy: this.#busy.has(id),
      isTyping: isTyping(id),
      unread: unread(id),
      firstMessage: firstMessage(id),
    });
  }

  /** Tabs of sessions that are gone; the one in front gives way to its neighbour. */
  #closeTabs(): void {
    const tabs = [...this.#open];
    const left = tabs.filter((id) => this.#sessions.has(id));
    if (left.length === tabs.length) return;
    if (this.#currentId !== undefined && !this.#sessions.has(this.#currentId)) {
      const place = tabs.indexOf(this.#currentId);
      const following = tabs.slice(place + 1).find((id) => this.#sessions.has(id));
      this.#currentId = following ?? left.at(-1);
    }
    this.#open = new Set(left);
    this.#keep();
  }

  #keep(): void {
    const currentId = this.#currentId;
    this.#ports.keep({ ids: [...this.#open], ...(currentId !== undefined && { currentId }) });
  }

  #count(sessionId: string, change: number): void {
    const count = (this.#busy.get(sessionId) ?? 0) + change;
    if (count > 0) this.#busy.set(sessionId, count);
    else this.#busy.delete(sessionId);
    this.refresh();
  }

  /** Notifications go away by themselves. */
  #wakeAt(times: readonly number[], now: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = times.length === 0 ? undefined : this.#ports.clock.setTimeout(() => this.refresh(), Math.min(...times) - now);
  }
}
