/**
 * Everybody's presence: RFC 6121 §3 (subscriptions) and §4 (presence), from the side of the service, which
 * subscribes to every agent. Held in memory; a new instance asks for all of it again by probes.
 */
import type { Clock } from "../../client/clock.ts";
import { bareOf, domainOf, resourceOf } from "../../client/jid.ts";
import type { Stream } from "../../client/stream.ts";
import { Emitter } from "../../client/value.ts";
import type { Element } from "../../client/xml.ts";
import type { Readiness } from "../../extensions/directory/types.ts";
import { buildPresence, parsePresence } from "../../extensions/presence/stanzas.ts";
import type { Capabilities } from "./capabilities.ts";
import { clientPresenceOf, isSameStanding, standingOf, type ClientPresence, type Left, type Standing } from "./standing.ts";

/** Clients of one agent of which we keep track; further ones are not heard. */
const MAX_CLIENTS = 50;
/** Probes are answered client by client: so long after the first answer the others have come too. */
const BURST_MS = 100;
/** How long a command waits to learn what the target's clients are: half of what its answer may take. */
const SETTLE_MS = 1000;
const SILENCE_MS = 5000;
const ASKED_PER_TICK = 50;
const TICK_MS = 100;
/** An agent of whom we do not know, and who talks to us, is asked for presence again at most so often. */
const ASK_AGAIN_MS = 10_000;

const NEVER_LEFT: Left = { shown: "signed-out", last: "unreachable", capable: "unreachable" };
const NEVER_SEEN: Standing = standingOf([], NEVER_LEFT);

interface Entry {
  clients: Map<string, ClientPresence>;
  /** As last told to others. While `known` is false it is what was remembered. */
  standing: Standing;
  left: Left;
  /** Told since the stream came up. */
  known: boolean;
  askedAt: number;
  /** Asked to be subscribed since the stream came up: once is enough, a refusal is a refusal. */
  subscribing: boolean;
  /** Cancels what is set: the timer of `unreachable`, the wait for an answer, and for those that come with the first. */
  cancelGrace?: () => void;
  cancelSilence?: () => void;
  cancelBurst?: () => void;
}

export interface PresencesOptions {
  stream: Stream;
  capabilities: Capabilities;
  clock: Clock;
  domain: string;
  graceMs: number;
  isAgent: (jid: string) => boolean;
}

export type Presences = ReturnType<typeof createPresences>;

export function createPresences({ stream, capabilities, clock, domain, graceMs, isAgent }: PresencesOptions) {
  const entries = new Map<string, Entry>();
  /** The agent's standing is another one (bare JID). */
  const changed = new Emitter<string>();
  /** First told since the stream came up (bare JID). */
  const learnt = new Emitter<string>();
  /** This client is no longer there (full JID). */
  const gone = new Emitter<string>();
  /** Who is to be asked, and how. */
  const toAsk = new Map<string, (jid: string) => void>();
  let cancelTick: (() => void) | undefined;

  function entryOf(jid: string): Entry {
    let entry = entries.get(jid);
    if (!entry) {
      entry = {
        clients: new Map(),
        standing: NEVER_SEEN,
        left: NEVER_LEFT,
        known: false,
        askedAt: Number.NEGATIVE_INFINITY,
        subscribing: false,
      };
      entries.set(jid, entry);
    }
    return entry;
  }

  /** A fact is lost when the stream is down; presence is asked for again when it is up. */
  const send = (presence: Element) => void stream.send(presence).catch(() => {});

  /** RFC 6121 §4.3.2 lets a server keep silent: then we are not subscribed, or, if that was asked already, nobody is there. */
  function expectAnswer(jid: string, entry: Entry) {
    entry.askedAt = clock.now();
    toAsk.delete(jid);
    if (entry.known) return;
    entry.cancelSilence?.();
    entry.cancelSilence = clock.setTimeout(() => (entry.subscribing ? becomeKnown(jid, entry) : subscribe(jid)), SILENCE_MS);
  }

  function stopWaiting(entry: Entry) {
    entry.cancelSilence?.();
    entry.cancelBurst?.();
    delete entry.cancelBurst;
  }

  function stopTimers(entry: Entry) {
    stopWaiting(entry);
    entry.cancelGrace?.();
  }

  /** Asks for the presence of an agent who lets us see it. */
  function probe(jid: string) {
    send(buildPresence({ type: "probe" }, jid));
    expectAnswer(jid, entryOf(jid));
  }

  /**
   * Asks to see the agent's presence. No probe with it: Prosody answers the probe of somebody whose question is
   * pending by forgetting the question. The server tells the presence with its consent.
   */
  function subscribe(jid: string) {
    const entry = entryOf(jid);
    entry.subscribing = true;
    send(buildPresence({ type: "subscribe" }, jid));
    expectAnswer(jid, entry);
  }

  /** Asks, but not everybody at once. */
  function tick() {
    cancelTick = undefined;
    for (const [jid, ask] of [...toAsk].slice(0, ASKED_PER_TICK)) ask(jid);
    if (toAsk.size > 0) cancelTick = clock.setTimeout(tick, TICK_MS);
  }

  function update(jid: string, entry: Entry) {
    if (!entry.known) return;
    const standing = standingOf(entry.clients.values(), entry.left);
    if (isSameStanding(standing, entry.standing)) return;
    entry.standing = standing;
    armGrace(jid, entry);
    changed.emit(jid);
  }

  /** Who stays unreachable for longer than the grace time is as good as signed out. */
  function armGrace(jid: string, entry: Entry) {
    entry.cancelGrace?.();
    delete entry.cancelGrace;
    if (entry.standing.readiness !== "unreachable") return;
    const overAt = (entry.standing.since ?? clock.now()) + graceMs;
    entry.cancelGrace = clock.setTimeout(
      () => {
        entry.left = { ...entry.left, shown: "signed-out", since: overAt };
        update(jid, entry);
      },
      Math.max(0, overAt - clock.now()),
    );
  }

  function becomeKnown(jid: string, entry: Entry) {
    if (entry.known) return;
    stopWaiting(entry);
    entry.known = true;
    const { readiness } = entry.standing;
    // Was there when we last looked, and did not sign out before our eyes.
    if (entry.clients.size === 0 && readiness !== "signed-out" && readiness !== "unreachable") {
      entry.left = { ...entry.left, shown: "unreachable", since: clock.now() };
    }
    update(jid, entry);
    armGrace(jid, entry);
    learnt.emit(jid);
  }

  function removeClient(jid: string, entry: Entry, resource: string, signedOut: boolean) {
    const client = entry.clients.get(resource);
    if (!client) return;
    entry.clients.delete(resource);
    const leaving = signedOut ? "signed-out" : "unreachable";
    // Only a client of ours says that it signs out; it may not have been asked yet.
    const capable = client.capable || signedOut ? leaving : entry.left.capable;
    entry.left = { shown: leaving, since: clock.now(), last: leaving, capable };
    capabilities.forget(`${jid}/${resource}`);
    gone.emit(`${jid}/${resource}`);
  }

  /** Whoever is there may die from now on; how an earlier client went says nothing any more. */
  function arrived(entry: Entry, client: ClientPresence) {
    entry.left = { ...entry.left, last: "unreachable", ...(client.capable && { capable: "unreachable" }) };
  }

  function setCapable(full: string, capable: boolean) {
    const jid = bareOf(full);
    const entry = entries.get(jid);
    const client = entry?.clients.get(resourceOf(full) ?? "");
    if (!entry || !client || client.capable === capable) return;
    client.capable = capable;
    arrived(entry, client);
    update(jid, entry);
  }

  function receive(stanza: Element): boolean {
    const from = stanza.attrs["from"];
    if (!stanza.is("presence") || from === undefined || domainOf(from) !== domain) return false;
    const jid = bareOf(from);
    if (!isAgent(jid)) return true;
    const entry = entryOf(jid);
    const resource = resourceOf(from);
    const presence = parsePresence(stanza);

    switch (presence?.type) {
      case "available": {
        if (resource === undefined || (entry.clients.size >= MAX_CLIENTS && !entry.clients.has(resource))) return true;
        const before = entry.clients.get(resource);
        const now = clientPresenceOf(presence, clock.now());
        // A repeated presence is no change: "since" stays.
        if (before?.readiness === now.readiness && before.reason === now.reason) now.since = before.since;
        const capable = capabilities.of(from, presence.caps, (answer) => setCapable(from, answer));
        const client = { ...now, ...(capable !== undefined && { capable }) };
        entry.clients.set(resource, client);
        arrived(entry, client);
        if (entry.known) update(jid, entry);
        else entry.cancelBurst ??= clock.setTimeout(() => becomeKnown(jid, entry), BURST_MS);
        return true;
      }
      case "unavailable":
        if (resource !== undefined) removeClient(jid, entry, resource, presence.signedOut);
        // From the bare JID: the answer to a probe when nobody is there.
        else for (const client of [...entry.clients.keys()]) removeClient(jid, entry, client, false);
        if (resource === undefined) becomeKnown(jid, entry);
        update(jid, entry);
        return true;
      case "subscribe":
        send(buildPresence({ type: "subscribed" }, jid));
        send(buildPresence({ type: "available", priority: 0 }, jid));
        return true;
      case "unsubscribe":
        send(buildPresence({ type: "unsubscribed" }, jid));
        return true;
      case "probe":
        send(buildPresence({ type: "available", priority: 0 }, from));
        return true;
      case "unsubscribed":
        if (!entry.subscribing) subscribe(jid);
        becomeKnown(jid, entry);
        return true;
      case "subscribed":
        if (entry.clients.size === 0) probe(jid);
        return true;
      default:
        // An error: whoever answers for the agent's server knows of nobody.
        becomeKnown(jid, entry);
        return true;
    }
  }

  return {
    changed,
    learnt,
    gone,

    /** Reads presence from the stream until the function that it returns is called. */
    listen: () => stream.use(receive),

    /** What was known when some instance of the service last looked. */
    remember(jid: string, readiness: Readiness, since: number) {
      const entry = entryOf(jid);
      if (entry.known) return;
      const last = readiness === "signed-out" ? "signed-out" : "unreachable";
      entry.left = { shown: last, since, last, capable: last };
      entry.standing = { ...standingOf([], entry.left), readiness };
    },

    /** The stream is up: asks for the presence of all these agents anew. What was known stays until it is answered. */
    askAll(jids: Iterable<string>) {
      toAsk.clear();
      for (const entry of entries.values()) {
        entry.known = false;
        entry.subscribing = false;
        entry.clients.clear();
        stopTimers(entry);
      }
      for (const jid of jids) toAsk.set(jid, probe);
      cancelTick?.();
      tick();
    },

    /** The stream is down, or the service stops: no more questions. */
    rest() {
      toAsk.clear();
      cancelTick?.();
      cancelTick = undefined;
      for (const entry of entries.values()) stopTimers(entry);
    },

    /** A new agent. */
    add(jid: string) {
      toAsk.set(jid, subscribe);
      cancelTick ??= clock.setTimeout(tick, 0);
    },

    /** No agent any more. */
    remove(jid: string) {
      const entry = entries.get(jid);
      if (entry) stopTimers(entry);
      entries.delete(jid);
      toAsk.delete(jid);
      send(buildPresence({ type: "unsubscribe" }, jid));
    },

    /**
     * This client speaks im-session, so it is capable, whatever it advertises; and if we have not heard of it
     * we are not subscribed to the agent, or the account is newer than the agent.
     */
    speaks(full: string) {
      const jid = bareOf(full);
      capabilities.remember(full);
      setCapable(full, true);
      const entry = entryOf(jid);
      if (entry.clients.has(resourceOf(full) ?? "") || entry.askedAt + ASK_AGAIN_MS > clock.now()) return;
      subscribe(jid);
    },

    /** Known now? Else `standing` is what was remembered. */
    isKnown: (jid: string): boolean => entries.get(jid)?.known ?? false,

    standing: (jid: string): Standing => entries.get(jid)?.standing ?? NEVER_SEEN,

    /** Full JIDs of the agent's clients that understand im-session. */
    capableClients(jid: string): string[] {
      return [...(entries.get(jid)?.clients ?? [])].flatMap(([resource, { capable }]) => (capable ? [`${jid}/${resource}`] : []));
    },

    isThere: (full: string): boolean => entries.get(bareOf(full))?.clients.has(resourceOf(full) ?? "") ?? false,

    /** Agents of whom nothing was told yet. */
    awaited: () => [...entries].filter(([jid, { known }]) => !known && !toAsk.has(jid)).length + toAsk.size,

    /** Resolves as soon as the agent's clients are known and have said what they can do, or when that takes too long. */
    async settled(jid: string): Promise<void> {
      const isSettled = () => {
        const entry = entries.get(jid);
        return !entry || (entry.known && ![...entry.clients.values()].some(({ capable }) => capable === undefined));
      };
      if (isSettled()) return;
      toAsk.get(jid)?.(jid);
      await new Promise<void>((resolve) => {
        const settle = () => {
          for (const stop of stops) stop();
          resolve();
        };
        const look = (which: string) => {
          if (which === jid && isSettled()) settle();
        };
        const stops = [changed.on(look), learnt.on(look), clock.setTimeout(settle, SETTLE_MS)];
      });
    },
  };
}
