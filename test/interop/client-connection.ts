import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Connection, type ConnectionOptions, type Element, StanzaError, xml } from "../../src/client/index.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";

let prosody: Prosody;
const running: Connection[] = [];

beforeAll(async () => {
  prosody = await startProsody();
  await prosody.register("alice", "correct horse");
  await prosody.register("bob", "pässwörd 日本");
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((connection) => connection.stop()));
});

afterAll(() => prosody.stop());

function connect(username: string, password: string, options: Partial<ConnectionOptions> = {}): Connection {
  const connection = new Connection({
    websocket: prosody.websocket,
    domain: prosody.domain,
    username,
    credentials: { password },
    webSocket: NodeWebSocket,
    ...options,
  });
  running.push(connection);
  connection.start();
  return connection;
}

const alice = (options?: Partial<ConnectionOptions>) => connect("alice", "correct horse", options);
const bob = (options?: Partial<ConnectionOptions>) => connect("bob", "pässwörd 日本", options);

async function online(connection: Connection): Promise<Connection> {
  const state = await connection.state.waitFor(({ type }) => type === "online" || type === "refused", {
    what: "the sign-in",
    timeoutMs: 20_000,
  });
  expect(state.type).toBe("online");
  return connection;
}

function chat(to: string, id: string, text: string): Element {
  return xml("message", { to, id, type: "chat" }, xml("body", {}, text));
}

/** The bodies of the messages it gets, from now on. */
function bodies(connection: Connection): string[] {
  const texts: string[] = [];
  connection.use((stanza) => {
    const body = stanza.is("message") ? stanza.getChildText("body", "jabber:client") : null;
    if (body !== null) texts.push(body);
  });
  return texts;
}

describe("signing in", () => {
  it("gets a JID and keys that sign in without the password", async () => {
    const first = await online(alice());
    expect(first.jid).toMatch(/^alice@localhost\/.+/);
    const keys = first.keys.get();
    expect(keys?.mechanism).toBe("SCRAM-SHA-256");

    const second = await online(alice({ credentials: { keys: JSON.parse(JSON.stringify(keys)) } }));
    expect(second.jid).not.toBe(first.jid);
  });

  it("takes a password of any script", async () => {
    await online(bob());
  });

  it("is refused with a wrong password, and tries no more", async () => {
    const connection = connect("alice", "wrong");
    const state = await connection.state.waitFor(({ type }) => type !== "connecting", { what: "the refusal", timeoutMs: 10_000 });
    expect(state).toMatchObject({ type: "refused", reason: { name: "AuthenticationError", condition: "not-authorized" } });
  });
});

describe("stanzas", () => {
  it("asks the server and gets the payload of the answer", async () => {
    const connection = await online(alice());
    const payload = xml("query", { xmlns: "http://jabber.org/protocol/disco#info" });
    const answer = await connection.iq.request({ type: "get", to: prosody.domain, payload });
    expect(answer?.getChild("identity", "http://jabber.org/protocol/disco#info")).toBeDefined();
    await expect(
      connection.iq.request({ type: "get", to: prosody.domain, payload: xml("nothing", { xmlns: "urn:test:nothing" }) }),
    ).rejects.toThrow(StanzaError);
  });

  it("delivers messages in order and reports each as taken over, once", async () => {
    const sender = await online(alice());
    const receiver = await online(bob());
    const acked: (string | undefined)[] = [];
    sender.acked.on((stanza) => acked.push(stanza.attrs["id"]));
    const texts = bodies(receiver);
    const expected = Array.from({ length: 30 }, (_, index) => `message ${index}`);
    const last = new Promise<void>((resolve) => {
      receiver.use((stanza) => {
        if (stanza.attrs["id"] === "id-29") resolve();
      });
    });
    for (const [index, text] of expected.entries()) await sender.send(chat(receiver.jid, `id-${index}`, text));
    await last;
    expect(texts).toEqual(expected);
    await sender.iq.request({ type: "get", to: prosody.domain, payload: xml("ping", { xmlns: "urn:xmpp:ping" }) });
    if (acked.length < 30) await sender.acked.next(({ attrs }) => attrs["id"] === "id-29", { what: "the last acknowledgement", timeoutMs: 5_000 });
    expect(acked).toEqual(expected.map((_, index) => `id-${index}`));
  });
});
