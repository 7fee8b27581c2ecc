import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../src/extensions/create-client.ts";
import { Desks, noticesOf, textsOf } from "../support/desks.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import { PASSWORD, until } from "../support/service-core.ts";

let desks: Desks;

beforeAll(async () => {
  desks = await Desks.start();
});
afterEach(() => desks.leave());
afterAll(() => desks?.stop());

/** An ordinary client: nothing of ours is advertised or spoken. */
async function ordinary(logon: string) {
  const client = createClient({
    websocket: desks.prosody.websocket,
    domain: desks.prosody.domain,
    username: logon,
    credentials: { password: PASSWORD },
    webSocket: NodeWebSocket,
  });
  client.stream.filter((stanza) => {
    const caps = stanza.is("presence") ? stanza.getChild("c", "http://jabber.org/protocol/caps") : undefined;
    if (caps) stanza.remove(caps);
  });
  const received: { body: string; id: string }[] = [];
  client.chat.received.on(({ body, id, direction }) => direction === "in" && received.push({ body, id }));
  client.connection.start();
  await client.established.waitFor((is) => is, { what: `${logon} to be signed in`, timeoutMs: 20_000 });
  await until(`${logon} to be seen`, async () => (await desks.core.service.agents.get(logon)).readiness === "ready");
  return { client, received };
}

describe("the Team Communicator", () => {
  it("finds an agent by a part of the name, and sees readiness change in place", async () => {
    const { a, b } = await desks.agents("a", "b");
    const [ada, ben] = await Promise.all([desks.signIn(a), desks.signIn(b)]);
    const { team } = ada.desk;
    team.show(0, 9);
    team.search(b);
    const found = await team.state.waitFor(({ count }) => count === 1, { what: "the row", timeoutMs: 10_000 });
    expect(found.rows.get(0)).toMatchObject({ logon: b, readiness: "ready" });
    expect(team.mayInvite(found.rows.get(0)!)).toEqual({ allowed: true });
    ben.desk.setReadiness({ type: "not-ready", reason: "lunch" });
    await team.state.waitFor(({ rows }) => rows.get(0)?.reason === "lunch", { what: "the reason", timeoutMs: 10_000 });
    await ben.desk.signOut();
    const { rows } = await team.state.waitFor(({ rows: now }) => now.get(0)?.readiness === "signed-out", {
      what: "the sign-out",
      timeoutMs: 10_000,
    });
    expect(team.mayInvite(rows.get(0)!)).toEqual({ allowed: false, reason: "signed-out" });
  });

  it("keeps favorites", async () => {
    const { a, b } = await desks.agents("a", "b");
    const ada = await desks.signIn(a);
    ada.desk.team.show(0, 9);
    ada.desk.team.search(b);
    await ada.desk.team.state.waitFor(({ count }) => count === 1, { what: "the row", timeoutMs: 10_000 });
    await ada.desk.team.setFavorite(`${b}@localhost`, true);
    ada.desk.team.search("");
    ada.desk.team.filter("favorites");
    const { rows } = await ada.desk.team.state.waitFor(({ count }) => count === 1, { what: "the favorite", timeoutMs: 10_000 });
    expect(rows.get(0)).toMatchObject({ logon: b, favorite: true });
  });
});

describe("scenario 93: an ordinary XMPP client as B", () => {
  it("gets a readable invitation, and is connected by the first reply", async () => {
    const { a, b } = await desks.agents("a", "b");
    const [ada, ben] = await Promise.all([desks.signIn(a), ordinary(b)]);
    const id = await ada.desk.invite(`${b}@localhost`);
    await until("the invitation", () => ben.received.length === 1);
    expect(ben.received[0]!.body).toContain(`Name of ${a}`);
    await ben.client.chat.send({ id: "reply-1", to: ada.jid, body: "yes, please" });
    await ada.session(`${b}@localhost`, "connected", ({ state, mode }) => state === "connected" && mode === "plain");
    await ada.desk.send(id, "good");
    await until("the answer", () => ben.received.length === 2);
    const lines = await ada.lines(id, "three lines", (all) => textsOf(all).length === 3);
    expect(textsOf(lines).slice(1)).toEqual(["yes, please", "good"]);
    expect(noticesOf(lines)).toEqual(["invited", "plain-invitation", "accepted"]);
    await ben.client.signOut();
  });

  it("writes first: the message is the invitation, and the first line", async () => {
    const { a, b } = await desks.agents("a", "b");
    const storageOwner = await desks.signIn(a);
    const ben = await ordinary(b);
    await ben.client.chat.send({ id: "hello-1", to: storageOwner.jid, body: "have you a minute?" });
    const invitation = await storageOwner.session(`${b}@localhost`, "the invitation", ({ pending }) => pending);
    expect(invitation).toMatchObject({ firstMessage: "have you a minute?", notifying: true });
    await storageOwner.desk.accept(invitation.id);
    const session = await storageOwner.session(`${b}@localhost`, "connected", ({ state }) => state === "connected");
    await storageOwner.desk.send(session.id, "yes");
    await until("the answer", () => ben.received.length === 1);
    await storageOwner.lines(session.id, "both", (lines) => textsOf(lines).join("|") === "have you a minute?|yes");

    const other = await desks.signIn(a);
    await other.session(`${b}@localhost`, "the session on another device");
    await other.lines(session.id, "the answer at least", (lines) => textsOf(lines).includes("yes"));
    await ben.client.signOut();
  });

  it("is answered politely when rejected", async () => {
    const { a, b } = await desks.agents("a", "b");
    const [ada, ben] = await Promise.all([desks.signIn(a), ordinary(b)]);
    await ben.client.chat.send({ id: "hello-2", to: ada.jid, body: "hello?" });
    const invitation = await ada.session(`${b}@localhost`, "the invitation", ({ pending }) => pending);
    await ada.desk.reject(invitation.id);
    await until("a polite line", () => ben.received.length === 1);
    expect(ada.desk.sessions.get().sessions).toEqual([]);
    await ben.client.signOut();
  });
});
