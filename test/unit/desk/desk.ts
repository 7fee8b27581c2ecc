import { describe, expect, it, vi } from "vitest";
import { AuthenticationError, StreamError } from "../../../src/client/errors.ts";
import type { AgentDesk } from "../../../src/desk/desk.ts";
import { openDesk, OWN, PEER, rest, row, ScriptedClient } from "../../support/scripted-client.ts";

const texts = (desk: AgentDesk, id: string) =>
  desk
    .transcript(id)
    .get()
    .lines.flatMap((line) => (line.kind === "message" ? [line.text] : []));
const notices = (desk: AgentDesk, id: string) =>
  desk
    .transcript(id)
    .get()
    .lines.flatMap((line) => (line.kind === "notice" ? [line.notice] : []));
const only = (desk: AgentDesk) => {
  expect(desk.sessions.get().sessions).toHaveLength(1);
  return desk.sessions.get().sessions[0]!;
};

/** A session that the other side began and we accepted. */
async function connected() {
  const opened = await openDesk();
  opened.client.offer("s");
  await opened.desk.accept("s");
  await rest();
  return opened;
}

describe("the connection in words", () => {
  it.each([
    [new AuthenticationError("not-authorized"), "wrong-logon-or-password"],
    [new AuthenticationError("account-disabled"), "wrong-logon-or-password"],
    [new AuthenticationError("server-not-verified"), "server-not-verified"],
    [new StreamError("conflict"), "replaced-by-other-tab"],
  ])("says of %o: %s", async (reason, code) => {
    const { desk, client } = await openDesk();
    client.established.set(false);
    client.state.set({ type: "refused", reason });
    expect(desk.connection.get()).toEqual({ type: "signed-out", problem: { code } });
  });

  it("says when it will try again, and that it tries", async () => {
    const { desk, client } = await openDesk();
    client.offline();
    expect(desk.connection.get()).toMatchObject({ type: "reconnecting", retryAt: client.clock.now() + 1000 });
    desk.reconnectNow();
    expect(desk.connection.get()).toEqual({ type: "reconnecting", problem: { code: "connection-lost" } });
    client.online();
    expect(desk.connection.get()).toEqual({ type: "online" });
  });
});

describe("a desk that opens while the sign-in is under way", () => {
  it("takes the connection as it is, and makes no second attempt", async () => {
    const client = new ScriptedClient();
    client.online();
    const starts = vi.spyOn(client, "start");
    const { desk } = await openDesk(client);
    expect(starts).not.toHaveBeenCalled();
    expect(desk.connection.get()).toEqual({ type: "online" });
    expect(desk.me.get()).toBeDefined();
  });

  it("says that the password was wrong", async () => {
    const client = new ScriptedClient();
    client.online = () => {};
    client.state.set({ type: "refused", reason: new AuthenticationError("not-authorized") });
    const { desk } = await openDesk(client);
    expect(desk.connection.get()).toEqual({ type: "signed-out", problem: { code: "wrong-logon-or-password" } });
  });
});

describe("the list of sessions", () => {
  it("is asked for with every stream, and again when a push is missing", async () => {
    const { client } = await openDesk();
    const asked = () => client.commands.filter((one) => one === "list").length;
    expect(asked()).toBe(1);
    client.offer("s");
    await rest();
    expect(asked()).toBe(1);
    client.push({ ...client.sessions.get("s")!, revision: 3 }, { skip: 1 });
    await rest();
    expect(asked()).toBe(2);
    client.offline();
    client.online(true);
    await rest();
    expect(asked()).toBe(3);
  });

  it("does not go back to an older revision, nor bring back what is done", async () => {
    const { desk, client } = await openDesk();
    const offered = client.offer("s");
    const accepted = client.change("s", { state: "connected", acceptedAt: 1 });
    client.imSession.pushes.emit({ type: "changed", version: client.version, session: offered });
    expect(only(desk).state).toBe("connected");
    client.change("s", { state: "ended", done: true });
    client.imSession.pushes.emit({ type: "changed", version: client.version, session: accepted });
    expect(desk.sessions.get().sessions).toEqual([]);
  });

  it("keeps the same view objects for what did not change", async () => {
    const { desk, client } = await openDesk();
    client.offer("s");
    const before = desk.sessions.get().sessions[0];
    client.offer("t", "c.agent@example.org");
    expect(desk.sessions.get().sessions.find(({ id }) => id === "s")).toBe(before);
  });
});

describe("an invitation to us", () => {
  it("is shown until its time is over, whatever the service's clock says, and stays pending", async () => {
    const { desk, client } = await openDesk();
    const session = client.offer("s");
    client.change("s", { createdAt: session.createdAt - 3_600_000, expiresAt: session.expiresAt - 3_600_000 });
    expect(only(desk)).toMatchObject({ pending: true, notifying: true, open: false });
    client.clock.advance(30_000);
    expect(only(desk)).toMatchObject({ pending: true, notifying: false });
  });

  it("goes away when the service says that it timed out", async () => {
    const { desk, client } = await openDesk();
    client.offer("s");
    client.change("s", { reason: "timed-out" });
    expect(only(desk)).toMatchObject({ pending: true, notifying: false });
  });

  it("is busy while it is accepted, then open and in front", async () => {
    const { desk, client } = await openDesk();
    client.offer("s");
    const accepting = desk.accept("s");
    expect(only(desk).busy).toBe(true);
    await accepting;
    expect(only(desk)).toMatchObject({ busy: false, pending: false, open: true, state: "connected" });
    expect(desk.sessions.get().currentId).toBe("s");
  });
});

describe("commands", () => {
  it("are repeated under the same id when no answer comes, then say that the service is away", async () => {
    const { desk, client } = await openDesk();
    client.service = "silent";
    await expect(desk.invite(PEER)).rejects.toMatchObject({ problem: { code: "service-away" } });
    expect(client.commands.filter((one) => one.startsWith("invite"))).toEqual(["invite new-1", "invite new-1", "invite new-1"]);
  });

  it("fail at once when the service is not there, and it is noticed when it is back", async () => {
    const { desk, client } = await openDesk();
    client.service = "absent";
    await expect(desk.invite(PEER)).rejects.toMatchObject({ problem: { code: "service-away" } });
    expect(client.commands.filter((one) => one.startsWith("invite"))).toHaveLength(1);
    expect(desk.serviceThere.get()).toBe(false);
    client.service = "there";
    client.clock.advance(3000);
    await rest();
    expect(desk.serviceThere.get()).toBe(true);
  });

  it("fail in words while offline", async () => {
    const { desk, client } = await connected();
    client.offline();
    await expect(desk.end("s")).rejects.toMatchObject({ problem: { code: "connection-lost" } });
    expect(only(desk)).toMatchObject({ mayEnd: { reason: "offline" }, maySend: { allowed: true } });
  });

  it("show an open session again instead of inviting twice, also for a double click", async () => {
    const { desk, client } = await openDesk();
    const [first, second] = await Promise.all([desk.invite(PEER), desk.invite(PEER)]);
    expect(first).toBe(second);
    expect(await desk.invite(PEER)).toBe(first);
    expect(client.commands.filter((one) => one.startsWith("invite"))).toHaveLength(1);
  });

  it("follow the rights", async () => {
    const client = new ScriptedClient();
    client.rights = ["im.use"];
    const { desk } = await openDesk(client);
    expect(desk.team.mayInvite(row("b.agent"))).toEqual({ allowed: false, reason: "no-right" });
    client.offer("s");
    await desk.accept("s");
    expect(only(desk)).toMatchObject({ maySend: { allowed: true }, mayEnd: { allowed: false, reason: "no-right" } });
  });

  it.each([
    [row("a.agent"), "self"],
    [row("b.agent", { mayIm: false }), "target-no-right"],
    [row("b.agent", { readiness: "signed-out" }), "signed-out"],
    [row("b.agent", { readiness: "unreachable" }), "unreachable"],
  ])("say why %o can not be invited: %s", async (target, reason) => {
    const { desk } = await openDesk();
    expect(desk.team.mayInvite(target)).toEqual({ allowed: false, reason });
  });
});

describe("messages", () => {
  it("are queued, sent, delivered and read, one way only", async () => {
    const { desk, client } = await connected();
    const progress = () =>
      desk
        .transcript("s")
        .get()
        .lines.flatMap((line) => (line.kind === "message" ? [line.progress] : []));
    await desk.send("s", "  hello \n");
    await rest();
    expect(client.sent).toMatchObject([{ to: PEER, body: "  hello", thread: "s" }]);
    expect(progress()).toEqual(["queued"]);
    const { id } = client.sent[0]!;
    client.chat.acked.emit({ id });
    await rest();
    expect(progress()).toEqual(["sent"]);
    client.chat.marks.emit({ from: PEER, id, kind: "read" });
    client.chat.marks.emit({ from: PEER, id, kind: "delivered" });
    await rest();
    expect(progress()).toEqual(["read"]);
  });

  it("can not be marked by anybody else", async () => {
    const { desk, client } = await connected();
    await desk.send("s", "hello");
    await rest();
    const { id } = client.sent[0]!;
    client.chat.acked.emit({ id });
    client.chat.marks.emit({ from: "c.agent@example.org", id, kind: "read" });
    await rest();
    expect(desk.transcript("s").get().lines.at(-1)).toMatchObject({ progress: "sent" });
  });

  it("that are blank are not sent", async () => {
    const { desk, client } = await connected();
    await desk.send("s", " \n\t ");
    await rest();
    expect(client.sent).toEqual([]);
  });

  it("count as unread until they are read, here or on another device", async () => {
    const { desk, client } = await connected();
    client.receive("1", { thread: "s" });
    client.receive("2", { thread: "s" });
    await rest();
    expect(only(desk).unread).toBe(2);
    expect(desk.transcript("s").get().firstNewKey).toBe(`${PEER} 1`);
    desk.markRead("s");
    expect(only(desk).unread).toBe(0);
    expect(client.markers).toEqual([{ to: PEER, id: "2" }]);
    client.receive("3", { thread: "s" });
    expect(only(desk).unread).toBe(1);
    client.chat.marks.emit({ from: OWN, id: "3", kind: "read" });
    expect(only(desk).unread).toBe(0);
  });

  it("that we wrote on another device are not unread, and read what stands above", async () => {
    const { desk, client } = await connected();
    client.receive("1", { thread: "s" });
    client.receive("mine", { thread: "s", from: OWN, to: PEER, direction: "out", source: "carbon" });
    await rest();
    expect(only(desk).unread).toBe(0);
    expect(desk.transcript("s").get().lines.at(-1)).toMatchObject({ own: true, progress: "sent" });
  });

  it("that were read while offline are marked with the next connection", async () => {
    const { desk, client } = await connected();
    client.receive("1", { thread: "s" });
    client.offline();
    desk.markRead("s");
    expect(client.markers).toEqual([]);
    client.online(true);
    await rest();
    expect(client.markers).toEqual([{ to: PEER, id: "1" }]);
  });

  it("without a thread of ours go to the newest open session with that agent", async () => {
    const { desk, client } = await connected();
    client.receive("1", { thread: "of their own" });
    client.receive("2");
    await rest();
    expect(texts(desk, "s")).toEqual(["1", "2"]);
  });

  it("that came while we were away are read from the archive, and nothing twice", async () => {
    const { desk, client } = await connected();
    client.receive("1", { thread: "s" });
    client.offline();
    for (let index = 2; index <= 250; index++) client.store(client.message(String(index), { thread: "s", archiveId: `archived ${index}` }));
    client.online();
    client.receive("251", { thread: "s" });
    await rest();
    expect(texts(desk, "s")).toEqual(Array.from({ length: 251 }, (_, index) => String(index + 1)));
  });

  it("are read anew when the archive no longer has the place where we were; what was shown stays", async () => {
    const { desk, client } = await connected();
    client.receive("1", { thread: "s" });
    await rest();
    client.offline();
    client.archive = [];
    for (let index = 2; index <= 180; index++) {
      client.store(client.message(String(index), { thread: "s", archiveId: `archived ${index}` }));
    }
    client.online();
    await rest();
    client.clock.advance(1000);
    await rest();
    expect(desk.transcript("s").get()).toMatchObject({ hasOlder: false });
    expect(texts(desk, "s")).toEqual(Array.from({ length: 180 }, (_, index) => String(index + 1)));
  });

  it("page in older ones on demand after a reload, and show the same lines", async () => {
    const { desk, client, storage } = await connected();
    for (let index = 1; index <= 120; index++) client.receive(String(index), { thread: "s" });
    await rest();
    const before = texts(desk, "s");
    desk.close();
    const { desk: again } = await openDesk(client, storage);
    expect(again.transcript("s").get()).toMatchObject({ hasOlder: true });
    expect(texts(again, "s")).toEqual(before.slice(-50));
    await again.loadOlder("s");
    await again.loadOlder("s");
    await rest();
    expect(again.transcript("s").get().hasOlder).toBe(false);
    expect(texts(again, "s")).toEqual(before);
    expect(notices(again, "s")).toEqual(["invited", "accepted"]);
  });

  it("that wait when the session ends are shown as not sent", async () => {
    const { desk, client } = await openDesk();
    const id = await desk.invite(PEER);
    await desk.send(id, "early");
    client.change(id, { state: "ended", reason: "rejected", endedAt: client.clock.now() });
    await rest();
    expect(client.sent).toEqual([]);
    expect(desk.transcript(id).get().lines.at(-1)).toMatchObject({ progress: "failed", problem: { code: "message-not-sent" } });
    expect(notices(desk, id)).toEqual(["invited", "rejected"]);
  });

  it("go on in running sessions after a reload while the service is away", async () => {
    const { desk, client, storage } = await connected();
    desk.close();
    client.service = "absent";
    const { desk: again } = await openDesk(client, storage);
    expect(only(again)).toMatchObject({ id: "s", state: "connected", open: true });
    await again.send("s", "still there");
    await rest();
    expect(client.sent.map(({ body }) => body)).toEqual(["still there"]);
  });
});

describe("typing", () => {
  it("is shown, forgotten after a while, and over with the message", async () => {
    const { desk, client } = await connected();
    const type = () => client.chat.states.emit({ from: `${PEER}/x`, thread: "s", state: "composing" });
    type();
    expect(only(desk).peerTyping).toBe(true);
    client.clock.advance(30_000);
    expect(only(desk).peerTyping).toBe(false);
    type();
    client.receive("1", { thread: "s" });
    expect(only(desk).peerTyping).toBe(false);
  });

  it("of ours is told once, and paused by itself", async () => {
    const { desk, client } = await connected();
    desk.setTyping("s", true);
    desk.setTyping("s", true);
    client.clock.advance(10_000);
    expect(client.chatStates).toEqual([
      { to: PEER, state: "composing" },
      { to: PEER, state: "paused" },
    ]);
  });
});

describe("people with ordinary clients", () => {
  it("are invited by a text, and connected by their first reply", async () => {
    const { desk, client } = await openDesk();
    client.mode = "plain";
    const id = await desk.invite(PEER);
    await rest();
    expect(client.sent).toMatchObject([{ id, to: PEER, body: expect.stringContaining("Ada") as string }]);
    expect(notices(desk, id)).toEqual(["invited", "plain-invitation"]);
    client.chat.acked.emit({ id });
    client.receive("yes?");
    await rest();
    expect(client.commands).toContain(`accept ${id}`);
    expect(only(desk)).toMatchObject({ state: "connected", mode: "plain" });
    expect(texts(desk, id)).toHaveLength(2);
  });

  it("show up with their first message, which begins the transcript once accepted", async () => {
    const { desk, client, storage } = await openDesk();
    client.receive("may I ask something?");
    await rest();
    const invitation = only(desk);
    expect(invitation).toMatchObject({
      role: "target",
      pending: true,
      notifying: true,
      firstMessage: "may I ask something?",
      peerLogon: "b.agent",
      unread: 1,
    });
    client.receive("it is urgent");
    await rest();
    await desk.accept(invitation.id);
    await rest();
    const session = only(desk);
    expect(session).toMatchObject({ state: "connected", mode: "plain", open: true });
    expect(texts(desk, session.id)).toEqual(["may I ask something?", "it is urgent"]);
    await desk.send(session.id, "of course");
    await rest();
    expect(client.sent).toMatchObject([{ body: "of course" }]);
    desk.close();
    const { desk: again } = await openDesk(client, storage);
    expect(texts(again, session.id)).toEqual(["may I ask something?", "it is urgent", "of course"]);
  });

  it("are still there after a reload, and answered politely when rejected", async () => {
    const { desk, client, storage } = await openDesk();
    client.receive("hello?");
    await rest();
    desk.close();
    const { desk: again } = await openDesk(client, storage);
    expect(only(again)).toMatchObject({ firstMessage: "hello?", pending: true });
    await again.reject(only(again).id);
    expect(client.sent).toMatchObject([{ to: PEER }]);
    expect(again.sessions.get().sessions).toEqual([]);
  });

  it("are gone here when answered on another device", async () => {
    const { desk, client } = await openDesk();
    client.receive("hello?");
    await rest();
    const at = client.clock.now();
    client.push({
      id: "theirs",
      revision: 1,
      state: "connected",
      mode: "plain",
      inviter: PEER,
      target: OWN,
      createdAt: at,
      expiresAt: at,
      acceptedAt: at,
      peerReachable: true,
      done: false,
    });
    await rest();
    expect(only(desk)).toMatchObject({ id: "theirs", pending: false });
    expect(texts(desk, "theirs")).toEqual(["hello?"]);
  });

  it("are ignored when nobody knows them", async () => {
    const { desk, client } = await openDesk();
    client.receive("buy now", { from: "spam@example.org" });
    await rest();
    expect(desk.sessions.get().sessions).toEqual([]);
  });

  it("are not made of late words in a session that is done", async () => {
    const { desk, client } = await connected();
    client.change("s", { state: "ended", endedAt: client.clock.now() });
    await desk.markDone("s");
    client.receive("bye", { thread: "s" });
    await rest();
    expect(desk.sessions.get().sessions).toEqual([]);
  });
});

describe("storage", () => {
  it("that is forbidden is said, and nothing is sent", async () => {
    const client = new ScriptedClient();
    const forbidden = () => Promise.reject(new Error("forbidden"));
    const storage = { readOutbox: forbidden, putOutbox: forbidden, removeOutbox: forbidden, read: forbidden, write: forbidden };
    const { desk } = await openDesk(client, storage);
    expect(desk.problems.get()).toContainEqual({ code: "storage-unavailable" });
    client.offer("s");
    await desk.accept("s");
    await expect(desk.send("s", "hello")).rejects.toMatchObject({ problem: { code: "storage-unavailable" } });
    expect(client.sent).toEqual([]);
    expect(texts(desk, "s")).toEqual([]);
  });

  it("keeps drafts", async () => {
    const { desk } = await connected();
    desk.writeDraft("s", "half a sent");
    expect(await desk.readDraft("s")).toBe("half a sent");
    desk.writeDraft("s", "");
    expect(await desk.readDraft("s")).toBe("");
  });
});

describe("tabs", () => {
  it("give way to their neighbour when done, and come back after a reload", async () => {
    const { desk, client, storage } = await openDesk();
    for (const [id, from] of [
      ["s", PEER],
      ["t", "c.agent@example.org"],
    ] as const) {
      client.offer(id, from);
      await desk.accept(id);
    }
    desk.open("s");
    client.change("s", { state: "ended", endedAt: 1 });
    await desk.markDone("s");
    expect(desk.sessions.get().currentId).toBe("t");
    desk.close();
    const { desk: again } = await openDesk(client, storage);
    expect(again.sessions.get()).toMatchObject({ currentId: "t", sessions: [{ id: "t", open: true }] });
  });
});
