/** Ordinary XMPP clients, other people's programs, with our library, our desk and the service. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient, newId, parse } from "../../src/extensions/index.ts";
import { type AgentAtDesk, Desks, textsOf } from "../support/desks.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import type { Peer } from "../support/peers/peer.ts";
import { ProfanityPeer } from "../support/peers/profanity.ts";
import { SlixmppPeer } from "../support/peers/slixmpp.ts";
import { PASSWORD, until } from "../support/service-core.ts";

let desks: Desks;
const peers: Peer[] = [];
const clients: Client[] = [];

beforeAll(async () => {
  desks = await Desks.start();
});

afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
  await Promise.all(clients.splice(0).map((client) => client.signOut()));
  await desks.leave();
});

afterAll(() => desks?.stop());

/** Signs in with our library. */
async function signIn(logon: string): Promise<Client> {
  const { websocket, domain } = desks.prosody;
  const credentials = { password: PASSWORD };
  const client = createClient({ websocket, domain, username: logon, credentials, webSocket: NodeWebSocket, mayAnswer: () => true });
  clients.push(client);
  client.connection.start();
  await client.established.waitFor((is) => is, { what: `${logon} to be signed in`, timeoutMs: 20_000 });
  return client;
}

describe.each([
  { name: "slixmpp", start: SlixmppPeer.start, allow: async () => {} },
  // A person is asked whether the service may see the presence. slixmpp says yes by itself.
  {
    name: "profanity",
    start: ProfanityPeer.start,
    allow: (peer: Peer, service: string) => (peer as ProfanityPeer).type(`/sub allow ${service}`),
  },
])("$name", ({ start, allow }) => {
  async function startPeer(logon: string): Promise<Peer> {
    const { domain, c2sPort } = desks.prosody;
    const peer = await start({ logon, password: PASSWORD, domain, port: c2sPort });
    peers.push(peer);
    return peer;
  }

  /** Signs in, and resolves when the service knows that the agent is there with an ordinary client. */
  async function ordinaryAgent(logon: string): Promise<Peer> {
    const peer = await startPeer(logon);
    const asked = () => peer.stanzas().some((stanza) => stanza.includes("subscribe") && stanza.includes(desks.prosody.serviceDomain));
    await until(`${logon} to be asked by the service`, asked);
    await allow(peer, desks.prosody.serviceDomain);
    await until(`${logon} to be ready`, async () => (await desks.core.service.agents.get(logon)).readiness === "ready");
    return peer;
  }

  async function deskAndPeer(): Promise<[AgentAtDesk, Peer]> {
    const { a, b } = await desks.agents("a", "b");
    return [await desks.signIn(a), await ordinaryAgent(b)];
  }

  it("chats both ways with our library, with receipts", async () => {
    const { a, b } = await desks.agents("a", "b");
    const client = await signIn(a);
    const peer = await startPeer(b);
    const own = `${a}@${desks.prosody.domain}`;

    const id = newId();
    const delivered = client.chat.marks.next((mark) => mark.id === id && mark.kind === "delivered", {
      what: "the receipt",
      timeoutMs: 15_000,
    });
    await client.chat.send({ id, to: peer.jid, body: "Grüße <b>&amp;</b> 🙂" });
    await peer.shows("Grüße <b>&amp;</b> 🙂", own);
    expect(await delivered).toMatchObject({ from: peer.jid });

    const reply = client.chat.received.next(({ direction }) => direction === "in", { what: "the reply", timeoutMs: 15_000 });
    await peer.say(own, "back to you: ü & <i>");
    expect(await reply).toMatchObject({ from: peer.jid, body: "back to you: ü & <i>", source: "live", wantsReceipt: true });
    await until("the receipt for the reply", () => peer.stanzas().some((stanza) => stanza.includes("<received") && stanza.includes(own)));
  });

  it("scenario 93: is invited in words, is connected by its first reply, and receives nothing but words", async () => {
    const [a, b] = await deskAndPeer();

    const id = await a.desk.invite(b.jid);
    await b.shows(/would like to chat with you/, a.jid);
    expect(await a.session(b.jid, "the session")).toMatchObject({ id, mode: "plain", state: "not-connected" });

    await b.say(a.jid, "Yes, what is it?");
    await a.session(b.jid, "connected", ({ state }) => state === "connected");
    await a.lines(id, "the reply", (lines) => textsOf(lines).includes("Yes, what is it?"));

    await a.desk.send(id, "Which tariff is it?");
    await b.shows("Which tariff is it?", a.jid);
    await a.lines(id, "the receipt", (lines) => lines.some((line) => line.kind === "message" && line.own && line.progress === "delivered"));
    await b.say(a.jid, "The one of 2019.");
    await a.lines(id, "both replies", (lines) => textsOf(lines).includes("The one of 2019."));

    await a.desk.end(id);
    await a.session(b.jid, "the end", ({ state }) => state === "ended");
    await a.desk.send(id, "too late").catch(() => {});

    const texts = b.stanzas().flatMap(bodyOf);
    expect(texts).toEqual([expect.stringMatching(/would like to chat with you/), "Which tariff is it?"]);
    expectNothingOfOurs(b);
  });

  it("writes first: the desk shows its message as an invitation, and accepting connects", async () => {
    const [a, b] = await deskAndPeer();

    await b.say(a.jid, "Have you got a moment?");
    const invitation = await a.session(b.jid, "the invitation", ({ pending }) => pending);
    expect(invitation).toMatchObject({ mode: "plain", notifying: true, firstMessage: "Have you got a moment?" });

    await a.desk.accept(invitation.id);
    const { id } = await a.session(b.jid, "connected", ({ state }) => state === "connected");
    await a.lines(id, "the first message", (lines) => textsOf(lines).includes("Have you got a moment?"));
    await a.desk.send(id, "For you, always.");
    await b.shows("For you, always.", a.jid);
    expectNothingOfOurs(b);
  });

  it("writes first and is rejected: it reads a polite line", async () => {
    const [a, b] = await deskAndPeer();

    await b.say(a.jid, "Have you got a moment?");
    const { id } = await a.session(b.jid, "the invitation", ({ pending }) => pending);
    await a.desk.reject(id);
    await b.shows(/can not take your message now/, a.jid);
    await a.desk.sessions.waitFor(({ sessions }) => sessions.length === 0, { what: "an empty task bar", timeoutMs: 10_000 });
    expectNothingOfOurs(b);
  });

  it("is unreachable when it has gone", async () => {
    const [a, b] = await deskAndPeer();
    await b.stop();
    const { service } = desks.core;
    await until("the agent to be gone", async () => (await service.agents.get(b.jid.split("@")[0]!)).readiness === "unreachable", 40_000);
    await a.desk.invite(b.jid).catch(() => {});
    expect(await a.session(b.jid, "the session")).toMatchObject({ state: "ended", reason: "unreachable" });
  });
});

/** What an ordinary message may carry: text, threads, receipts, chat states, markers, ids and the server's stamps. */
const ORDINARY = [
  "jabber:client",
  "urn:xmpp:sid:0",
  "urn:xmpp:receipts",
  "urn:xmpp:chat-markers:0",
  "urn:xmpp:hints",
  "urn:xmpp:delay",
  "http://jabber.org/protocol/chatstates",
];

function expectNothingOfOurs(peer: Peer): void {
  expect(peer.stanzas().filter((stanza) => stanza.includes("urn:parley") && !isFeatureList(stanza))).toEqual([]);
  const carried = peer
    .stanzas()
    .filter((stanza) => stanza.startsWith("<message"))
    .flatMap((stanza) => parse(stanza).getChildElements())
    .map((child) => child.getNS() ?? "jabber:client");
  expect(carried.length).toBeGreaterThan(0);
  expect(carried.filter((namespace) => !ORDINARY.includes(namespace))).toEqual([]);
}

/** Whoever asks may know what others understand: names of namespaces, and nothing in them. */
const isFeatureList = (stanza: string) => parse(stanza).getChild("query", "http://jabber.org/protocol/disco#info") !== undefined;

function bodyOf(stanza: string): string[] {
  if (!stanza.startsWith("<message")) return [];
  const body = parse(stanza)
    .getChildElements()
    .find((child) => child.getName() === "body");
  return body ? [body.text()] : [];
}
