/**
 * Carries out what the decisions say: one transaction for each command or fact, the audit row in it, and
 * what is told to clients only after it is committed. Both agents' lists are locked first, in one order for all.
 */
import type { Clock } from "../../client/clock.ts";
import { bareOf } from "../../client/jid.ts";
import { SessionRefusedError } from "../../extensions/im-session/refusals.ts";
import { MAX_SESSIONS } from "../../extensions/im-session/stanzas.ts";
import type { SessionCommand, SessionList, SessionPush, SessionRefusal } from "../../extensions/im-session/types.ts";
import { readRights } from "../agents/store.ts";
import { BY_ITSELF, recordAudit } from "../audit/audit.ts";
import type { Database, Queries } from "../database/database.ts";
import { isUniqueViolation } from "../database/errors.ts";
import { recordRecent } from "../directory/store.ts";
import type { Presences } from "../presence/presences.ts";
import { decideCommand } from "./commands.ts";
import { decideFact, type SessionFact } from "./facts.ts";
import { decideInvitation, type InvitationOutcome, type Party } from "./invitation.ts";
import { presenceFactOf } from "./presence-fact.ts";
import { sideOf, type SessionRecord, type Side } from "./record.ts";
import { explain } from "./refusal-text.ts";
import * as store from "./store.ts";
import { viewOf, viewOfAccepted } from "./view.ts";

/** What one side's clients are told. */
interface Delivery {
  jid: string;
  type: SessionPush["type"];
  version: number;
  side: Side;
}

interface Done {
  session: SessionRecord;
  /** It was connected by this. */
  accepted: boolean;
  deliveries: Delivery[];
}

export interface SessionsOptions {
  database: Database;
  presences: Pick<Presences, "standing" | "isKnown" | "settled" | "capableClients">;
  clock: Clock;
  inviteTimeoutMs: number;
  graceMs: number;
  /** Hands a push to one client (full JID). */
  push: (client: string, push: SessionPush) => void;
  /** Something changed: the next deadline may be an earlier one. */
  changed: (session: SessionRecord) => void;
}

export type Sessions = ReturnType<typeof createSessions>;

type Invite = Extract<SessionCommand, { type: "invite" }>;
type Verb = Exclude<SessionCommand, Invite>;

export function createSessions({ database, presences, clock, inviteTimeoutMs, graceMs, push, changed }: SessionsOptions) {
  /** Stores an outcome that changes something, and takes the versions under which both sides hear of it. */
  async function save(tx: Queries, outcome: Extract<InvitationOutcome, { session: SessionRecord }>, before?: SessionRecord): Promise<Done> {
    const { session } = outcome;
    if (outcome.type === "unchanged") return { session, accepted: false, deliveries: [] };
    await (outcome.type === "created" ? store.insertSession(tx, session) : store.updateSession(tx, session));
    const deliveries: Delivery[] = [];
    for (const side of ["inviter", "target"] as const) {
      const type = outcome.told[side];
      if (!type) continue;
      const { jid } = session[side];
      deliveries.push({ jid, type, side, version: await store.nextListVersion(tx, jid, session.id) });
    }
    return { session, accepted: session.state === "connected" && before?.state !== "connected", deliveries };
  }

  /** After the commit: tells everybody's clients, except the one that gets an answer. */
  function publish({ session, accepted, deliveries }: Done, except?: string) {
    for (const { jid, type, version, side } of deliveries) {
      for (const client of presences.capableClients(jid)) {
        if (client === except) continue;
        push(client, { type, version, session: accepted ? viewOfAccepted(session, side, client) : viewOf(session, side) });
      }
    }
    if (deliveries.length > 0) changed(session);
  }

  async function refuse(tx: Queries, client: string, command: SessionCommand, refusal: SessionRefusal): Promise<SessionRefusal> {
    await audit(tx, client, command, explain(refusal).outcome);
    return refusal;
  }

  function audit(tx: Queries, client: string, command: SessionCommand, outcome: string, session?: SessionRecord) {
    const actor = bareOf(client);
    const subject = command.type === "invite" ? command.to : session && session[session.inviter.jid === actor ? "target" : "inviter"].jid;
    return recordAudit(tx, {
      at: clock.now(),
      actor,
      action: `im-session.${command.type}`,
      ...(subject !== undefined && { subject }),
      sessionId: session?.id ?? command.id,
      outcome,
    });
  }

  async function decideVerb(tx: Queries, client: string, command: Verb): Promise<Done | SessionRefusal> {
    const jid = bareOf(client);
    const known = await store.findKnown(tx, command.id);
    // A foreign session looks like none.
    if (!known || (known.inviter !== jid && known.target !== jid)) return { type: "unknown-session" };
    await store.lockLists(tx, [known.inviter, known.target]);
    const session = (await store.lockSession(tx, known.sessionId))!;
    const rights = (await readRights(tx, jid)) ?? [];
    const outcome = decideCommand(session, sideOf(session, jid)!, command.type, { now: clock.now(), rights, client });
    return outcome.type === "refused" ? outcome.refusal : save(tx, outcome, session);
  }

  async function partyOf(tx: Queries, jid: string): Promise<Party | undefined> {
    const rights = await readRights(tx, jid);
    return rights && { jid, rights, ...(await store.countSessions(tx, jid)) };
  }

  async function decideInvite(tx: Queries, client: string, { id, to, answering }: Invite): Promise<Done | SessionRefusal> {
    const jid = bareOf(client);
    await store.lockLists(tx, [jid, to]);
    const known = await store.findKnown(tx, id);
    if (known) {
      if (known.inviter !== jid && known.target !== jid) return { type: "unknown-session" };
      if (known.inviter !== to && known.target !== to) return { type: "bad-field", field: "id" };
      const session = (await store.lockSession(tx, known.sessionId))!;
      if (jid === session.target.jid && !session.offered) return { type: "unknown-session" };
      return { session, accepted: false, deliveries: [] };
    }
    const open = await store.lockOpenSession(tx, jid, to);
    const standing = presences.standing(to);
    const outcome = decideInvitation({
      id,
      answering,
      from: (await partyOf(tx, jid)) ?? { jid, rights: [], open: 0, listed: 0 },
      client,
      to: await partyOf(tx, to),
      presence: presences.isKnown(to) ? standing : { capable: false, plain: false },
      open,
      now: clock.now(),
      timeoutMs: inviteTimeoutMs,
      maxListed: MAX_SESSIONS,
    });
    if (outcome.type === "refused") return outcome.refusal;
    if (outcome.type !== "created") await store.insertAlias(tx, id, { inviter: jid, target: to, sessionId: outcome.session.id });
    await recordRecent(tx, jid, to, clock.now());
    if (outcome.session.state !== "ended") await recordRecent(tx, to, jid, clock.now());
    return save(tx, outcome, open);
  }

  async function carryOut(client: string, command: SessionCommand): Promise<SessionPush> {
    const jid = bareOf(client);
    const result = await database.transaction(async (tx) => {
      const done = await (command.type === "invite" ? decideInvite(tx, client, command) : decideVerb(tx, client, command));
      if ("type" in done) return refuse(tx, client, command, done);
      await audit(tx, client, command, "done", done.session);
      const own = done.deliveries.find((delivery) => delivery.jid === jid);
      return { done, version: own?.version ?? (await store.listVersion(tx, jid)) };
    });
    if ("type" in result) throw new SessionRefusedError(result, explain(result).text);
    const { done, version } = result;
    publish(done, client);
    const side = sideOf(done.session, jid)!;
    const isAccept = command.type === "accept";
    return { type: "changed", version, session: isAccept ? viewOfAccepted(done.session, side, client) : viewOf(done.session, side) };
  }

  /** A fact about one session, found out when nobody else can change it; undefined: there is none. */
  async function apply(id: string, factOf: (session: SessionRecord) => SessionFact | undefined): Promise<void> {
    const done = await database.transaction(async (tx): Promise<Done | undefined> => {
      const known = await store.findKnown(tx, id);
      if (!known) return undefined;
      await store.lockLists(tx, [known.inviter, known.target]);
      const session = (await store.lockSession(tx, known.sessionId))!;
      const fact = factOf(session);
      if (!fact) return undefined;
      const now = clock.now();
      const outcome = decideFact(session, fact, { now, graceMs });
      if (outcome.type !== "changed") return undefined;
      const reason = outcome.session.inviter.reason ?? outcome.session.target.reason ?? "";
      if (fact.type === "time" || fact.type === "signed-out") {
        await recordAudit(tx, { at: now, actor: BY_ITSELF, action: `im-session.${fact.type}`, sessionId: session.id, outcome: reason });
      }
      return save(tx, outcome, session);
    });
    if (done) publish(done);
  }

  /** Makes a session agree with what is known of its agents' presence. */
  async function reconcile(session: SessionRecord): Promise<void> {
    for (const side of ["inviter", "target"] as const) {
      if (presenceFactOf(session, side, presences)) await apply(session.id, (now) => presenceFactOf(now, side, presences));
    }
  }

  return {
    /** Carries out a command of the client (full JID) of an agent. Rejects with SessionRefusedError. */
    async command(client: string, command: SessionCommand): Promise<SessionPush> {
      if (command.type === "invite") await presences.settled(command.to);
      const attempt = () => carryOut(client, command);
      const answer = await attempt().catch((error: unknown) => {
        // The same id came twice at once: the second time it is known.
        if (isUniqueViolation(error)) return attempt();
        throw error;
      });
      if (command.type === "invite" && answer.session.state !== "ended") {
        // The target's presence may have changed while the session was being stored.
        const session = await store.findSession(database, answer.session.id);
        if (session) await reconcile(session);
      }
      return answer;
    },

    /** All sessions of the agent that are not done. */
    async list(jid: string): Promise<SessionList> {
      return database.transaction(async (tx) => {
        await store.lockLists(tx, [jid]);
        const sessions = await store.listSessions(tx, jid);
        return {
          version: await store.listVersion(tx, jid),
          sessions: sessions.slice(0, MAX_SESSIONS).map((session) => viewOf(session, sideOf(session, jid)!)),
        };
      });
    },

    /** The agent's presence has changed. */
    async presenceChanged(jid: string): Promise<void> {
      for (const session of await store.openSessionsOf(database, jid)) await reconcile(session);
    },

    /** No agent any more: what is open ends. */
    async agentRemoved(jid: string): Promise<void> {
      for (const { id } of await store.openSessionsOf(database, jid)) {
        await apply(id, (session) => ({ type: "signed-out", side: sideOf(session, jid)! }));
      }
    },

    /** A deadline of this session has passed. Who has come back meanwhile, unseen by the service, is not gone. */
    async timePassed(session: SessionRecord): Promise<void> {
      await Promise.all([presences.settled(session.inviter.jid), presences.settled(session.target.jid)]);
      await reconcile(session);
      await apply(session.id, () => ({ type: "time" }));
    },

    /**
     * Tells the agent's clients again what the newest version of the list told: a push may have been lost with
     * the stream, and a client that missed more sees the gap.
     */
    async tellAgain(jid: string): Promise<void> {
      const clients = presences.capableClients(jid);
      const newest = clients.length > 0 ? await store.newestOfList(database, jid) : undefined;
      const side = newest && sideOf(newest.session, jid);
      if (!newest || !side) return;
      for (const client of clients) push(client, { type: "changed", version: newest.version, session: viewOf(newest.session, side) });
    },
  };
}
