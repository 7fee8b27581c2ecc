import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../src/client/clock.ts";
import { createClient } from "../../src/extensions/create-client.ts";
import { SessionRefusedError } from "../../src/extensions/im-session/refusals.ts";
import type { Session, SessionRefusal } from "../../src/extensions/im-session/types.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";
import {
  type Actor,
  ALL_IM_RIGHTS,
  type Core,
  createCore,
  PASSWORD,
  signIn as signInTo,
  type SignInOptions,
} from "../support/service-core.ts";

let prosody: Prosody;
let core: Core;
const actors: Actor[] = [];

const LOGONS = ["a.agent", "b.agent", "c.agent", "d.agent", "e.agent"];

beforeAll(async () => {
  prosody = await startProsody();
  for (const logon of LOGONS) await prosody.register(logon, PASSWORD);
  core = await createCore(prosody, { settings: { inviteTimeoutS: 1.5, graceS: 2 } });
  await core.start();
  for (const logon of ["a.agent", "b.agent", "c.agent"]) await core.service.agents.add({ logon, rights: ALL_IM_RIGHTS });
  await core.service.agents.add({ logon: "d.agent", rights: ["im.use"] });
  await core.service.agents.add({ logon: "e.agent", rights: ["im.make", "im.release"] });
});

afterEach(async () => {
  // Signing out ends what is open.
  await Promise.all(actors.splice(0).map(({ client }) => client.signOut()));
});

afterAll(async () => {
  await core?.stop();
  await core?.database.close();
  await prosody?.stop();
});

async function signIn(logon: string, options?: SignInOptions): Promise<Actor> {
  const actor = await signInTo(prosody, core, logon, options);
  actors.push(actor);
  return actor;
}

async function two(): Promise<[Actor, Actor]> {
  return [await signIn("a.agent"), await signIn("b.agent")];
}

async function invited(a: Actor, b: Actor): Promise<string> {
  const id = newId();
  await a.client.imSession.invite({ id, to: b.jid });
  await b.pushed("the offer", (push) => push.type === "offer" && push.session.id === id);
  return id;
}

async function connected(a: Actor, b: Actor): Promise<string> {
  const id = await invited(a, b);
  await b.client.imSession.accept(id);
  await a.pushed("the accept", hears(id, { state: "connected" }));
  return id;
}

const hears = (id: string, part: Partial<Session>) => (push: { session: Session }) =>
  push.session.id === id && Object.entries(part).every(([key, value]) => push.session[key as keyof Session] === value);

async function refusalOf(request: Promise<unknown>): Promise<SessionRefusal> {
  const error = await request.then(
    () => {
      throw new Error("it was not refused");
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof SessionRefusedError)) throw error;
  return error.refusal;
}

describe("an invitation", () => {
  it("is offered to the target, and accepted: both are connected (scenarios 1, 11, 12)", async () => {
    const [a, b] = await two();
    const id = newId();
    const { session } = await a.client.imSession.invite({ id, to: b.jid });
    expect(session).toMatchObject({
      id,
      state: "not-connected",
      mode: "parley",
      inviter: a.jid,
      target: b.jid,
      peerReachable: true,
      done: false,
    });
    const offer = await b.pushed("the offer", ({ type }) => type === "offer");
    expect(offer.session).toMatchObject({ id, state: "not-connected", inviter: a.jid });
    expect(offer.session.expiresAt - offer.session.createdAt).toBe(1500);

    const accepted = await b.client.imSession.accept(id);
    expect(accepted.session).toMatchObject({ state: "connected", reason: "accepted" });
    expect((await a.pushed("the accept", hears(id, { state: "connected" }))).session.reason).toBe("accepted");
  });

  it("is rejected: ended for the inviter, gone for the target (scenarios 13, 31)", async () => {
    const [a, b] = await two();
    const id = await invited(a, b);
    expect((await b.client.imSession.reject(id)).session).toMatchObject({ state: "ended", done: true });
    expect((await a.pushed("the rejection", hears(id, { state: "ended" }))).session).toMatchObject({ reason: "rejected", done: false });
    expect((await b.client.imSession.list()).sessions.map((session) => session.id)).not.toContain(id);
    expect((await a.client.imSession.done(id)).session.done).toBe(true);
  });

  it("times out for both, stays pending, and can still be accepted (scenarios 14, 15, 32, 33)", async () => {
    const [a, b] = await two();
    const id = await invited(a, b);
    const told = await Promise.all([a, b].map((actor) => actor.pushed("the time-out", hears(id, { reason: "timed-out" }))));
    for (const { session } of told) expect(session.state).toBe("not-connected");
    expect((await b.client.imSession.list()).sessions).toContainEqual(expect.objectContaining({ id, state: "not-connected" }));
    await b.client.imSession.accept(id);
    expect((await a.pushed("the accept", hears(id, { state: "connected" }))).session.reason).toBe("accepted");
  });

  it("to somebody who is not there is unreachable at once, and the target never hears of it (scenario 16)", async () => {
    const a = await signIn("a.agent");
    const id = newId();
    const { session } = await a.client.imSession.invite({ id, to: `c.agent@${prosody.domain}` });
    expect(session).toMatchObject({ state: "ended", reason: "unreachable", peerReachable: false });
    const c = await signIn("c.agent");
    expect((await c.client.imSession.list()).sessions).toEqual([]);
    expect(await refusalOf(c.client.imSession.done(id))).toEqual({ type: "unknown-session" });
  });

  it("that the inviter ends is cancelled for the target, who can not accept any more (scenario 34)", async () => {
    const [a, b] = await two();
    const id = await invited(a, b);
    await a.client.imSession.end(id);
    expect((await b.pushed("the end", hears(id, { state: "ended" }))).session.reason).toBe("cancelled");
    expect(await refusalOf(b.client.imSession.accept(id))).toEqual({ type: "wrong-state", state: "ended" });
    expect((await b.client.imSession.done(id)).session.done).toBe(true);
  });

  it("that the inviter marks done is cancelled too", async () => {
    const [a, b] = await two();
    const id = await invited(a, b);
    expect((await a.client.imSession.done(id)).session).toMatchObject({ state: "ended", done: true });
    expect((await b.pushed("the end", hears(id, { state: "ended" }))).session.reason).toBe("cancelled");
  });

  it("is still there when the target's page is loaded again (scenario 35)", async () => {
    const [a, b] = await two();
    const id = await invited(a, b);
    const again = await signIn("b.agent");
    await b.client.connection.stop();
    expect((await again.client.imSession.list()).sessions).toContainEqual(expect.objectContaining({ id, state: "not-connected" }));
  });

  it("that both send each other at the same time is one session, connected (scenario 87)", async () => {
    const [a, b] = await two();
    const answers = await Promise.all([
      a.client.imSession.invite({ id: newId(), to: b.jid }),
      b.client.imSession.invite({ id: newId(), to: a.jid }),
    ]);
    const ids = new Set(answers.map(({ session }) => session.id));
    expect(ids.size).toBe(1);
    const [id] = ids as unknown as [string];
    for (const actor of [a, b]) {
      const { sessions } = await actor.client.imSession.list();
      expect(sessions.filter(({ state }) => state !== "ended")).toEqual([expect.objectContaining({ id, state: "connected" })]);
    }
  });

  it("to somebody with an open session is that session", async () => {
    const [a, b] = await two();
    const id = await connected(a, b);
    const again = newId();
    expect((await a.client.imSession.invite({ id: again, to: b.jid })).session.id).toBe(id);
    expect((await b.client.imSession.invite({ id: newId(), to: a.jid })).session.id).toBe(id);
    await a.client.imSession.end(id);
    // The id of that second invitation stands for the same session for ever.
    expect((await a.client.imSession.invite({ id: again, to: b.jid })).session).toMatchObject({ id, state: "ended" });
  });

  it("that is repeated is answered as before, and offered once", async () => {
    const [a, b] = await two();
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 5 }, () => a.client.imSession.invite({ id, to: b.jid })));
    expect(new Set(answers.map(({ version }) => version)).size).toBe(1);
    await b.client.imSession.accept(id);
    expect((await b.client.imSession.accept(id)).session).toMatchObject({ state: "connected", revision: 2 });
    expect(b.pushes.filter(({ type }) => type === "offer")).toHaveLength(1);
  });
});

describe("a connected session", () => {
  it.each([
    ["the inviter", 0, 1],
    ["the target", 1, 0],
  ])("that %s ends is ended for both, each marks it done alone (scenarios 23, 24, 43, 44)", async (_who, ender, peer) => {
    const both = await two();
    const id = await connected(...both);
    const { session } = await both[ender]!.client.imSession.end(id);
    expect(session.state).toBe("ended");
    expect(session.reason).toBeUndefined();
    expect((await both[peer]!.pushed("the end", hears(id, { state: "ended" }))).session.reason).toBe("ended-by-peer");

    await both[ender]!.client.imSession.done(id);
    const idsOf = async (actor: Actor) => (await actor.client.imSession.list()).sessions.map((listed) => listed.id);
    expect(await idsOf(both[ender]!)).not.toContain(id);
    expect(await idsOf(both[peer]!)).toContain(id);
    await both[peer]!.client.imSession.done(id);
    expect(await idsOf(both[peer]!)).not.toContain(id);
  });

  it("can not be marked done before it is ended (scenario 25)", async () => {
    const [a, b] = await two();
    const id = await connected(a, b);
    for (const actor of [a, b])
      expect(await refusalOf(actor.client.imSession.done(id))).toEqual({ type: "wrong-state", state: "connected" });
  });

  it("ends for the peer with the reason when an agent signs out (scenario 89)", async () => {
    const [a, b] = await two();
    const id = await connected(a, b);
    await b.client.signOut();
    expect((await a.pushed("the sign-out", hears(id, { state: "ended" }))).session.reason).toBe("signed-out");
  });

  it("tells that the peer died, goes on when it is back (scenario 88)", async () => {
    const [a, b] = await two();
    const id = await connected(a, b);
    // Closed without a sign-out: to the others the same as a death, only sooner.
    await b.client.connection.stop();
    expect((await a.pushed("the death", hears(id, { peerReachable: false }))).session.state).toBe("connected");
    const since = a.pushes.length;
    await signIn("b.agent");
    await a.pushed("the return", (push) => a.pushes.indexOf(push) >= since && hears(id, { peerReachable: true, state: "connected" })(push));
  });

  it("ends when the peer does not come back within the grace time", async () => {
    const [a, b] = await two();
    const id = await connected(a, b);
    await b.client.connection.stop();
    await a.pushed("the death", hears(id, { peerReachable: false, state: "connected" }));
    expect((await a.pushed("the end", hears(id, { state: "ended" }))).session.reason).toBe("unreachable");
  });
});

describe("an agent with two clients", () => {
  it("sees the offer on both; the other one hears that it was answered elsewhere (scenario 85)", async () => {
    const [a, b] = await two();
    const other = await signIn("b.agent");
    const id = await invited(a, b);
    await other.pushed("the offer", ({ type, session }) => type === "offer" && session.id === id);
    expect((await b.client.imSession.accept(id)).session.reason).toBe("accepted");
    expect((await other.pushed("the answer", hears(id, { state: "connected" }))).session.reason).toBe("answered-elsewhere");
    expect((await other.client.imSession.accept(id)).session).toMatchObject({ state: "connected", reason: "answered-elsewhere" });
  });

  it("rejects for both, and the inviter is told once (scenario 86)", async () => {
    const [a, b] = await two();
    const other = await signIn("b.agent");
    const id = await invited(a, b);
    await b.client.imSession.reject(id);
    await other.pushed("the rejection", hears(id, { done: true }));
    await a.pushed("the rejection", hears(id, { reason: "rejected" }));
    await a.client.imSession.done(id);
    expect(a.pushes.filter(hears(id, { reason: "rejected" }))).toHaveLength(1);
  });

  it("only one of two accepts at once connects it, and both know which", async () => {
    const [a, b] = await two();
    const other = await signIn("b.agent");
    const id = await invited(a, b);
    const answers = await Promise.all([b.client.imSession.accept(id), other.client.imSession.accept(id)]);
    expect(answers.map(({ session }) => String(session.reason)).sort()).toEqual(["accepted", "answered-elsewhere"]);
    expect(answers.map(({ session }) => session.revision)).toEqual([2, 2]);
  });

  it("stays when one of them signs out", async () => {
    const [a, b] = await two();
    const other = await signIn("b.agent");
    const id = await connected(a, b);
    await other.client.signOut();
    expect((await a.client.imSession.end(id)).session.state).toBe("ended");
    expect(a.pushes.filter(hears(id, { reason: "signed-out" }))).toEqual([]);
  });
});

describe("versions", () => {
  it("count every change that a client hears of, without a gap", async () => {
    const [a, b] = await two();
    const start = (await b.client.imSession.list()).version;
    const id = await invited(a, b);
    const own = await b.client.imSession.accept(id);
    await a.client.imSession.end(id);
    await b.pushed("the end", hears(id, { state: "ended" }));
    const done = await b.client.imSession.done(id);
    const heard = [...b.pushes.filter(({ version }) => version > start), own, done].map(({ version }) => version).sort((x, y) => x - y);
    expect(heard).toEqual([start + 1, start + 2, start + 3, start + 4]);
    expect((await b.client.imSession.list()).version).toBe(start + 4);
  });
});

describe("rights", () => {
  it("without im.use nothing is offered to the target (scenario 2)", async () => {
    const e = await signIn("e.agent");
    const b = await signIn("b.agent");
    expect(await refusalOf(e.client.imSession.invite({ id: newId(), to: b.jid }))).toEqual({
      type: "right-missing",
      right: "im.use",
      whose: "own",
    });
    expect((await b.client.imSession.list()).sessions.filter(({ inviter }) => inviter === e.jid)).toEqual([]);
    expect(b.pushes).toEqual([]);
  });

  it("without im.make one can be invited and answer, not invite (scenario 3)", async () => {
    const d = await signIn("d.agent");
    const a = await signIn("a.agent");
    expect(await refusalOf(d.client.imSession.invite({ id: newId(), to: a.jid }))).toEqual({
      type: "right-missing",
      right: "im.make",
      whose: "own",
    });
    // Nor by pretending to answer somebody who has no ordinary client.
    expect(await refusalOf(d.client.imSession.invite({ id: newId(), to: a.jid, answering: true }))).toMatchObject({ right: "im.make" });
    await connected(a, d);
  });

  it("without im.use one can not be invited (scenario 4)", async () => {
    const a = await signIn("a.agent");
    const e = await signIn("e.agent");
    expect(await refusalOf(a.client.imSession.invite({ id: newId(), to: e.jid }))).toEqual({
      type: "right-missing",
      right: "im.use",
      whose: "target",
    });
  });

  it("without im.release one can not end a connected session, the other can", async () => {
    const a = await signIn("a.agent");
    const d = await signIn("d.agent");
    const id = await connected(a, d);
    expect(await refusalOf(d.client.imSession.end(id))).toEqual({ type: "right-missing", right: "im.release", whose: "own" });
    expect((await a.client.imSession.end(id)).session.state).toBe("ended");
  });

  it("count as they are at the moment of the command", async () => {
    const [a, b] = await two();
    await core.service.agents.setRights("a.agent", { revoke: ["im.make"] });
    try {
      expect(await refusalOf(a.client.imSession.invite({ id: newId(), to: b.jid }))).toMatchObject({ right: "im.make" });
    } finally {
      await core.service.agents.setRights("a.agent", { grant: ["im.make"] });
    }
  });
});

describe("sessions of others", () => {
  it("look like none at all, whatever is asked, and nothing happens to them", async () => {
    const [a, b] = await two();
    const c = await signIn("c.agent");
    const id = await connected(a, b);
    const imSession = c.client.imSession;
    for (const foreign of [id, newId()]) {
      const refusals = [
        await refusalOf(imSession.accept(foreign)),
        await refusalOf(imSession.reject(foreign)),
        await refusalOf(imSession.end(foreign)),
        await refusalOf(imSession.done(foreign)),
      ];
      expect(new Set(refusals.map(({ type }) => type))).toEqual(new Set(["unknown-session"]));
    }
    expect(await refusalOf(imSession.invite({ id, to: a.jid }))).toEqual({ type: "unknown-session" });
    expect((await imSession.list()).sessions.filter((session) => session.id === id)).toEqual([]);
    expect(c.pushes).toEqual([]);
    expect((await a.client.imSession.list()).sessions).toContainEqual(expect.objectContaining({ id, state: "connected", revision: 2 }));
  });
});

describe("an ordinary client", () => {
  it("gets no offer; the inviter connects with the first reply (scenario 93)", async () => {
    const a = await signIn("a.agent");
    const b = await signIn("b.agent", { plain: true });
    const id = newId();
    const { session } = await a.client.imSession.invite({ id, to: b.jid });
    expect(session).toMatchObject({ state: "not-connected", mode: "plain" });
    expect((await a.client.imSession.accept(id)).session).toMatchObject({ state: "connected", mode: "plain", reason: "accepted" });
    expect((await a.client.imSession.end(id)).session.state).toBe("ended");
    expect(b.stanzas.filter((stanza) => stanza.includes("urn:parley:im-session"))).toEqual([]);
  });

  it("that wrote first is answered: connected, as its invitation", async () => {
    const a = await signIn("a.agent", { plain: true });
    const d = await signIn("d.agent");
    const { session } = await d.client.imSession.invite({ id: newId(), to: a.jid, answering: true });
    expect(session).toMatchObject({ state: "connected", mode: "plain", inviter: a.jid, target: d.jid });
    expect(a.stanzas.filter((stanza) => stanza.includes("urn:parley:im-session"))).toEqual([]);
  });
});

describe("audit", () => {
  it("has a row for each command and each refusal, with who, what, whom and when", async () => {
    const [a, b] = await two();
    const id = await connected(a, b);
    const c = await signIn("c.agent");
    await refusalOf(c.client.imSession.end(id));
    await a.client.imSession.end(id);
    const rows = await core.service.audit.list({ sessionId: id });
    expect(rows.map(({ actor, action, subject, outcome }) => ({ actor, action, subject, outcome })).reverse()).toEqual([
      { actor: a.jid, action: "im-session.invite", subject: b.jid, outcome: "done" },
      { actor: b.jid, action: "im-session.accept", subject: a.jid, outcome: "done" },
      { actor: c.jid, action: "im-session.end", subject: undefined, outcome: "unknown-session" },
      { actor: a.jid, action: "im-session.end", subject: b.jid, outcome: "done" },
    ]);
    for (const { at } of rows) expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  });

  it("has a row for what was refused before it was looked at", async () => {
    await prosody.register("no.agent", PASSWORD);
    const [a] = await two();
    const stranger = createClient({
      websocket: prosody.websocket,
      domain: prosody.domain,
      username: "no.agent",
      credentials: { password: PASSWORD },
      webSocket: NodeWebSocket,
    });
    stranger.connection.start();
    await stranger.established.waitFor((is) => is, { what: "the stranger to be signed in", timeoutMs: 20_000 });
    await expect(stranger.imSession.end(newId())).rejects.toMatchObject({ condition: "forbidden" });
    await stranger.signOut();
    await refusalOf(a.client.imSession.invite({ id: newId(), to: "nobody" }));
    const rows = await core.service.audit.list({ limit: 2 });
    expect(rows.map(({ actor, action, outcome }) => ({ actor, action, outcome })).reverse()).toEqual([
      { actor: `no.agent@${prosody.domain}`, action: "im-session.end", outcome: "not-an-agent" },
      { actor: a.jid, action: "im-session.invite", outcome: "bad-field to" },
    ]);
  });
});
