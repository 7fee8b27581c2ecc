/**
 * A hostile peer: an ordinary account of the same server that sends what no client should believe. Prosody delivers all of
 * it as it was written, except for the sender's address.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type ChatMessage, type Client, newId, type ReceivedPresence } from "../../src/extensions/index.ts";
import { signedIn } from "../support/clients.ts";
import { collect } from "../support/fake-stream.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { attribute, type RawStream, signInRaw } from "../support/raw-stream.ts";

const timeoutMs = 10_000;
const ALICE = "alice@localhost";
const MALLORY = "mallory@localhost";
let prosody: Prosody;
let alice: Client;
let mallory: RawStream;
let received: ChatMessage[];
let presences: ReceivedPresence[];
/** Everything else that alice could be made to believe. */
let others: unknown[];

beforeAll(async () => {
  prosody = await startProsody();
  for (const logon of ["alice", "mallory", "boss"]) await prosody.register(logon, logon);
});
afterAll(() => prosody?.stop());

beforeEach(async () => {
  alice = await signedIn(prosody, "alice", { mayAnswer: (peer) => peer === "boss@localhost" });
  const stream = await signInRaw(prosody, { logon: "mallory", password: "mallory", resource: "x" });
  mallory = stream;
  onTestFinished(() => stream.cut());
  received = collect(alice.chat.received);
  presences = collect(alice.presence.received);
  const { marks, states, bounced } = alice.chat;
  others = [marks, states, bounced, alice.carbons.copied, alice.imSession.pushes, alice.directory.presences].flatMap((emitter) => {
    const facts: unknown[] = [];
    emitter.on((fact) => facts.push(fact));
    return [facts];
  });
});

/** Sends this to alice's client, and waits until it has come there: an ordinary message goes after it. */
async function attack(stanza: string): Promise<ChatMessage[]> {
  const marker = newId();
  const arrived = alice.chat.received.next(({ body }) => body === marker, { what: "what follows the attack", timeoutMs });
  mallory.send(stanza.replace(/^<(message|presence|iq)/, `<$1 xmlns='jabber:client' to='${alice.stream.jid}'`));
  mallory.send(`<message xmlns='jabber:client' type='chat' id='${marker}' to='${alice.stream.jid}'><body>${marker}</body></message>`);
  await arrived;
  expect(alice.connection.state.get()).toMatchObject({ type: "online" });
  return received.filter(({ body }) => body !== marker);
}

/** What came back to mallory, once everything that alice sent has come. */
async function answers(): Promise<string> {
  await alice.ping.ask();
  const id = newId();
  mallory.send(`<iq xmlns='jabber:client' type='get' id='${id}' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>`);
  await mallory.waitFor(new RegExp(id));
  return mallory.received.join("");
}

const FORWARDED = (from: string, to = `${ALICE}/phone`) =>
  `<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2001-01-01T00:00:00Z'/>
   <message xmlns='jabber:client' type='chat' id='f1' from='${from}' to='${to}'><body>forged</body></message></forwarded>`;

describe("a hostile peer can not make us believe", () => {
  it.each([
    ["received", FORWARDED("boss@localhost/x")],
    ["sent", FORWARDED(`${ALICE}/phone`, "boss@localhost")],
  ])("a carbon of what was %s", async (direction, forwarded) => {
    expect(await attack(`<message type='chat'><${direction} xmlns='urn:xmpp:carbons:2'>${forwarded}</${direction}></message>`)).toEqual([]);
    expect(others.flat()).toEqual([]);
  });

  it("a carbon beside a text of its own", async () => {
    const carbon = `<received xmlns='urn:xmpp:carbons:2'>${FORWARDED("boss@localhost/x")}</received>`;
    expect(await attack(`<message type='chat'><body>look</body>${carbon}</message>`)).toEqual([]);
  });

  it("a result of the archive, while we are asking it", async () => {
    const { iq } = alice.stream;
    const ask = iq.request.bind(iq);
    // The question goes out after the forgery has come, which knows its secret id.
    vi.spyOn(iq, "request").mockImplementationOnce(async (request) => {
      const queryId = request.payload.attrs["queryid"];
      await attack(
        `<message><result xmlns='urn:xmpp:mam:2' queryid='${queryId}' id='1'>${FORWARDED("boss@localhost/x")}</result></message>`,
      );
      return ask(request);
    });
    expect((await alice.mam.query({ with: "boss@localhost" })).items).toEqual([]);
    expect(received.map(({ body }) => body)).not.toContain("forged");
  });

  it("a contact", async () => {
    await attack("<iq type='set' id='push'><query xmlns='jabber:iq:roster'><item jid='evil@localhost' subscription='both'/></query></iq>");
    expect(alice.roster.items.get().size).toBe(0);
    expect(await mallory.waitFor(/<iq[^>]*id=['"]push['"][\s\S]*<\/iq>/)).toMatch(/type=['"]error['"][\s\S]*service-unavailable/);
  });

  it("an id of our archive", async () => {
    const sid = (by: string, id: string) => `<stanza-id xmlns='urn:xmpp:sid:0' by='${by}' id='${id}'/>`;
    const [message] = await attack(`<message type='chat'><body>x</body>${sid(ALICE, "forged")}${sid("localhost", "forged")}</message>`);
    expect(message).toMatchObject({ body: "x" });
    expect(message).not.toHaveProperty("archiveId");
    const [unarchived] = (
      await attack(`<message type='chat'><body>y</body>${sid(ALICE, "forged")}<no-store xmlns='urn:xmpp:hints'/></message>`)
    ).filter(({ body }) => body === "y");
    expect(unarchived).toMatchObject({ body: "y" });
    expect(unarchived).not.toHaveProperty("archiveId");
  });

  it("a time that another server gave, or one to come", async () => {
    const delay = (from: string, stamp: string) => `<delay xmlns='urn:xmpp:delay' from='${from}' stamp='${stamp}'/>`;
    const before = Date.now();
    const messages = await attack(`<message type='chat'><body>x</body>${delay("evil.example", "2001-01-01T00:00:00Z")}</message>`);
    await attack(`<message type='chat'><body>y</body>${delay("localhost", "2099-01-01T00:00:00Z")}</message>`);
    expect(messages).toHaveLength(1);
    for (const { at } of received) {
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(Date.now());
    }
  });

  it("another text than the one that other clients show", async () => {
    const messages = await attack("<message type='chat'><x:body xmlns:x='urn:evil'>evil</x:body><body>real</body></message>");
    expect(messages.map(({ body }) => body)).toEqual(["real"]);
  });

  it("to be somebody else", async () => {
    const forged = "<message type='chat' from='boss@localhost/x'><body>I am the boss</body></message>";
    // Prosody may also end such a stream; what arrives is from its account.
    mallory.send(forged.replace("<message", `<message xmlns='jabber:client' to='${alice.stream.jid}'`));
    const message = await alice.chat.received.next(() => true, { what: "the message", timeoutMs });
    expect(message.from).toBe(MALLORY);
  });

  it("that a message of ours was delivered to, read by, or could not reach somebody else", async () => {
    await attack("<message type='chat'><received xmlns='urn:xmpp:receipts' id='our-id'/></message>");
    await attack("<message type='chat'><displayed xmlns='urn:xmpp:chat-markers:0' id='our-id'/></message>");
    await attack(
      "<message type='error' id='our-id'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
    );
    // They are told as what they are: mallory's word, about a message that was not for mallory.
    expect(others.flat()).toMatchObject([
      { from: MALLORY, kind: "delivered" },
      { from: MALLORY, kind: "read" },
      { from: MALLORY, id: "our-id" },
    ]);
  });

  it("a push of the service", async () => {
    const session = `<session id='${newId()}' revision='1' state='not-connected' mode='parley' inviter='boss@localhost' target='${ALICE}' created='2026-01-01T00:00:00.000Z' expires='2099-01-01T00:00:00.000Z' peer='reachable' done='false'/>`;
    await attack(`<message type='headline'><offer xmlns='urn:parley:im-session:0' version='1'>${session}</offer></message>`);
    await attack(
      `<message type='headline'><presences xmlns='urn:parley:directory:0'><presence-of jid='boss@localhost' readiness='ready' plain='false'/></presences></message>`,
    );
    expect([received.filter(({ body }) => body.includes("session")), others.flat()]).toEqual([[], []]);
  });

  it("the answer to a question that was not for it", async () => {
    const boss = await signInRaw(prosody, { logon: "boss", password: "boss", resource: "y" });
    onTestFinished(() => boss.cut());
    const items = alice.disco.fetchItems("boss@localhost/y");
    const id = attribute(await boss.waitFor(/<iq[^>]*type=['"]get['"]/), "iq", "id");
    const answer = (jid: string) =>
      `<iq type='result' id='${id}'><query xmlns='http://jabber.org/protocol/disco#items'><item jid='${jid}'/></query></iq>`;
    await attack(answer("evil.example"));
    boss.send(answer("true.example").replace("<iq", `<iq xmlns='jabber:client' to='${alice.stream.jid}'`));
    expect(await items).toEqual([{ jid: "true.example" }]);
  });
});

describe("a hostile peer does not learn", () => {
  it("by a receipt that we are there", async () => {
    await attack("<message type='chat' id='r1'><body>hello?</body><request xmlns='urn:xmpp:receipts'/></message>");
    expect(await answers()).not.toContain("urn:xmpp:receipts");
  });

  it("our presence by asking for it, nor by pretending to be a contact", async () => {
    // Only who has asked for the roster hears of subscriptions.
    mallory.send("<iq xmlns='jabber:client' type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
    mallory.send("<presence xmlns='jabber:client'/>");
    mallory.send(`<presence xmlns='jabber:client' type='subscribe' to='${ALICE}'/>`);
    mallory.send(`<presence xmlns='jabber:client' type='subscribe' from='${prosody.serviceDomain}' to='${ALICE}'/>`);
    await alice.presence.received.next(({ type }) => type === "subscribe", { what: "the request", timeoutMs });
    await attack("<presence type='probe'/>");
    expect(presences.filter(({ type }) => type === "subscribe").map(({ from }) => from)).not.toContain(prosody.serviceDomain);
    expect(await answers()).not.toMatch(/type=['"]subscribed['"]/);
  });

  it("anything by requests that we do not know", async () => {
    await attack("<iq type='get' id='v1'><query xmlns='jabber:iq:version'/></iq>");
    await attack("<iq type='get' id='l1'><query xmlns='jabber:iq:last'/></iq>");
    await attack("<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>");
    for (const id of ["v1", "l1", "r1"]) {
      expect(await mallory.waitFor(new RegExp(`<iq[^>]*id=['"]${id}['"][\\s\\S]*?</iq>`))).toContain("service-unavailable");
    }
  });
});

describe("a hostile peer can not stop us", () => {
  it("by depth", async () => {
    await attack(`<message type='chat'>${"<a>".repeat(3000)}${"</a>".repeat(3000)}<body>deep</body></message>`);
  });

  it("by many forgeries at once", async () => {
    const carbon = `<received xmlns='urn:xmpp:carbons:2'>${FORWARDED("boss@localhost/x")}</received>`;
    const messages = await attack(`<message type='chat'>${carbon.repeat(200)}</message>`);
    expect(messages).toEqual([]);
  });

  it("by names that mean something to JavaScript", async () => {
    const messages = await attack(
      "<message type='chat' constructor='x'><body>x</body><thread>__proto__</thread><origin-id xmlns='urn:xmpp:sid:0' id='__proto__'/></message>",
    );
    expect(messages).toMatchObject([{ id: "__proto__", thread: "__proto__", body: "x" }]);
    await alice.chat.sendState(MALLORY, "__proto__", "composing");
  });
});
