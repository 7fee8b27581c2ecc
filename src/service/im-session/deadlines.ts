/** Drives what happens by itself at a time. The times are in the database, so a restart loses none of them. */
import type { Clock } from "../../client/clock.ts";
import type { Queries } from "../database/database.ts";
import { deadlineOf } from "./facts.ts";
import type { SessionRecord } from "./record.ts";
import { dueSessions, nextDeadline } from "./store.ts";

/** How many are carried out at the same time. */
const BATCH = 20;
/** Another instance, or the database's restoration, may bring deadlines that we have not heard of. */
const LOOK_AGAIN_MS = 5000;
const AFTER_FAILURE_MS = 1000;

export interface DeadlinesOptions {
  database: Queries;
  clock: Clock;
  timePassed: (session: SessionRecord) => Promise<void>;
  onFailure: (error: unknown) => void;
}

export function createDeadlines({ database, clock, timePassed, onFailure }: DeadlinesOptions) {
  let running = false;
  let working = Promise.resolve();
  let busy = false;
  /** What was noticed while busy. */
  let earliest = Number.POSITIVE_INFINITY;
  let next: { at: number; cancel: () => void } | undefined;

  function arm(at: number) {
    if (busy) earliest = Math.min(earliest, at);
    if (!running || busy || (next && next.at <= at)) return;
    next?.cancel();
    next = { at, cancel: clock.setTimeout(begin, Math.max(0, at - clock.now())) };
  }

  function begin() {
    working = work();
  }

  async function work() {
    next = undefined;
    busy = true;
    earliest = Number.POSITIVE_INFINITY;
    let at: number;
    try {
      for (
        let due = await dueSessions(database, clock.now(), BATCH);
        running && due.length > 0;
        due = await dueSessions(database, clock.now(), BATCH)
      ) {
        await Promise.all(due.map(timePassed));
      }
      at = Math.min((await nextDeadline(database)) ?? Number.POSITIVE_INFINITY, clock.now() + LOOK_AGAIN_MS);
    } catch (error) {
      onFailure(error);
      at = clock.now() + AFTER_FAILURE_MS;
    }
    busy = false;
    arm(Math.min(at, earliest));
  }

  return {
    start() {
      running = true;
      arm(clock.now());
    },

    /** This session changed; what is due later than the next look at the database is found by that. */
    noticed(session: SessionRecord) {
      const at = deadlineOf(session);
      if (at !== undefined) arm(at);
    },

    /** Resolves when what was under way is done. */
    async stop(): Promise<void> {
      running = false;
      next?.cancel();
      next = undefined;
      await working;
    },
  };
}
