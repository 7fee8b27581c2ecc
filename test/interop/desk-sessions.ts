import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect, Desks, noticesOf, textsOf } from "../support/desks.ts";
import { until } from "../support/service-core.ts";

let desks: Desks;

beforeAll(async () => {
  desks = await Desks.start();
});
afterEach(() => desks.leave());
afterAll(() => desks?.stop());

async function two() {
  const { a, b } = await desks.agents("a", "b");
  return Promise.all([desks.signIn(a), desks.signIn(b)]);
}

describe("an IM between two desks", () => {
  it("scenario 10, scenario 11, scenario 12: is pending for the target, and connected once accepted", async () => {
    const [a, b] = await two();

    const id = await a.desk.invite(b.jid);
    const inviter = await a.session(b, "the session");
    expect(inviter).toMatchObject({ id, role: "inviter", state: "not-connected", open: true, peerLogon: b.logon });
    expect(a.desk.sessions.get().currentId).toBe(id);

    const target = await b.session(a, "the invitation");
    expect(target).toMatchObject({ id, role: "target", pending: true, notifying: true, open: false, peerLogon: a.logon });

    await b.desk.accept(id);
    expect(await b.session(a, "the session")).toMatchObject({ state: "connected", pending: false, open: true });
    expect(await a.session(b, "the accept", ({ state }) => state === "connected")).toMatchObject({ reason: "accepted" });
    const lines = await a.lines(id, "the notice", (all) => noticesOf(all).includes("accepted"));
    expect(noticesOf(lines)).toEqual(["invited", "accepted"]);
  });

  it("scenario 19, scenario 1: shows the same lines in the same order on both sides", async () => {
    const [a, b] = await two();
    const id = await connect(a, b);
    for (let index = 1; index <= 10; index++) {
      await a.desk.send(id, `a ${index} <b>&amp;</b> 🙂`);
      await b.desk.send(id, `b ${index}`);
    }
    const complete = (lines: Parameters<typeof textsOf>[0]) =>
      textsOf(lines).length === 20 &&
      lines.every((line) => line.kind === "notice" || line.progress === undefined || line.progress === "delivered");
    await Promise.all([a.lines(id, "all lines", complete), b.lines(id, "all lines", complete)]);
    // Two directions at once: the archive's order is the order, and both come to it.
    await until("the same order on both sides", () => JSON.stringify(a.texts(id)) === JSON.stringify(b.texts(id)));

    b.desk.markRead(id);
    await a.lines(id, "read", (lines) => lines.every((line) => line.kind === "notice" || !line.own || line.progress === "read"));
  });

  it("queues what is typed before the accept, and sends it then", async () => {
    const [a, b] = await two();
    const id = await a.desk.invite(b.jid);
    await a.desk.send(id, "one");
    await a.desk.send(id, "two");
    expect(
      a.desk
        .transcript(id)
        .get()
        .lines.filter((line) => line.kind === "message" && line.progress === "queued"),
    ).toHaveLength(2);
    await b.session(a, "the invitation");
    await b.desk.accept(id);
    await b.lines(id, "both", (lines) => textsOf(lines).join() === "one,two");
  });

  it("scenario 13: a reject ends it for the inviter and is gone for the target", async () => {
    const [a, b] = await two();
    const id = await a.desk.invite(b.jid);
    await a.desk.send(id, "never sent");
    await b.session(a, "the invitation");
    await b.desk.reject(id);
    expect(await a.session(b, "the end", ({ state }) => state === "ended")).toMatchObject({
      reason: "rejected",
      mayMarkDone: { allowed: true },
    });
    await b.desk.sessions.waitFor(({ sessions }) => sessions.length === 0, { what: "an empty task bar", timeoutMs: 5000 });
    await a.lines(id, "not sent", (lines) => lines.some((line) => line.kind === "message" && line.progress === "failed"));
    await a.desk.markDone(id);
    expect(a.desk.sessions.get().sessions).toEqual([]);
  });

  it("scenario 14, scenario 15, scenario 32: times out, stays pending, and can still be accepted", async () => {
    const [a, b] = await two();
    const id = await a.desk.invite(b.jid);
    await b.session(a, "the notification", ({ notifying }) => notifying);
    expect(await a.session(b, "the time-out", ({ reason }) => reason === "timed-out")).toMatchObject({ state: "not-connected" });
    expect(await b.session(a, "no notification", ({ notifying }) => !notifying)).toMatchObject({ pending: true });
    await b.desk.accept(id);
    await a.session(b, "connected", ({ state }) => state === "connected");
    await a.lines(id, "the notices", (lines) => noticesOf(lines).join() === "invited,timed-out,accepted");
  });

  it("scenario 16: says at once that nobody is there", async () => {
    const { a, b } = await desks.agents("a", "b");
    const inviter = await desks.signIn(a);
    const id = await inviter.desk.invite(`${b}@localhost`);
    expect(await inviter.session(`${b}@localhost`, "the session")).toMatchObject({ id, state: "ended", reason: "unreachable" });
  });

  it("scenario 23, scenario 24, scenario 25: ends for both, and each is done by itself", async () => {
    const [a, b] = await two();
    const id = await connect(a, b);
    expect(await a.session(b, "it")).toMatchObject({ mayMarkDone: { allowed: false, reason: "not-ended" }, mayEnd: { allowed: true } });
    await expect(a.desk.markDone(id)).rejects.toMatchObject({ problem: { code: "wrong-state" } });
    await a.desk.end(id);
    expect(await b.session(a, "the end", ({ state }) => state === "ended")).toMatchObject({
      reason: "ended-by-peer",
      maySend: { allowed: false, reason: "ended" },
    });
    await expect(b.desk.send(id, "too late")).rejects.toMatchObject({ problem: { code: "wrong-state" } });
    await a.desk.markDone(id);
    expect(a.desk.sessions.get().sessions).toEqual([]);
    expect(b.desk.sessions.get().sessions).toHaveLength(1);
    expect(noticesOf(b.desk.transcript(id).get().lines)).toEqual(["invited", "accepted", "ended-by-peer"]);
  });

  it("scenario 26: keeps two sessions apart", async () => {
    const { a, b, c } = await desks.agents("a", "b", "c");
    const [ada, ben, cleo] = await Promise.all([desks.signIn(a), desks.signIn(b), desks.signIn(c)]);
    const [withBen, withCleo] = [await connect(ada, ben), await connect(ada, cleo)];
    await ada.desk.send(withBen, "for Ben");
    await ada.desk.send(withCleo, "for Cleo");
    await ben.desk.send(withBen, "from Ben");
    await cleo.desk.send(withCleo, "from Cleo");
    await ada.lines(withBen, "Ben's", (lines) => textsOf(lines).toSorted().join() === "for Ben,from Ben");
    await ada.lines(withCleo, "Cleo's", (lines) => textsOf(lines).toSorted().join() === "for Cleo,from Cleo");
  });

  it("scenario 87: two who invite each other get one session", async () => {
    const [a, b] = await two();
    const [first, second] = await Promise.all([a.desk.invite(b.jid), b.desk.invite(a.jid)]);
    expect(first).toBe(second);
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      await one.session(other, "connected", ({ state }) => state === "connected");
      expect(one.desk.sessions.get().sessions).toHaveLength(1);
    }
  });

  it("scenario 89: a proper sign-out ends it with the reason", async () => {
    const [a, b] = await two();
    await connect(a, b);
    await b.desk.signOut();
    await a.session(b, "the end", ({ state, reason }) => state === "ended" && reason === "signed-out");
  });
});

describe("two devices of one agent", () => {
  it("scenario 85: an accept on one is told to the other, and the transcript is on both", async () => {
    const { a, b } = await desks.agents("a", "b");
    const [ada, ben, other] = await Promise.all([desks.signIn(a), desks.signIn(b), desks.signIn(b)]);
    const id = await ada.desk.invite(ben.jid);
    await Promise.all([ben, other].map((one) => one.session(ada, "the notification", ({ notifying }) => notifying)));
    await ben.desk.accept(id);
    expect(await other.session(ada, "told", ({ pending }) => !pending)).toMatchObject({ reason: "answered-elsewhere", state: "connected" });
    await ada.desk.send(id, "hello");
    await ben.lines(id, "hello", (lines) => textsOf(lines).join() === "hello");
    await ben.desk.send(id, "good day");
    await ada.lines(id, "both", (lines) => textsOf(lines).join() === "hello,good day");
    await other.lines(id, "both", (lines) => textsOf(lines).join() === "hello,good day");
  });

  it("scenario 86: a reject on one removes it on the other", async () => {
    const { a, b } = await desks.agents("a", "b");
    const [ada, ben, other] = await Promise.all([desks.signIn(a), desks.signIn(b), desks.signIn(b)]);
    const id = await ada.desk.invite(ben.jid);
    await Promise.all([ben, other].map((one) => one.session(ada, "the notification")));
    await ben.desk.reject(id);
    await other.desk.sessions.waitFor(({ sessions }) => sessions.length === 0, { what: "nothing left", timeoutMs: 5000 });
    await ada.session(ben, "rejected", ({ reason }) => reason === "rejected");
  });

  it("scenario 91: own words from another device are not unread; what was read there is read here", async () => {
    const { a, b } = await desks.agents("a", "b");
    const [ada, ben, other] = await Promise.all([desks.signIn(a), desks.signIn(b), desks.signIn(b)]);
    const id = await connect(ada, ben);
    await ben.desk.send(id, "from the first device");
    await other.lines(id, "own words", (lines) => textsOf(lines).length === 1);
    expect((await other.session(ada, "it")).unread).toBe(0);
    await ada.desk.send(id, "answer");
    await other.session(ada, "one unread", ({ unread }) => unread === 1);
    await ben.lines(id, "the answer", (lines) => textsOf(lines).length === 2);
    ben.desk.markRead(id);
    await other.session(ada, "none unread", ({ unread }) => unread === 0);
  });
});
