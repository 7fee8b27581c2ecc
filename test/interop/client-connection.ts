import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Connection, type ConnectionOptions, type Element, StanzaError, xml } from "../../src/client/index.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";

let prosody: Prosody;
const running: Connection[] = [];

/** The sockets of the connections made here, to cut them. */
const sockets: NodeWebSocket[] = [];

class CuttableWebSocket extends NodeWebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    sockets.push(this);
  }
}

/** What the network does: the connection is gone without a word. */
function cutAll(): void {
  for (const socket of sockets.splice(0)) socket.terminate();
}

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
    webSocket: CuttableWebSocket,
    random: () => 0.01,
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
    sender.acked.on((stanza) => {
      if (stanza.is("message")) acked.push(stanza.attrs["id"]);
    });
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
    if (acked.length < 30)
      await sender.acked.next(({ attrs }) => attrs["id"] === "id-29", { what: "the last acknowledgement", timeoutMs: 5_000 });
    expect(acked).toEqual(expected.map((_, index) => `id-${index}`));
  });
});

/** Resolves with the stanza of this id. */
function arrival(connection: Connection, id: string): Promise<Element> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The stanza ${id} did not arrive`)), 20_000);
    const stop = connection.use((stanza) => {
      if (stanza.attrs["id"] !== id) return;
      clearTimeout(timer);
      stop();
      resolve(stanza);
    });
  });
}

const waiting = (connection: Connection) =>
  connection.state.waitFor(({ type }) => type === "waiting", { what: "the end of the connection", timeoutMs: 20_000 });

describe("an interruption", () => {
  it("loses nothing and doubles nothing: both resume", async () => {
    const sender = await online(alice());
    const receiver = await online(bob());
    const [from, to] = [sender.jid, receiver.jid];
    const texts = bodies(receiver);
    const acked: (string | undefined)[] = [];
    sender.acked.on((stanza) => {
      if (stanza.is("message")) acked.push(stanza.attrs["id"]);
    });
    const lost: unknown[] = [];
    sender.lost.on((stanza) => lost.push(stanza));

    for (let round = 0; round < 5; round += 1) {
      const last = arrival(receiver, `r${round}-9`);
      for (let index = 0; index < 10; index += 1) await sender.send(chat(to, `r${round}-${index}`, `${round}.${index}`));
      // At once: some are on their way, some acknowledged, some not.
      cutAll();
      await Promise.all([waiting(sender), waiting(receiver)]);
      await Promise.all([online(sender), online(receiver)]);
      await last;
    }
    expect(texts).toEqual(Array.from({ length: 50 }, (_, index) => `${Math.floor(index / 10)}.${index % 10}`));
    expect([sender.jid, receiver.jid]).toEqual([from, to]);
    expect(sender.state.get()).toMatchObject({ resumed: true });
    if (acked.length < 50)
      await sender.acked.next(({ attrs }) => attrs["id"] === "r4-9", { what: "the last acknowledgement", timeoutMs: 5_000 });
    expect(acked).toHaveLength(50);
    expect(new Set(acked).size).toBe(50);
    expect(lost).toEqual([]);
  });

  it("by a killed server is followed by a new stream, and what became of each stanza is told once", async () => {
    const connection = await online(alice());
    await prosody.freeze();
    // A container lives for a moment between its freeze and its end, long enough to take a stanza over.
    const told: (string | undefined)[] = [];
    for (const fate of [connection.lost, connection.acked]) fate.on((stanza) => told.push(stanza.attrs["id"]));
    await connection.send(chat("bob@localhost", "into-the-void", "?"));
    await prosody.kill();
    await waiting(connection);
    await prosody.restart();
    await online(connection);
    expect(connection.state.get()).toMatchObject({ resumed: false });
    await expect.poll(() => told).toEqual(["into-the-void"]);
  });

  it("by a server that freezes is noticed within 15 s of sending", async () => {
    const connection = await online(alice());
    await prosody.freeze();
    const began = performance.now();
    try {
      await connection.send(chat("bob@localhost", "anybody", "?"));
      expect(await waiting(connection)).toMatchObject({ reason: { name: "TimeoutError" } });
      expect(performance.now() - began).toBeLessThan(15_000);
    } finally {
      await prosody.thaw();
    }
    await online(connection);
  });
});

describe("a page reload", () => {
  it("resumes the stream: what came meanwhile arrives, nothing twice", async () => {
    const sender = await online(bob());
    const before = await online(alice());
    const jid = before.jid;
    const textsBefore = bodies(before);
    const first = arrival(before, "before");
    await sender.send(chat(jid, "before", "before"));
    await first;
    const saved = JSON.parse(JSON.stringify(before.snapshot()));
    before.abandon();

    await sender.send(chat(jid, "meanwhile", "meanwhile"));
    const after = alice({ saved, credentials: { keys: before.keys.get()! } });
    const textsAfter = bodies(after);
    const meanwhile = arrival(after, "meanwhile");
    await online(after);
    expect(after.state.get()).toEqual({ type: "online", jid, resumed: true });
    await meanwhile;
    const last = arrival(after, "after");
    await sender.send(chat(jid, "after", "after"));
    await last;
    expect([textsBefore, textsAfter]).toEqual([["before"], ["meanwhile", "after"]]);
  });

  it("with a stream that the server does not know any more begins a new one", async () => {
    const before = await online(alice());
    const saved = before.snapshot();
    await before.stop();
    const after = await online(alice({ saved }));
    expect(after.state.get()).toMatchObject({ resumed: false });
  });
});

describe("a sign-in elsewhere with the same resource", () => {
  it("is final for the one that was replaced", async () => {
    const first = await online(alice({ resource: "desk" }));
    const second = await online(alice({ resource: "desk" }));
    const state = await first.state.waitFor(({ type }) => type !== "online", { what: "the replacement", timeoutMs: 10_000 });
    expect(state).toMatchObject({ type: "refused", reason: { name: "StreamError", condition: "conflict" } });
    expect(second.state.get()).toMatchObject({ type: "online", jid: "alice@localhost/desk" });
  });
});

describe("a hostile peer", () => {
  it.each([5_000, 20_000])("cannot hurt with a message nested %i levels deep", async (depth) => {
    const receiver = await online(bob());
    const texts = bodies(receiver);
    const mallory = await online(alice());
    const after = arrival(receiver, "after-the-bomb");
    const bomb = `<message xmlns='jabber:client' to='${receiver.jid}' id='bomb' type='chat'><body>boo</body>${"<a>".repeat(depth)}${"</a>".repeat(depth)}</message>`;
    // Our own client refuses to send it; the hostile one does not ask.
    sockets.at(-1)!.send(bomb);
    await mallory.send(chat(receiver.jid, "after-the-bomb", "after the bomb"));
    await after;
    expect(texts).toEqual(["after the bomb"]);
    expect(receiver.state.get().type).toBe("online");

    // It is counted too: a resumption does not bring it back.
    cutAll();
    await waiting(receiver);
    await online(receiver);
    expect(receiver.state.get()).toMatchObject({ resumed: true });
  });

  it("cannot answer in another's name", async () => {
    const victim = await online(bob());
    const mallory = await online(alice());
    victim.filter((stanza) => {
      if (stanza.is("iq") && stanza.attrs["to"] === prosody.domain) {
        // Somehow the id became known.
        sockets
          .at(-1)!
          .send(`<iq xmlns='jabber:client' type='result' to='${victim.jid}' id='${stanza.attrs["id"]}'><query xmlns='urn:forged'/></iq>`);
      }
    });
    const payload = () => xml("query", { xmlns: "http://jabber.org/protocol/disco#info" });
    const answers = await Promise.all([1, 2, 3].map(() => victim.iq.request({ type: "get", to: prosody.domain, payload: payload() })));
    expect(mallory.state.get().type).toBe("online");
    expect(answers.map((answer) => answer?.getNS())).toEqual(Array(3).fill("http://jabber.org/protocol/disco#info"));
  });

  it("cannot make our own text end the stream", async () => {
    const sender = await online(alice());
    const receiver = await online(bob());
    const message = arrival(receiver, "pasted");
    await sender.send(chat(receiver.jid, "pasted", "a\u0000b\u0001c\uD800d\uFFFFe ]]> <&>"));
    expect((await message).getChildText("body", "jabber:client")).toBe("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe ]]> <&>");
    expect(sender.state.get().type).toBe("online");
  });

  it("cannot fill a stanza beyond the server's limit from our side: it is refused before it is sent", async () => {
    const sender = await online(alice());
    await expect(sender.send(chat("bob@localhost", "large", "x".repeat(256 * 1024)))).rejects.toMatchObject({
      name: "StanzaTooLargeError",
    });
    const receiver = await online(bob());
    const message = arrival(receiver, "nearly");
    await sender.send(chat(receiver.jid, "nearly", "x".repeat(250 * 1024)));
    await message;
  });
});
