/** createClient and its extensions against the project's Prosody. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ArchivePage, type Client, newId, parsePresence, xml } from "../../src/extensions/index.ts";
import { clientOf, signedIn } from "../support/clients.ts";
import { collect } from "../support/fake-stream.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { attribute, rawComponent, signInRaw } from "../support/raw-stream.ts";

let prosody: Prosody;
const timeoutMs = 10_000;
const ALICE = "alice@localhost";
const BOB = "bob@localhost";
const everybody = () => true;

beforeAll(async () => {
  prosody = await startProsody();
  for (const logon of ["alice", "bob", "carol", "dan"]) await prosody.register(logon, logon);
});
afterAll(() => prosody?.stop());

const text = (body: string, to = BOB, thread?: string) => ({ id: newId(), to, body, ...(thread !== undefined && { thread }) });

/** Sends, and waits until the server has taken it over. */
async function sendAcked(client: Client, message: ReturnType<typeof text>) {
  const acked = client.chat.acked.next(({ id }) => id === message.id, { what: `the acknowledgement of ${message.body}`, timeoutMs });
  await client.chat.send(message);
  await acked;
  return message;
}

describe("signing in", () => {
  it("tells others by presence with our capabilities, which answer to their hash", async () => {
    const alice = await signedIn(prosody, "alice");
    const phone = clientOf(prosody, "alice", { resource: "phone" });
    const seen = alice.presence.received.next(({ from }) => from === `${ALICE}/phone`, { what: "the phone's presence", timeoutMs });
    phone.connection.start();
    const presence = await seen;
    if (presence.type !== "available" || !presence.caps) throw new Error("the presence has no capabilities");
    const info = await alice.disco.fetchInfo(presence.from, `${presence.caps.node}#${presence.caps.ver}`);
    expect(info.features).toContain("urn:parley:im-session:0");
    // Same software, same hash: known without asking.
    expect(presence.caps).toEqual(await alice.caps.tag());
    expect((await alice.caps.fetchInfo(presence.from, presence.caps)).features).toEqual(info.features);
  });

  it("tells the first readiness, and each change", async () => {
    const alice = await signedIn(prosody, "alice");
    const seen = collect(alice.presence.received);
    const phone = await signedIn(prosody, "alice", { resource: "phone", presence: { type: "not-ready", reason: "Lunch" } });
    const away = alice.presence.received.next((presence) => presence.type === "available" && presence.show === "away", {
      what: "the change",
      timeoutMs,
    });
    await phone.presence.set({ type: "away" });
    await away;
    const ofPhone = seen.filter(({ from }) => from.endsWith("/phone"));
    expect(ofPhone).toMatchObject([{ show: "dnd", status: "Lunch" }, { show: "away" }]);
  });

  it("says so when it signs out, which a lost connection does not", async () => {
    const alice = await signedIn(prosody, "alice");
    const phone = await signedIn(prosody, "alice", { resource: "phone" });
    const left = alice.presence.received.next(({ from, type }) => from === `${ALICE}/phone` && type === "unavailable", {
      what: "the phone to leave",
      timeoutMs,
    });
    await phone.signOut();
    expect(await left).toMatchObject({ signedOut: true });
    expect(phone.connection.state.get()).toEqual({ type: "offline" });

    const other = await signInRaw(prosody, { logon: "alice", password: "alice", resource: "other" });
    other.send("<presence xmlns='jabber:client'/>");
    const closed = alice.presence.received.next(({ from, type }) => from === `${ALICE}/other` && type === "unavailable", {
      what: "the other to be gone",
      timeoutMs,
    });
    other.send("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    expect(await closed).toMatchObject({ signedOut: false });
  });

  it("needs nothing anew when its stream is resumed by the next page", async () => {
    const first = await signedIn(prosody, "alice", { resource: "page" });
    const saved = first.connection.snapshot();
    first.connection.abandon();
    const second = clientOf(prosody, "alice", { resource: "page", saved });
    second.connection.start();
    await second.established.waitFor(Boolean, { what: "the resumed session", timeoutMs });
    expect(second.connection.state.get()).toMatchObject({ type: "online", resumed: true });
    const bob = await signedIn(prosody, "bob");
    const got = second.chat.received.next(({ body }) => body === "after the reload", { what: "a message", timeoutMs });
    await bob.chat.send(text("after the reload", ALICE));
    await got;
  });
});

describe("the service's wish to see our presence", () => {
  it("is granted by itself, and presence goes there; a sign-out says what it is", async () => {
    const service = await rawComponent(prosody);
    const dan = await signedIn(prosody, "dan");
    service.send(`<presence type='subscribe' from='${prosody.serviceDomain}' to='dan@localhost'/>`);
    await service.waitFor(/<presence[^>]*type='subscribed'|<presence[^>]*type="subscribed"/);
    const since = service.received.length;
    await dan.presence.set({ type: "not-ready", reason: "Training" });
    expect(await service.waitFor(/<show>dnd<\/show>/, { since })).toContain("Training");
    await dan.signOut();
    await service.waitFor(/<signed-out xmlns=['"]urn:parley:directory:0['"]/, { since });
    service.cut();
  });

  it("is not granted to others", async () => {
    const alice = await signedIn(prosody, "alice");
    const asked = alice.presence.received.next(({ type }) => type === "subscribe", { what: "the request", timeoutMs });
    const carol = await signedIn(prosody, "carol");
    const answers = collect(carol.presence.received);
    await carol.presence.subscribe(ALICE);
    expect(await asked).toMatchObject({ from: "carol@localhost" });
    // An answer would have come before this.
    await alice.ping.ask();
    await carol.ping.ask();
    expect(answers.filter(({ from, type }) => from.startsWith(ALICE) && type !== "unavailable")).toEqual([]);
  });
});

describe("the roster", () => {
  it("follows what this and other devices change", async () => {
    const alice = await signedIn(prosody, "alice");
    const phone = await signedIn(prosody, "alice", { resource: "phone" });
    const name = `contact-${newId()}@localhost`;
    const pushed = phone.roster.items.waitFor((items) => items.get(name)?.name === "Someone", { what: "the push", timeoutMs });
    await alice.roster.set({ jid: name, name: "Someone", groups: ["A & B"] });
    expect((await pushed).get(name)).toMatchObject({ groups: ["A & B"], subscription: "none" });
    const gone = phone.roster.items.waitFor((items) => !items.has(name), { what: "the removal", timeoutMs });
    await alice.roster.remove(name);
    await gone;
  });
});

describe("chat", () => {
  it("arrives as it was sent, is acknowledged, receipted and marked", async () => {
    const alice = await signedIn(prosody, "alice");
    const bob = await signedIn(prosody, "bob", { mayAnswer: everybody });
    const arrived = bob.chat.received.next(() => true, { what: "the message", timeoutMs });
    const delivered = alice.chat.marks.next(({ kind }) => kind === "delivered", { what: "the receipt", timeoutMs });
    const sending = sendAcked(alice, text("Grüße & <b>日本</b> 👩‍💻\n\nzwei", BOB, "thread-1"));
    const [sent, message, receipt] = await Promise.all([sending, arrived, delivered]);
    expect(message).toMatchObject({
      id: sent.id,
      from: ALICE,
      to: BOB,
      direction: "in",
      source: "live",
      body: sent.body,
      thread: "thread-1",
      wantsReceipt: true,
      wantsMarker: true,
      delayed: false,
    });
    expect(message.archiveId).toBeTruthy();
    expect(receipt).toEqual({ from: BOB, id: sent.id, kind: "delivered" });
    const read = alice.chat.marks.next(({ kind }) => kind === "read", { what: "the marker", timeoutMs });
    await bob.chat.sendMarker(ALICE, "thread-1", message.id);
    expect(await read).toEqual({ from: BOB, id: sent.id, kind: "read" });
  });

  it("is not receipted to strangers", async () => {
    const alice = await signedIn(prosody, "alice");
    const bob = await signedIn(prosody, "bob");
    const marks = collect(alice.chat.marks);
    const arrived = bob.chat.received.next(() => true, { what: "the message", timeoutMs });
    await alice.chat.send(text("who are you?"));
    await arrived;
    const second = alice.chat.received.next(() => true, { what: "the reply, which comes after a receipt", timeoutMs });
    await bob.chat.send(text("nobody", ALICE));
    await second;
    expect(marks).toEqual([]);
  });

  it("tells who is typing, where, and when it stops", async () => {
    const alice = await signedIn(prosody, "alice");
    const bob = await signedIn(prosody, "bob");
    const states = collect(bob.chat.states);
    const paused = bob.chat.states.next(({ state }) => state === "paused", { what: "the pause", timeoutMs });
    await alice.chat.sendState(BOB, "t9", "composing");
    await alice.chat.sendState(BOB, "t9", "paused");
    await paused;
    expect(states.map(({ from, thread, state }) => [from.split("/")[0], thread, state])).toEqual([
      [ALICE, "t9", "composing"],
      [ALICE, "t9", "paused"],
    ]);
  });

  it("is copied to the other device, in both directions, with the same ids", async () => {
    const alice = await signedIn(prosody, "alice");
    const phone = await signedIn(prosody, "alice", { resource: "phone", mayAnswer: everybody });
    const bob = await signedIn(prosody, "bob");
    const copyOut = phone.chat.received.next(({ direction }) => direction === "out", { what: "the copy of what we sent", timeoutMs });
    const atBob = bob.chat.received.next(() => true, { what: "the message", timeoutMs });
    const sent = text("from the desk");
    await alice.chat.send(sent);
    expect(await copyOut).toMatchObject({ id: sent.id, source: "carbon", from: ALICE, to: BOB, body: "from the desk" });
    await atBob;

    const marks = collect(bob.chat.marks);
    const both = Promise.all(
      [alice, phone].map((device) => device.chat.received.next(({ direction }) => direction === "in", { what: "the reply", timeoutMs })),
    );
    const reply = text("to the desk alone", alice.stream.jid);
    await bob.chat.send(reply);
    const [live, copy] = await both;
    expect(live).toMatchObject({ id: reply.id, source: "live" });
    expect(copy).toMatchObject({ id: reply.id, source: "carbon", body: "to the desk alone" });
    // The phone has a copy, and a copy is not answered.
    await phone.ping.ask();
    await bob.ping.ask();
    expect(marks).toEqual([]);
  });

  it("comes back with the reason when there is nobody of that name", async () => {
    const alice = await signedIn(prosody, "alice");
    const bounced = alice.chat.bounced.next(() => true, { what: "the message to come back", timeoutMs });
    const sent = text("hello?", "nobody@localhost");
    await alice.chat.send(sent);
    expect(await bounced).toMatchObject({ id: sent.id, from: "nobody@localhost", error: { condition: "service-unavailable" } });
  });
});

describe("the archive", () => {
  /** A conversation of its own for each test. */
  async function conversation(count: number) {
    const alice = await signedIn(prosody, "alice");
    const name = `peer-${newId().slice(0, 8)}`;
    await prosody.register(name, name);
    const peer = await signedIn(prosody, name);
    const jid = `${name}@localhost`;
    const sent = [];
    for (let i = 0; i < count; i++) sent.push(await sendAcked(alice, text(`line ${i}`, jid)));
    return { alice, peer, jid, sent };
  }
  const bodies = ({ items }: ArchivePage) => items.map(({ message }) => message?.body);

  it("has both sides' messages with the ids of the live ones", async () => {
    const { alice, peer, jid, sent } = await conversation(1);
    const arrived = alice.chat.received.next(({ from }) => from === jid, { what: "the reply", timeoutMs });
    await peer.chat.send(text("and back", ALICE));
    const live = await arrived;
    const page = await alice.mam.query({ with: jid });
    expect(page).toMatchObject({ complete: true });
    expect(bodies(page)).toEqual(["line 0", "and back"]);
    const [own, theirs] = page.items;
    expect(own!.message).toMatchObject({ id: sent[0]!.id, direction: "out", source: "archive", to: jid });
    expect(theirs!.message).toMatchObject({ id: live.id, archiveId: live.archiveId, direction: "in", from: jid });
    expect(theirs!.archiveId).toBe(live.archiveId);
    expect(Math.abs(theirs!.at - live.at)).toBeLessThan(60_000);
  });

  it("is paged forwards and backwards", async () => {
    const { alice, jid } = await conversation(5);
    const first = await alice.mam.query({ with: jid, max: 2 });
    expect([bodies(first), first.complete]).toEqual([["line 0", "line 1"], false]);
    const second = await alice.mam.query({ with: jid, max: 2, after: first.last! });
    expect(bodies(second)).toEqual(["line 2", "line 3"]);
    const last = await alice.mam.query({ with: jid, max: 2, before: "" });
    expect([bodies(last), last.complete]).toEqual([["line 3", "line 4"], false]);
    const rest = await alice.mam.query({ with: jid, max: 5, before: last.first! });
    expect([bodies(rest), rest.complete]).toEqual([["line 0", "line 1", "line 2"], true]);
  });

  it("finds by time, by ids and between ids", async () => {
    const { alice, jid } = await conversation(3);
    const { items } = await alice.mam.query({ with: jid });
    expect(bodies(await alice.mam.query({ with: jid, start: items[0]!.at - 60_000, end: Date.now() + 60_000 }))).toHaveLength(3);
    expect(bodies(await alice.mam.query({ with: jid, start: Date.now() + 60_000 }))).toEqual([]);
    expect(bodies(await alice.mam.query({ ids: [items[1]!.archiveId] }))).toEqual(["line 1"]);
    const between = { with: jid, afterId: items[0]!.archiveId, beforeId: items[2]!.archiveId };
    expect(bodies(await alice.mam.query(between))).toEqual(["line 1"]);
  });

  it("refuses a place that is not there", async () => {
    const alice = await signedIn(prosody, "alice");
    await expect(alice.mam.query({ after: "no-such-id" })).rejects.toMatchObject({ condition: "item-not-found" });
  });

  it("says which messages of ours it has, through several pages", async () => {
    const { alice, jid, sent } = await conversation(60);
    const since = Date.now();
    const wanted = [sent[0]!.id, sent[59]!.id, newId()];
    const found = await alice.mam.findByOriginIds({ with: jid, ids: wanted, since });
    expect([...found.keys()].sort()).toEqual([sent[0]!.id, sent[59]!.id].sort());
    expect(found.get(sent[0]!.id)?.message?.body).toBe("line 0");
  });

  it("keeps markers, which have no text", async () => {
    const { alice, peer, jid, sent } = await conversation(1);
    const read = alice.chat.marks.next(({ kind }) => kind === "read", { what: "the marker", timeoutMs });
    await peer.chat.sendMarker(ALICE, undefined, sent[0]!.id);
    await read;
    const { items } = await alice.mam.query({ with: jid });
    expect(items.map(({ mark }) => mark)).toEqual([undefined, { from: jid, id: sent[0]!.id, kind: "read" }]);
  });
});

describe("small things", () => {
  it("are pings, both ways", async () => {
    const alice = await signedIn(prosody, "alice");
    const bob = await signedIn(prosody, "bob");
    await alice.ping.ask();
    await alice.ping.ask(bob.stream.jid);
    await expect(alice.ping.ask("bob@localhost/nowhere")).rejects.toMatchObject({ condition: "service-unavailable" });
  });

  it("are the client's state, which the server offers to know and does not choke on", async () => {
    const alice = await signedIn(prosody, "alice");
    expect(alice.connection.offers("csi", "urn:xmpp:csi:0")).toBe(true);
    alice.csi.set("inactive");
    alice.csi.set("active");
    await alice.ping.ask();
    expect(alice.connection.state.get()).toMatchObject({ type: "online" });
  });

  it("are what the server can do", async () => {
    const alice = await signedIn(prosody, "alice");
    const info = await alice.disco.fetchInfo(undefined);
    expect(info.features).toEqual(expect.arrayContaining(["urn:xmpp:mam:2", "urn:xmpp:mam:2#extended"]));
    const items = await alice.disco.fetchItems("localhost");
    expect(items.map(({ jid }) => jid)).toContain(prosody.serviceDomain);
  });

  it("are presences of other namespaces' extensions, which change nothing", async () => {
    const alice = await signedIn(prosody, "alice");
    const stanza = xml("presence", {}, xml("x", { xmlns: "urn:unknown" }));
    await alice.stream.send(stanza);
    await alice.ping.ask();
    expect(parsePresence(stanza)).toMatchObject({ type: "available" });
    expect(attribute(stanza.toString(), "x", "xmlns")).toBe("urn:unknown");
  });
});
