import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../src/client/clock.ts";
import { bareOf } from "../../../src/client/jid.ts";
import { SessionRefusedError } from "../../../src/extensions/im-session/refusals.ts";
import type { Session, SessionCommand, SessionPush } from "../../../src/extensions/im-session/types.ts";
import { RIGHTS } from "../../../src/extensions/directory/types.ts";
import { putAgents } from "../../../src/service/agents/store.ts";
import type { Database } from "../../../src/service/database/database.ts";
import { createDeadlines } from "../../../src/service/im-session/deadlines.ts";
import type { SessionRecord } from "../../../src/service/im-session/record.ts";
import { createSessions, type SessionsOptions } from "../../../src/service/im-session/sessions.ts";
import { dueSessions, findSession } from "../../../src/service/im-session/store.ts";
import type { Standing } from "../../../src/service/presence/standing.ts";
import { engines } from "../../support/engines.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { until } from "../../support/service-core.ts";

const TIMEOUT = 30_000;
const GRACE = 300_000;

const THERE: Standing = {
  readiness: "ready",
  capable: true,
  plain: false,
  undecided: false,
  lastLeft: "unreachable",
  capableLeft: "unreachable",
};
const DEAD: Standing = { ...THERE, readiness: "unreachable", capable: false };
const SIGNED_OUT: Standing = { ...DEAD, readiness: "signed-out", lastLeft: "signed-out", capableLeft: "signed-out" };

/** Everybody's presence as the test wants it. */
class Stage {
  readonly standings = new Map<string, Standing>();
  readonly presences: SessionsOptions["presences"] = {
    standing: (jid: string) => this.standings.get(jid) ?? THERE,
    isKnown: () => true,
    settled: async () => {},
    capableClients: (jid: string) => ((this.standings.get(jid) ?? THERE).capable ? [`${jid}/1`, `${jid}/2`] : []),
  };
}

/** What one client knows: what it was answered and what it was told. */
class Mirror {
  readonly told: SessionPush[] = [];
  versions(): number[] {
    return [...new Set(this.told.map(({ version }) => version))].sort((a, b) => a - b);
  }
  /** By the newest word on each session. */
  sessions(): Session[] {
    const newest = new Map<string, SessionPush>();
    for (const push of this.told) if (push.version >= (newest.get(push.session.id)?.version ?? -1)) newest.set(push.session.id, push);
    return [...newest.values()].map(({ session }) => session).filter(({ done }) => !done);
  }
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
/**
 * Which of an agent's clients accepted is told once, with the accept. What only the other agent sees (done) counts the
 * revision on and is not told.
 */
const asListed = (sessions: Session[]) =>
  sessions
    .map((session) => ({ ...session, revision: 0, reason: session.reason === "answered-elsewhere" ? "accepted" : session.reason }))
    .sort(byId);

describe.each(engines())("sessions on $name", (engine) => {
  let database: Database;
  let agents = 0;

  beforeAll(async () => {
    await engine.start();
    database = await engine.open();
  }, 60_000);
  afterAll(() => engine.stop());

  async function newAgents(count: number): Promise<string[]> {
    const logons = Array.from({ length: count }, () => `agent${++agents}`);
    const all = logons.map((logon) => ({ jid: `${logon}@localhost`, logon, name: logon, groups: [], skills: [], rights: RIGHTS }));
    await database.transaction((tx) => putAgents(tx, all, 1));
    return all.map(({ jid }) => jid);
  }

  function setUp(stage = new Stage(), clock = new FakeClock(), on: Database = database) {
    const mirrors = new Map<string, Mirror>();
    const mirrorOf = (client: string) => {
      const mirror = mirrors.get(client) ?? new Mirror();
      mirrors.set(client, mirror);
      return mirror;
    };
    const changed: SessionRecord[] = [];
    const sessions = createSessions({
      database: on,
      presences: stage.presences,
      clock,
      inviteTimeoutMs: TIMEOUT,
      graceMs: GRACE,
      push: (client, push) => mirrorOf(client).told.push(push),
      changed: (session) => changed.push(session),
    });
    const command = async (client: string, asked: SessionCommand) => {
      const answer = await sessions.command(client, asked);
      mirrorOf(client).told.push(answer);
      return answer;
    };
    return { stage, clock, sessions, command, mirrorOf, changed };
  }

  it("stores what it reads, field by field", async () => {
    const [a, b] = (await newAgents(2)) as [string, string];
    const { sessions, command, clock, stage } = setUp();
    const id = newId();
    await command(`${a}/1`, { type: "invite", id, to: b, answering: false });
    await command(`${b}/2`, { type: "accept", id });
    stage.standings.set(b, DEAD);
    await sessions.presenceChanged(b);
    const now = clock.now();
    expect(await findSession(database, id)).toEqual({
      id,
      revision: 3,
      state: "connected",
      mode: "parley",
      createdAt: now,
      expiresAt: now + TIMEOUT,
      offered: true,
      timedOut: false,
      acceptedAt: now,
      acceptedBy: `${b}/2`,
      inviter: { jid: a, reason: "accepted", done: false, present: true },
      target: { jid: b, reason: "accepted", done: false, present: false, graceUntil: now + GRACE },
    } satisfies SessionRecord);
  });

  it("makes one session of two invitations at the same time, every time", async () => {
    for (let round = 0; round < 10; round++) {
      const [a, b] = (await newAgents(2)) as [string, string];
      const { command } = setUp();
      const answers = await Promise.all([
        command(`${a}/1`, { type: "invite", id: newId(), to: b, answering: false }),
        command(`${b}/1`, { type: "invite", id: newId(), to: a, answering: false }),
      ]);
      expect(new Set(answers.map(({ session }) => session.id)).size).toBe(1);
      expect(answers.map(({ session }) => session.state).sort()).toEqual(["connected", "not-connected"]);
    }
  });

  it("gives an id that two agents use at once to one of them, and tells the other nothing of it", async () => {
    const [a, b, c, d] = (await newAgents(4)) as [string, string, string, string];
    const { command } = setUp();
    const id = newId();
    const answers = await Promise.allSettled([
      command(`${a}/1`, { type: "invite", id, to: b, answering: false }),
      command(`${c}/1`, { type: "invite", id, to: d, answering: false }),
    ]);
    const refused = answers.filter((answer) => answer.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(refused[0]!.reason).toMatchObject({ refusal: { type: "unknown-session" } });
  });

  it("leaves no trace of a command but its audit row when it is refused", async () => {
    const [a, b] = (await newAgents(2)) as [string, string];
    const { command, mirrorOf } = setUp();
    await expect(command(`${a}/1`, { type: "accept", id: newId() })).rejects.toThrow(SessionRefusedError);
    expect(await database.query("SELECT action, outcome FROM audit WHERE actor = $1", [a])).toEqual([
      { action: "im-session.accept", outcome: "unknown-session" },
    ]);
    expect(mirrorOf(`${b}/1`).told).toEqual([]);
  });

  it("loses no deadline when the service is restarted", async () => {
    const [a, b] = (await newAgents(2)) as [string, string];
    const before = setUp();
    const id = newId();
    await before.command(`${a}/1`, { type: "invite", id, to: b, answering: false });

    // Another instance, which knows nothing but the database, and starts after the time.
    before.clock.advance(TIMEOUT + 1);
    const { sessions, mirrorOf, clock } = setUp(before.stage, before.clock, await engine.again());
    const failures: unknown[] = [];
    const deadlines = createDeadlines({ database, clock, timePassed: sessions.timePassed, onFailure: (error) => failures.push(error) });
    deadlines.start();
    clock.advance(0);
    await until("the time-out to be told", () => mirrorOf(`${b}/1`).told.length > 0);
    await deadlines.stop();
    expect(failures).toEqual([]);
    for (const client of [`${a}/1`, `${b}/2`])
      expect(mirrorOf(client).told.at(-1)!.session).toMatchObject({ id, state: "not-connected", reason: "timed-out" });
  });

  it("two instances carry out a deadline once", async () => {
    const [a, b] = (await newAgents(2)) as [string, string];
    const one = setUp();
    const id = newId();
    await one.command(`${a}/1`, { type: "invite", id, to: b, answering: false });
    const two = setUp(one.stage, one.clock, await engine.again());
    one.clock.advance(TIMEOUT);
    const session = (await findSession(database, id))!;
    await Promise.all([one.sessions.timePassed(session), two.sessions.timePassed(session)]);
    expect((await findSession(database, id))!.revision).toBe(2);
    expect(await database.query("SELECT count(*) AS count FROM audit WHERE session_id = $1 AND actor = 'service'", [id])).toEqual([
      { count: 1 },
    ]);
  });

  it("ends the sessions of an agent who is removed", async () => {
    const [a, b] = (await newAgents(2)) as [string, string];
    const { sessions, command, mirrorOf } = setUp();
    const id = newId();
    await command(`${a}/1`, { type: "invite", id, to: b, answering: false });
    await command(`${b}/1`, { type: "accept", id });
    await sessions.agentRemoved(b);
    expect(mirrorOf(`${a}/1`).told.at(-1)!.session).toMatchObject({ id, state: "ended", reason: "signed-out" });
  });

  it("comes, in every interleaving, to the same state on both sides, without a gap in what clients are told", async () => {
    const client = fc.constantFrom(0, 1, 2);
    const device = fc.constantFrom(1, 2);
    const action = fc.oneof(
      { weight: 3, arbitrary: fc.record({ type: fc.constant("invite" as const), by: client, to: client, device }) },
      {
        weight: 8,
        arbitrary: fc.record({
          type: fc.constantFrom("accept" as const, "reject" as const, "end" as const, "done" as const),
          by: client,
          device,
        }),
      },
      { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("die" as const, "return" as const, "sign-out" as const), by: client }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant("time" as const), ms: fc.constantFrom(1000, TIMEOUT, GRACE) }) },
    );

    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(action, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 }), async (rounds) => {
        const jids = await newAgents(3);
        const { stage, clock, sessions, command, mirrorOf } = setUp();
        const ids: string[] = [];
        const parties = new Map<string, string[]>();

        const carryOut = async (next: (typeof rounds)[number][number]) => {
          if (next.type === "time") return;
          const jid = jids[next.by]!;
          if (!("device" in next)) {
            stage.standings.set(jid, { die: DEAD, return: THERE, "sign-out": SIGNED_OUT }[next.type]);
            return sessions.presenceChanged(jid);
          }
          const from = `${jid}/${next.device}`;
          if (next.type === "invite") {
            const id = newId();
            const { session } = await command(from, { type: "invite", id, to: jids[next.to]!, answering: false });
            if (!ids.includes(session.id)) ids.push(session.id);
            parties.set(session.id, [session.inviter, session.target]);
            return;
          }
          const id = ids.at(-1);
          if (id === undefined) return;
          await command(from, { type: next.type, id });
          // Whoever is answered is a party.
          expect(parties.get(id)).toContain(bareOf(from));
        };

        for (const round of rounds) {
          const results = await Promise.allSettled(round.map(carryOut));
          for (const result of results) {
            if (result.status === "rejected" && !(result.reason instanceof SessionRefusedError)) throw result.reason;
          }
          for (const next of round) if (next.type === "time") clock.advance(next.ms);
          for (const session of await dueSessions(database, clock.now(), 1000)) {
            if (jids.includes(session.inviter.jid)) await sessions.timePassed(session);
          }
        }

        // Who is away hears nothing, and asks for the list when back: only those who were there all the time must know all.
        const away = new Set(
          rounds.flat().flatMap((next) => ("by" in next && (next.type === "die" || next.type === "sign-out") ? [jids[next.by]!] : [])),
        );
        const lists = await Promise.all(jids.map((jid) => sessions.list(jid)));
        for (const [index, jid] of jids.entries()) {
          const { version, sessions: listed } = lists[index]!;
          if (away.has(jid)) continue;
          for (const which of [1, 2]) {
            const mirror = mirrorOf(`${jid}/${which}`);
            expect(mirror.versions(), `versions of ${jid}/${which}`).toEqual(Array.from({ length: version }, (_, place) => place + 1));
            expect(asListed(mirror.sessions())).toEqual(asListed(listed));
          }
        }
        // Both sides of a session see the same state.
        for (const id of ids) {
          const states = lists.flatMap(({ sessions: listed }) => listed.filter((session) => session.id === id).map(({ state }) => state));
          expect(new Set(states).size).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: engine.name === "pglite" ? 40 : 60 },
    );
  }, 120_000);
});
