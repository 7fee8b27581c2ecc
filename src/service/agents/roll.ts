import { Emitter } from "../../client/value.ts";
import type { Queries } from "../database/database.ts";
import { agentsSince } from "./store.ts";
import type { Agent } from "./types.ts";

export interface RollChange {
  /** Added or changed. */
  put: Agent[];
  /** JIDs. */
  removed: string[];
}

export type Roll = ReturnType<typeof createRoll>;

/**
 * Who is an agent, in memory, for what must be quick: presence and search. It follows the database, which
 * another instance or a command line may change; decisions about rights read the database itself.
 */
export function createRoll(database: Queries) {
  const agents = new Map<string, Agent>();
  const changed = new Emitter<RollChange>();
  let revision = 0;
  let reading: Promise<void> | undefined;

  async function read() {
    const rows = await database.query<{ revision: number }>("SELECT revision FROM directory");
    if (rows[0]!.revision <= revision) return;
    const change: RollChange = { put: [], removed: [] };
    for (const { removed, revision: changedAt, ...agent } of await agentsSince(database, revision)) {
      revision = Math.max(revision, changedAt);
      if (removed) {
        if (agents.delete(agent.jid)) change.removed.push(agent.jid);
      } else {
        agents.set(agent.jid, agent);
        change.put.push(agent);
      }
    }
    changed.emit(change);
  }

  return {
    changed,

    /** Takes over what changed in the database. A call during another one looks again after it. */
    sync(): Promise<void> {
      const next = (reading ?? Promise.resolve()).catch(() => {}).then(read);
      reading = next;
      return next;
    },

    has: (jid: string): boolean => agents.has(jid),
    jids: (): Iterable<string> => agents.keys(),
    size: (): number => agents.size,
  };
}
