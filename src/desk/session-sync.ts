/** Keeps our copy of the service's sessions right, and says whether the service is there. */
import type { Clock } from "../client/clock.ts";
import { OfflineError, TimeoutError } from "../client/errors.ts";
import { Emitter, type ReadonlyValue, Value } from "../client/value.ts";
import type { ImSession } from "../extensions/im-session/im-session.ts";
import type { Session, SessionPush } from "../extensions/im-session/types.ts";
import { ServiceAwayError } from "../extensions/service-request.ts";
import { problemOf } from "./errors.ts";
import { applyList, applyPush, type KnownSessions, NO_SESSIONS } from "./session-list.ts";
import type { Problem } from "./types.ts";

export interface SessionSyncPorts {
  imSession: Pick<ImSession, "pushes" | "missed" | "list">;
  clock: Clock;
}

/** A command whose answer did not come is repeated so often: its id makes that harmless. */
const ATTEMPTS = 3;
const AGAIN = { firstMs: 2_000, mostMs: 30_000 };

export class SessionSync {
  /** The service refused to list our sessions. */
  readonly troubled = new Emitter<Problem>();
  readonly #ports: SessionSyncPorts;
  readonly #known: Value<KnownSessions>;
  readonly #isThere = new Value(true);
  readonly #isCurrent = new Value(false);
  readonly #stops: (() => void)[] = [];
  #isOnline = false;
  #reading: Promise<void> | undefined;
  #readAgain = false;
  #againMs = AGAIN.firstMs;
  #cancelAgain: (() => void) | undefined;

  /** `kept`: the sessions of an earlier page, so that running ones go on while the service is away. */
  constructor(ports: SessionSyncPorts, kept: readonly Session[]) {
    this.#ports = ports;
    this.#known = new Value({ ...NO_SESSIONS, sessions: new Map(kept.map((session) => [session.id, session])) });
    this.#stops.push(
      ports.imSession.pushes.on((push) => this.#push(push)),
      ports.imSession.missed.on(() => void this.refresh()),
    );
  }

  get known(): ReadonlyValue<KnownSessions> {
    return this.#known;
  }

  /** Whether the service answers. */
  get isThere(): ReadonlyValue<boolean> {
    return this.#isThere;
  }

  /** Since the connection is there, the service has told us the list, or did not answer. */
  get isCurrent(): ReadonlyValue<boolean> {
    return this.#isCurrent;
  }

  online(): void {
    this.#isOnline = true;
    void this.refresh();
  }

  offline(): void {
    this.#isOnline = false;
    this.#isCurrent.set(false);
    this.#cancelAgain?.();
  }

  /** Asks for the list, once more if a question is under way: it may be older than what prompted this one. */
  refresh(): Promise<void> {
    if (this.#reading) this.#readAgain = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Does it, repeating it while no answer comes. Rejects with what the service, or the connection, said. */
  async command(run: () => Promise<SessionPush>): Promise<Session> {
    for (let attempt = 1; ; attempt++) {
      try {
        const push = await run();
        this.#there();
        this.#push(push);
        return push.session;
      } catch (error) {
        if (!(error instanceof ServiceAwayError)) {
          if (!(error instanceof OfflineError)) this.#there();
          throw error;
        }
        // Nobody connected for the service's address: it is told at once. No answer: perhaps it got lost.
        if (!(error.cause instanceof TimeoutError) || attempt === ATTEMPTS) {
          this.#away();
          throw error;
        }
      }
    }
  }

  /** The service answered somebody else's question. */
  heard(): void {
    this.#there();
  }

  close(): void {
    this.#isOnline = false;
    this.#cancelAgain?.();
    for (const stop of this.#stops) stop();
  }

  #push(push: SessionPush): void {
    this.#there();
    const { known, missed } = applyPush(this.#known.get(), push);
    this.#known.set(known);
    if (missed) void this.refresh();
  }

  /** Never rejects. */
  async #read(): Promise<void> {
    do {
      this.#readAgain = false;
      const before = this.#known.get().version;
      try {
        const list = await this.#ports.imSession.list();
        this.#there();
        const { version } = this.#known.get();
        // A push overtook the list: it says more than the list does.
        if (list.version < version && version !== before) this.#readAgain = true;
        else this.#known.set(applyList(this.#known.get(), list));
        this.#isCurrent.set(this.#isOnline);
      } catch (error) {
        if (error instanceof OfflineError) return;
        if (error instanceof ServiceAwayError) this.#away();
        else this.troubled.emit(problemOf(error));
        this.#isCurrent.set(this.#isOnline);
        return;
      }
    } while (this.#readAgain && this.#isOnline);
  }

  #there(): void {
    this.#againMs = AGAIN.firstMs;
    this.#isThere.set(true);
  }

  #away(): void {
    this.#isThere.set(false);
    this.#cancelAgain?.();
    if (!this.#isOnline) return;
    this.#cancelAgain = this.#ports.clock.setTimeout(() => void this.refresh(), this.#againMs);
    this.#againMs = Math.min(this.#againMs * 2, AGAIN.mostMs);
  }
}
