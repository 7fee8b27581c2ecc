import { systemClock } from "../client/clock.ts";
import type { Unsubscribe } from "../client/value.ts";
import { xml, type Element } from "../client/xml.ts";
import { disco } from "../extensions/disco/disco.ts";
import { NS_DIRECTORY } from "../extensions/directory/types.ts";
import { buildPresences } from "../extensions/directory/stanzas.ts";
import { NS_IM_SESSION } from "../extensions/im-session/types.ts";
import { buildSessionPush } from "../extensions/im-session/stanzas.ts";
import { ping } from "../extensions/ping/ping.ts";
import { createAgents } from "./agents/agents.ts";
import { createRoll } from "./agents/roll.ts";
import { findAgents } from "./agents/store.ts";
import type { ParleyService, ServiceOptions } from "./api.ts";
import { createAudit } from "./audit/audit.ts";
import { createDirectory, presenceOfAgent } from "./directory/directory.ts";
import { createDirectoryIndex } from "./directory/directory-index.ts";
import { answerDirectory } from "./directory/requests.ts";
import { allWatches } from "./directory/store.ts";
import { createWatches } from "./directory/watches.ts";
import { createDeadlines } from "./im-session/deadlines.ts";
import { answerSessions } from "./im-session/requests.ts";
import { createSessions } from "./im-session/sessions.ts";
import { countByState, querySessions } from "./im-session/store.ts";
import { createLanes } from "./lanes.ts";
import { createLimiter } from "./limits.ts";
import { createCapabilities } from "./presence/capabilities.ts";
import { presenceMemory } from "./presence/memory.ts";
import { createPresences } from "./presence/presences.ts";
import { createRequests } from "./requests.ts";

/** Requests of one agent, over all clients. */
const BURST = 40;
const PER_SECOND = 20;
/** How often is looked for agents that another process changed in the database. */
const SYNC_MS = 2000;
const MAX_SESSIONS_LISTED = 1000;

/** Wires the parts of the service in a visible order. */
export function createService({ stream, database, settings, log, metrics, clock = systemClock }: ServiceOptions): ParleyService {
  const { domain, inviteTimeoutS, graceS } = settings;
  const graceMs = graceS * 1000;
  const failed = (what: string) => (error: unknown) => log.error({ err: error }, what);
  /** What was published is a hint: a client that missed it sees the gap, so nothing is done about a failure. */
  const send = (to: string, payload: Element, kind: string) => {
    metrics.pushes.inc({ kind });
    stream.send(xml("message", { to, type: "headline" }, payload)).catch(() => {});
  };

  const roll = createRoll(database);
  const index = createDirectoryIndex();
  const capabilities = createCapabilities({ stream, database, onFailure: failed("a client's capabilities are not known") });
  const presences = createPresences({ stream, capabilities, clock, domain, graceMs, isAgent: roll.has });
  const memory = presenceMemory({ database, presences, clock, onFailure: failed("presence was not stored") });

  const deadlines = createDeadlines({
    database,
    clock,
    timePassed: (session) => sessions.timePassed(session),
    onFailure: failed("deadlines were not carried out"),
  });
  const sessions = createSessions({
    database,
    presences,
    clock,
    inviteTimeoutMs: inviteTimeoutS * 1000,
    graceMs,
    push: (client, push) => send(client, buildSessionPush(push), push.type),
    changed: deadlines.noticed,
  });

  const watches = createWatches({
    clock,
    presenceOf: (jid) => presenceOfAgent(jid, presences),
    push: (client, list) => send(client, buildPresences(list), "presences"),
  });
  const directory = createDirectory({ database, roll, index, presences, watches, inviteTimeoutS });

  const agents = createAgents({ database, roll, presences, directory: index, clock, domain });
  const audit = createAudit({ database, clock, domain });
  const requests = createRequests({
    stream,
    domain,
    limiter: createLimiter({ burst: BURST, perSecond: PER_SECOND, clock }),
    record: audit.record,
    isAgent: async (jid) => roll.has(jid) || (await findAgents(database, [jid])).length > 0,
    log,
    metrics,
    clock,
  });

  const stops: Unsubscribe[] = [];
  /** Agents that come after this are new. */
  let isLoaded = false;
  let isStopped = false;
  const lanes = createLanes({ clock, onFailure: (what, error) => failed(what)(error) });
  const isOnline = () => stream.state.get().type === "online";

  /** While the stream is down nothing is known; when it is up, everybody's presence is learnt anew. */
  async function tellSessions(jid: string) {
    if (isOnline()) await sessions.presenceChanged(jid);
  }

  function presenceChanged(jid: string) {
    index.setReadiness(jid, presences.standing(jid).readiness);
    memory.changed(jid);
    watches.changed(jid);
    lanes.run(jid, "a change of presence was not told to sessions", () => tellSessions(jid));
  }

  function online() {
    presences.askAll(roll.jids());
    metrics.presencesAwaited.set(presences.awaited());
    deadlines.start();
  }

  /** Another instance may serve meanwhile, and know better what has become of everybody. */
  function rest() {
    presences.rest();
    void deadlines.stop();
  }

  function follow() {
    stops.push(
      roll.changed.on(({ put, removed }) => {
        for (const agent of put) {
          index.put(agent);
          index.setReadiness(agent.jid, presences.standing(agent.jid).readiness);
          if (isLoaded && isOnline() && !presences.isKnown(agent.jid)) presences.add(agent.jid);
        }
        for (const jid of removed) {
          index.remove(jid);
          presences.remove(jid);
          lanes.run(jid, "a removed agent's sessions were not ended", async () => {
            if (!roll.has(jid)) await sessions.agentRemoved(jid);
          });
        }
        metrics.agents.set(roll.size());
      }),
      presences.changed.on(presenceChanged),
      presences.learnt.on((jid) => {
        lanes.run(jid, "sessions were not told again", async () => {
          await tellSessions(jid);
          await presences.settled(jid);
          await sessions.tellAgain(jid);
          await directory.lookAgain(jid);
        });
      }),
      presences.gone.on((client) =>
        lanes.run(client, "a watch was not dropped", async () => {
          if (!presences.isThere(client)) await directory.unwatch(client);
        }),
      ),
      presences.listen(),
      stream.state.subscribe((state) => {
        if (state.type === "online") online();
        else rest();
      }),
    );
  }

  function answer() {
    const info = disco({ stream }, { identity: { category: "component", type: "generic", name: "Parley" } });
    ping({ stream, disco: info });
    info.addFeature(NS_IM_SESSION);
    info.addFeature(NS_DIRECTORY);
    stops.push(
      ...answerSessions(requests, { sessions, speaks: presences.speaks }),
      ...answerDirectory(requests, {
        directory,
        agentOf: async (jid) => (await findAgents(database, [jid]))[0],
        searchSeconds: metrics.searchSeconds,
      }),
    );
  }

  /** Agents that were changed elsewhere, and the figures. */
  async function look() {
    await roll.sync();
    metrics.presencesAwaited.set(presences.awaited());
    for (const [state, count] of Object.entries(await countByState(database))) metrics.sessions.set({ state }, count);
  }
  let looking = Promise.resolve();
  let stopLooking: Unsubscribe = () => {};
  function lookAgain() {
    stopLooking = clock.setTimeout(() => {
      looking = look().catch(failed("the database was not looked at"));
      void looking.then(() => isStopped || lookAgain());
    }, SYNC_MS);
  }

  return {
    async start() {
      await capabilities.load();
      await memory.load();
      follow();
      await look();
      isLoaded = true;
      for (const { client, jids } of await allWatches(database)) watches.set(client, jids);
      answer();
      lookAgain();
      if (isOnline()) online();
    },

    async stop() {
      isStopped = true;
      for (const stop of stops.splice(0)) stop();
      stopLooking();
      presences.rest();
      watches.stop();
      await Promise.all([deadlines.stop(), lanes.stop(), looking]);
      await memory.stop();
    },

    presencesAwaited: presences.awaited,

    agents,
    sessions: {
      list: ({ state, logon, limit = 100 } = {}) =>
        querySessions(database, {
          ...(state && { state }),
          ...(logon !== undefined && { jid: `${logon}@${domain}` }),
          limit: Math.min(limit, MAX_SESSIONS_LISTED),
        }),
    },
    audit,
  };
}
