import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type AgentAtDesk, connect, Desks, textsOf } from "../support/desks.ts";
import { type Cutter, startCutter } from "../support/cutter.ts";
import { until } from "../support/service-core.ts";
import { memoryStorage } from "../../src/desk/index.ts";
import type { TranscriptLine } from "../../src/desk/types.ts";

let desks: Desks;
const cutters: Cutter[] = [];

beforeAll(async () => {
  desks = await Desks.start({ graceS: 120 });
});
afterEach(async () => {
  await desks.leave();
  await Promise.all(cutters.splice(0).map((cutter) => cutter.close()));
});
afterAll(() => desks?.stop());

const MESSAGES = 200;

/** A behind a cutter, B straight at the server; connected. */
async function cuttable(): Promise<{ a: AgentAtDesk; b: AgentAtDesk; id: string; cutter: Cutter }> {
  const logons = await desks.agents("a", "b");
  const cutter = await startCutter(desks.prosody.websocket);
  cutters.push(cutter);
  const [a, b] = await Promise.all([desks.signIn(logons.a, { websocket: cutter.url }), desks.signIn(logons.b)]);
  return { a, b, id: await connect(a, b), cutter };
}

const numbered = (writer: string, count: number) => Array.from({ length: count }, (_, index) => `${writer} ${index + 1}`);
const from = (lines: readonly TranscriptLine[], writer: string) => textsOf(lines).filter((text) => text.startsWith(`${writer} `));
const isSettled = (lines: readonly TranscriptLine[]) =>
  lines.every((line) => line.kind === "notice" || !line.own || (line.progress !== "queued" && line.progress !== "failed"));

/** Both write while `trouble` happens in between; afterwards nothing is lost, doubled or out of order, on either side. */
async function holds(
  { a, b, id }: { a: AgentAtDesk; b: AgentAtDesk; id: string },
  trouble: (message: number) => Promise<void> | void,
): Promise<void> {
  for (let index = 1; index <= MESSAGES; index++) {
    await a.desk.send(id, `a ${index}`);
    if (index % 4 === 0) await b.desk.send(id, `b ${index / 4}`);
    await trouble(index);
  }
  const isComplete = (lines: readonly TranscriptLine[]) =>
    from(lines, "a").length >= MESSAGES && from(lines, "b").length >= MESSAGES / 4 && isSettled(lines);
  const [seenByA, seenByB] = await Promise.all([
    a.lines(id, "all of it", isComplete, 90_000),
    b.lines(id, "all of it", isComplete, 90_000),
  ]);
  for (const seen of [seenByA, seenByB]) {
    expect(from(seen, "a")).toEqual(numbered("a", MESSAGES));
    expect(from(seen, "b")).toEqual(numbered("b", MESSAGES / 4));
  }
  await until("the same order on both sides", () => JSON.stringify(a.texts(id)) === JSON.stringify(b.texts(id))).catch(() =>
    expect(a.texts(id)).toEqual(b.texts(id)),
  );

  // A second device, which reads it all from the archive, shows the same.
  const other = await desks.signIn(b.logon);
  await other.session(a, "the session");
  await readAll(other, id, isComplete);
  expect(other.texts(id)).toEqual(b.texts(id));
}

async function readAll(agent: AgentAtDesk, id: string, isComplete: (lines: readonly TranscriptLine[]) => boolean): Promise<void> {
  const transcript = agent.desk.transcript(id);
  await transcript.waitFor(({ loadingOlder, lines }) => !loadingOlder && lines.length > 0, { what: "the newest page", timeoutMs: 20_000 });
  while (transcript.get().hasOlder) await agent.desk.loadOlder(id);
  await agent.lines(id, "everything", isComplete);
}

describe("nothing is lost, doubled or out of order", () => {
  it(`when the connection is reset again and again (${MESSAGES} messages)`, async () => {
    const stage = await cuttable();
    await holds(stage, (message) => {
      if (message % 23 === 0) stage.cutter.reset();
    });
  }, 180_000);

  it(`scenario 84: when Prosody is killed in between (${MESSAGES} messages)`, async () => {
    const stage = await cuttable();
    await holds(stage, async (message) => {
      if (message !== 70 && message !== 140) return;
      await desks.prosody.kill();
      await desks.prosody.restart();
    });
  }, 240_000);

  it(`when the network swallows everything for a while (${MESSAGES} messages)`, async () => {
    const stage = await cuttable();
    await holds(stage, async (message) => {
      if (message === 60) stage.cutter.stall();
      if (message !== 120) return;
      // Until the client itself finds the connection dead.
      const { connections } = stage.cutter;
      await stage.a.desk.connection.waitFor(({ type }) => type !== "online", { what: "the death to be noticed", timeoutMs: 60_000 });
      stage.cutter.mend();
      await until("a new connection", () => stage.cutter.connections > connections, 60_000);
    });
  }, 240_000);
});

describe("scenario 83: the network of A is cut while A types", () => {
  it("shows three messages as queued, and delivers exactly those three afterwards", async () => {
    const { a, b, id, cutter } = await cuttable();
    await a.desk.send(id, "a 0");
    await b.lines(id, "the first", (lines) => from(lines, "a").length === 1);
    cutter.cut();
    await a.desk.connection.waitFor(({ type }) => type === "reconnecting", { what: "the cut to be noticed", timeoutMs: 10_000 });
    for (const text of ["a 1", "a 2", "a 3"]) await a.desk.send(id, text);
    const progress = a.desk
      .transcript(id)
      .get()
      .lines.flatMap((line) => (line.kind === "message" && line.text !== "a 0" ? [line.progress] : []));
    expect(progress).toEqual(["queued", "queued", "queued"]);
    cutter.mend();
    a.desk.reconnectNow();
    const lines = await b.lines(id, "the three", (all) => from(all, "a").length >= 4);
    expect(from(lines, "a")).toEqual(["a 0", "a 1", "a 2", "a 3"]);
    await a.lines(id, "their ticks", isSettled);
  });
});

describe("a page that goes away and comes back", () => {
  it("sends what it had stored, and shows the same lines", async () => {
    const { a, b, id, cutter } = await cuttable();
    await a.desk.send(id, "a 1");
    await b.lines(id, "the first", (lines) => from(lines, "a").length === 1);
    cutter.cut();
    await a.desk.connection.waitFor(({ type }) => type === "reconnecting", { what: "the cut to be noticed", timeoutMs: 10_000 });
    await a.desk.send(id, "a 2");
    await a.desk.send(id, "a 3");
    const keys = a.signedIn.keys.get()!;
    const saved = a.signedIn.snapshot();
    a.desk.close();
    cutter.mend();

    const again = await desks.signIn(a.logon, { storage: a.storage, credentials: { keys }, ...(saved && { saved }) });
    const view = await again.session(b, "the session", ({ state }) => state === "connected");
    expect(view).toMatchObject({ id, open: true });
    const lines = await b.lines(id, "all three", (all) => from(all, "a").length >= 3);
    expect(from(lines, "a")).toEqual(["a 1", "a 2", "a 3"]);
    await again.lines(id, "all three, sent", (all) => from(all, "a").length === 3 && isSettled(all));
    expect(again.texts(id)).toEqual(["a 1", "a 2", "a 3"]);
    expect(await again.storage.readOutbox()).toEqual([]);
  });

  it("catches up with what came meanwhile, and counts it as unread", async () => {
    const { a, b, id } = await cuttable();
    const keys = a.signedIn.keys.get()!;
    await b.desk.send(id, "b 1");
    await a.lines(id, "the first", (lines) => from(lines, "b").length === 1);
    a.desk.markRead(id);
    a.desk.close();
    await b.desk.send(id, "b 2");
    await b.desk.send(id, "b 3");
    const again = await desks.signIn(a.logon, { storage: a.storage, credentials: { keys } });
    await again.lines(id, "all three", (lines) => from(lines, "b").length === 3);
    await again.session(b, "two unread", ({ unread }) => unread === 2);
  });
});

describe("scenario 88: the other side dies", () => {
  it("is shown as unreachable, and as back", async () => {
    const { a, b, cutter } = await cuttable();
    await b.session(a, "A there", ({ peerReachable }) => peerReachable);
    cutter.cut();
    await b.session(a, "A unreachable", ({ peerReachable, state }) => !peerReachable && state === "connected");
    cutter.mend();
    a.desk.reconnectNow();
    await b.session(a, "A back", ({ peerReachable, state }) => peerReachable && state === "connected");
  }, 90_000);
});

describe("the service goes away", () => {
  it("lets running sessions go on, refuses new ones at once, and is back by itself", async () => {
    const logons = await desks.agents("a", "b", "c");
    const [a, b] = await Promise.all([desks.signIn(logons.a), desks.signIn(logons.b), desks.signIn(logons.c)]);
    const id = await connect(a, b);
    await desks.core.component.stop();
    const asked = Date.now();
    await expect(a.desk.invite(`${logons.c}@localhost`)).rejects.toMatchObject({ problem: { code: "service-away" } });
    expect(Date.now() - asked).toBeLessThan(1000);
    expect(a.desk.serviceThere.get()).toBe(false);
    await a.desk.send(id, "a 1");
    await b.lines(id, "it", (lines) => from(lines, "a").length === 1);
    desks.core.component.start();
    await a.desk.serviceThere.waitFor((isThere) => isThere, { what: "the service to be back", timeoutMs: 40_000 });
    expect(await a.session(b, "still", ({ state }) => state === "connected")).toMatchObject({ id });
  }, 90_000);
});

describe("sign-in", () => {
  it("says wrong password and unknown logon alike, and does not hang", async () => {
    const { a } = await desks.agents("a");
    const wrong = { credentials: { password: "wrong" } };
    await expect(desks.signIn(a, wrong)).rejects.toMatchObject({ problem: { code: "wrong-logon-or-password" } });
    await expect(desks.signIn("nobody.agent", wrong)).rejects.toMatchObject({ problem: { code: "wrong-logon-or-password" } });
  });

  it("says that the server can not be reached", async () => {
    const cutter = await startCutter(desks.prosody.websocket);
    cutters.push(cutter);
    cutter.cut();
    await expect(desks.signIn("a.agent", { websocket: cutter.url })).rejects.toMatchObject({ problem: { code: "server-unreachable" } });
  });

  it("waits for the server when a page was reloaded, and shows what it had", async () => {
    const { a, b, id, cutter } = await cuttable();
    const keys = a.signedIn.keys.get()!;
    a.desk.close();
    cutter.cut();
    const { signIn } = await import("../../src/desk/index.ts");
    const { NodeWebSocket } = await import("../support/node-websocket.ts");
    const { desk } = await signIn({
      websocket: cutter.url,
      domain: "localhost",
      service: desks.prosody.serviceDomain,
      logon: a.logon,
      credentials: { keys },
      storage: a.storage ?? memoryStorage(),
      webSocket: NodeWebSocket,
    });
    await desk.connection.waitFor(({ type }) => type === "reconnecting", { what: "the first attempt to fail", timeoutMs: 15_000 });
    expect(desk.sessions.get().sessions).toMatchObject([{ id, peerJid: b.jid, state: "connected", open: true }]);
    cutter.mend();
    desk.reconnectNow();
    await desk.connection.waitFor(({ type }) => type === "online", { what: "the connection", timeoutMs: 20_000 });
    desk.close();
  });
});
