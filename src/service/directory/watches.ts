/**
 * Which clients look at which agents, and what they are told: the latest presence of each, in digests.
 * docs/protocol/directory.md, "Watch".
 */
import type { Clock } from "../../client/clock.ts";
import { bareOf } from "../../client/jid.ts";
import type { AgentPresence } from "../../extensions/directory/types.ts";

/** Between two digests for one client: at most four a second. */
const DIGEST_MS = 250;
/** Clients of one agent that look at something; the one that looked first gives way. */
const MAX_CLIENTS = 20;

interface Watch {
  jids: Set<string>;
  /** Changed since the last digest. */
  changed: Set<string>;
  toldAt: number;
  cancel?: () => void;
}

export interface WatchesOptions {
  clock: Clock;
  presenceOf: (jid: string) => AgentPresence;
  push: (client: string, presences: AgentPresence[]) => void;
}

export type Watches = ReturnType<typeof createWatches>;

export function createWatches({ clock, presenceOf, push }: WatchesOptions) {
  const watches = new Map<string, Watch>();
  /** By the agent that is looked at, and by the agent whose clients they are. */
  const watchers = new Map<string, Set<string>>();
  const clients = new Map<string, Set<string>>();

  function drop(client: string) {
    const watch = watches.get(client);
    if (!watch) return;
    watch.cancel?.();
    watches.delete(client);
    for (const jid of watch.jids) takeFrom(watchers, jid, client);
    takeFrom(clients, bareOf(client), client);
  }

  function tell(client: string, watch: Watch) {
    delete watch.cancel;
    watch.toldAt = clock.now();
    const presences = [...watch.changed].map(presenceOf);
    watch.changed.clear();
    push(client, presences);
  }

  function note(client: string, watch: Watch, jid: string) {
    watch.changed.add(jid);
    watch.cancel ??= clock.setTimeout(() => tell(client, watch), Math.max(0, watch.toldAt + DIGEST_MS - clock.now()));
  }

  return {
    /** From now on the client hears of these agents and of no others. Returns the clients that had to give way. */
    set(client: string, jids: readonly string[]): string[] {
      const before = watches.get(client);
      drop(client);
      if (jids.length === 0) return [];
      const watch: Watch = { jids: new Set(jids), changed: new Set(), toldAt: before?.toldAt ?? Number.NEGATIVE_INFINITY };
      watches.set(client, watch);
      for (const jid of watch.jids) putInto(watchers, jid, client);
      putInto(clients, bareOf(client), client);
      const ofAgent = [...clients.get(bareOf(client))!];
      const givingWay = ofAgent.slice(0, Math.max(0, ofAgent.length - MAX_CLIENTS));
      for (const other of givingWay) drop(other);
      return givingWay;
    },

    /** Looks no more. */
    drop,

    /** The agent's presence is another one. */
    changed(jid: string) {
      for (const client of watchers.get(jid) ?? []) note(client, watches.get(client)!, jid);
    },

    /** Tells the client about everybody it looks at: pushes may have been lost. */
    tellAll(client: string) {
      const watch = watches.get(client);
      for (const jid of watch?.jids ?? []) note(client, watch!, jid);
    },

    clientsOf: (jid: string): string[] => [...(clients.get(jid) ?? [])],

    isWatching: (client: string): boolean => watches.has(client),

    stop() {
      for (const watch of watches.values()) watch.cancel?.();
    },
  };
}

function putInto(sets: Map<string, Set<string>>, key: string, value: string) {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(value));
}

function takeFrom(sets: Map<string, Set<string>>, key: string, value: string) {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}
