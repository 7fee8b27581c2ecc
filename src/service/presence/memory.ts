/** What is known of everybody's presence, written behind into the database: a restart can tell a death from a sign-out. */
import type { Clock } from "../../client/clock.ts";
import type { Readiness } from "../../extensions/directory/types.ts";
import type { Queries } from "../database/database.ts";
import type { Presences } from "./presences.ts";

const WRITE_AFTER_MS = 200;
/** After a failure. */
const WRITE_AGAIN_MS = 5000;

export interface MemoryOptions {
  database: Queries;
  presences: Presences;
  clock: Clock;
  onFailure: (error: unknown) => void;
}

export function presenceMemory({ database, presences, clock, onFailure }: MemoryOptions) {
  const dirty = new Set<string>();
  let cancel: (() => void) | undefined;
  let writing = Promise.resolve();
  let isStopped = false;

  function write() {
    cancel = undefined;
    const jids = [...dirty];
    dirty.clear();
    const standings = jids.map((jid) => presences.standing(jid));
    writing = writing
      .then(() =>
        database.query(
          // Only of those who are agents: one may have been removed meanwhile.
          `INSERT INTO presences (jid, readiness, reason, since)
           SELECT given.jid, readiness, nullif(reason, ''), since::timestamptz
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS given (jid, readiness, reason, since) JOIN agents ON agents.jid = given.jid AND NOT removed
           ON CONFLICT (jid) DO UPDATE SET readiness = excluded.readiness, reason = excluded.reason, since = excluded.since`,
          [
            jids,
            standings.map(({ readiness }) => readiness),
            standings.map(({ reason }) => reason ?? ""),
            standings.map(({ since }) => new Date(since ?? clock.now()).toISOString()),
          ],
        ),
      )
      .then(
        () => {},
        (error: unknown) => {
          onFailure(error);
          for (const jid of jids) dirty.add(jid);
          if (!isStopped) cancel ??= clock.setTimeout(write, WRITE_AGAIN_MS);
        },
      );
  }

  return {
    async load() {
      const rows = await database.query<{ jid: string; readiness: Readiness; since: Date }>("SELECT jid, readiness, since FROM presences");
      for (const { jid, readiness, since } of rows) presences.remember(jid, readiness, since.getTime());
    },

    changed(jid: string) {
      if (isStopped) return;
      dirty.add(jid);
      cancel ??= clock.setTimeout(write, WRITE_AFTER_MS);
    },

    /** Writes what is not written yet, and nothing after that. */
    async stop() {
      isStopped = true;
      await writing;
      cancel?.();
      if (dirty.size > 0) write();
      await writing;
    },
  };
}
