import { describe, expect, it } from "vitest";
import { carbons } from "../../../src/extensions/carbons/index.ts";
import { type Chat, chat, incomingMessages, type OutgoingChat } from "../../../src/extensions/chat/index.ts";
import { chatStates } from "../../../src/extensions/chat-states/index.ts";
import { disco } from "../../../src/extensions/disco/index.ts";
import { displayedMarkers } from "../../../src/extensions/displayed-markers/index.ts";
import { GIVE_WAY_MS, receipts } from "../../../src/extensions/receipts/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { collect, FakeStream } from "../../support/fake-stream.ts";

function setUp({ mayAnswer = () => true, isVisible = true }: { mayAnswer?: (peer: string) => boolean; isVisible?: boolean } = {}) {
  const stream = new FakeStream();
  const clock = new FakeClock();
  const discovery = disco({ stream }, { identity: { category: "client", type: "web" } });
  const copies = carbons({ stream });
  const incoming = incomingMessages({ stream, carbons: copies, clock, newId: () => "made-here" });
  const answered = receipts({ stream, disco: discovery, incoming, clock, network: { isVisible: () => isVisible } }, { mayAnswer });
  const markers = displayedMarkers({ stream, disco: discovery, incoming });
  const states = chatStates({ stream, disco: discovery, incoming });
  const messages: Chat = chat({ stream, incoming, receipts: answered, markers, chatStates: states });
  return {
    stream,
    clock,
    discovery,
    chat: messages,
    received: collect(messages.received),
    marks: collect(messages.marks),
    states: collect(messages.states),
    bounced: collect(messages.bounced),
  };
}

const text = (content: string, attrs = "from='bob@localhost/1' id='m1'") =>
  `<message type='chat' to='alice@localhost/desk' ${attrs}>${content}</message>`;
const carbon = (direction: string, message: string, outer = "from='alice@localhost'") =>
  `<message ${outer} to='alice@localhost/desk'><${direction} xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${message}</forwarded></${direction}></message>`;
const copied = (attrs: string, content = "<body>hi</body>") =>
  `<message xmlns='jabber:client' type='chat' id='c1' ${attrs}>${content}</message>`;
const HI: OutgoingChat = { id: "id-1", to: "bob@localhost", body: "hi", thread: "t1" };

describe("a text that comes in", () => {
  it("is one shape with everything that is known of it", () => {
    const { stream, clock, received } = setUp();
    stream.receive(
      text(
        `<body>hi</body><thread>t1</thread><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>
         <stanza-id xmlns='urn:xmpp:sid:0' by='alice@localhost' id='a1'/>
         <request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>`,
      ),
    );
    expect(received).toEqual([
      {
        id: "o1",
        from: "bob@localhost",
        to: "alice@localhost",
        direction: "in",
        source: "live",
        body: "hi",
        thread: "t1",
        at: clock.now(),
        archiveId: "a1",
        wantsReceipt: true,
        wantsMarker: true,
        delayed: false,
      },
    ]);
  });

  it("is a text without a type, or with one that nobody knows", () => {
    const { stream, received } = setUp();
    stream.receive("<message from='bob@localhost/1' to='alice@localhost'><body>plain</body></message>");
    stream.receive("<message from='bob@localhost/1' to='alice@localhost' type='shout'><body>loud</body></message>");
    expect(received.map(({ body }) => body)).toEqual(["plain", "loud"]);
  });

  it.each(["headline", "groupchat", "error"])("is none when it is a %s", (type) => {
    const { stream, received } = setUp();
    stream.receive(`<message type='${type}' from='bob@localhost/1' to='alice@localhost'><body>x</body></message>`);
    expect(received).toEqual([]);
  });

  it.each([
    ["is empty", "<body/>"],
    ["is not there", "<subject>x</subject>"],
    ["is another namespace's", "<x:body xmlns:x='urn:evil'>evil</x:body>"],
    ["is another namespace's, said otherwise", "<body xmlns='urn:evil'>evil</body>"],
  ])("is none when its body %s", (_, content) => {
    const { stream, received } = setUp();
    stream.receive(text(content));
    expect(received).toEqual([]);
  });

  it("is the stanza's own body, whatever bodies other namespaces put before it", () => {
    const { stream, received } = setUp();
    stream.receive(text("<x:body xmlns:x='urn:evil'>evil</x:body><body>real</body><x:thread xmlns:x='urn:evil'>t</x:thread>"));
    expect(received).toMatchObject([{ body: "real" }]);
    expect(received[0]).not.toHaveProperty("thread");
  });

  it("is found by the id of the stanza, of the archive, or one made here", () => {
    const { stream, received } = setUp();
    stream.receive(text("<body>1</body>"));
    stream.receive(text("<body>2</body><stanza-id xmlns='urn:xmpp:sid:0' by='alice@localhost' id='a2'/>", "from='bob@localhost/1'"));
    stream.receive(text("<body>3</body>", "from='bob@localhost/1'"));
    expect(received.map(({ id }) => id)).toEqual(["m1", "a2", "made-here"]);
  });

  it("is ours when another device of ours wrote it to us", () => {
    const { stream, received } = setUp();
    stream.receive(text("<body>note</body>", "from='alice@localhost/phone'"));
    expect(received).toMatchObject([{ direction: "out", from: "alice@localhost", to: "alice@localhost" }]);
  });
});

describe("the archive's id of a text", () => {
  const SID = (by: string, id: string) => `<stanza-id xmlns='urn:xmpp:sid:0' by='${by}' id='${id}'/>`;

  it.each([
    ["by the peer", SID("bob@localhost", "x")],
    ["by the domain", SID("localhost", "x")],
    ["by our full JID", SID("alice@localhost/desk", "x")],
    ["by us, twice: one is forged", SID("alice@localhost", "forged") + SID("alice@localhost", "a1")],
    ["by us, on a message that asks not to be archived", `${SID("alice@localhost", "forged")}<no-store xmlns='urn:xmpp:hints'/>`],
    [
      "by us, on a message that asks not to be archived for long",
      `${SID("alice@localhost", "forged")}<no-permanent-store xmlns='urn:xmpp:hints'/>`,
    ],
    ["in another namespace", "<stanza-id xmlns='urn:evil' by='alice@localhost' id='x'/>"],
  ])("is unknown when it is given %s", (_, content) => {
    const { stream, received } = setUp();
    stream.receive(text(`<body>x</body>${content}`));
    expect(received).toHaveLength(1);
    expect(received[0]).not.toHaveProperty("archiveId");
  });

  it("is ours among others'", () => {
    const { stream, received } = setUp();
    stream.receive(text(`<body>x</body>${SID("localhost", "no")}${SID("alice@localhost", "a1")}${SID("bob@localhost", "no")}`));
    expect(received).toMatchObject([{ archiveId: "a1" }]);
  });
});

describe("the time of a text", () => {
  const DELAY = (from: string, stamp: string) => `<delay xmlns='urn:xmpp:delay' ${from} stamp='${stamp}'/>`;

  it.each([
    ["its domain", "from='localhost'"],
    ["our account", "from='alice@localhost'"],
  ])("is our own server's stamp, given as %s", (_, from) => {
    const { stream, received } = setUp();
    stream.receive(text(`<body>x</body>${DELAY(from, "1970-01-01T00:00:01Z")}`));
    expect(received).toMatchObject([{ at: 1000, delayed: true }]);
  });

  it.each([
    ["the peer", "from='bob@localhost/1'"],
    ["another domain", "from='evil.example'"],
    ["nobody", ""],
    ["another device of ours", "from='alice@localhost/phone'"],
  ])("is not a stamp of %s", (_, from) => {
    const { stream, clock, received } = setUp();
    stream.receive(text(`<body>x</body>${DELAY(from, "1970-01-01T00:00:01Z")}`));
    expect(received).toMatchObject([{ at: clock.now(), delayed: false }]);
  });

  it("is the last stamp that our server gave", () => {
    const { stream, received } = setUp();
    stream.receive(
      text(`<body>x</body>${DELAY("from='localhost'", "1970-01-01T00:00:01Z")}${DELAY("from='localhost'", "1970-01-01T00:00:02Z")}`),
    );
    expect(received).toMatchObject([{ at: 2000 }]);
  });

  it.each(["2099-01-01T00:00:00Z", "yesterday", "1970-01-01T00:00:01", "1970-02-30T00:00:01Z"])("is now when the stamp is %s", (stamp) => {
    const { stream, clock, received } = setUp();
    stream.receive(text(`<body>x</body>${DELAY("from='localhost'", stamp)}`));
    expect(received).toMatchObject([{ at: clock.now() }]);
  });
});

describe("a carbon", () => {
  it("brings what was written to another device of ours", () => {
    const { stream, received } = setUp();
    stream.receive(carbon("received", copied("from='bob@localhost/1' to='alice@localhost/phone'")));
    expect(received).toMatchObject([{ source: "carbon", direction: "in", from: "bob@localhost", to: "alice@localhost", body: "hi" }]);
  });

  it("brings what another device of ours wrote", () => {
    const { stream, received } = setUp();
    stream.receive(carbon("sent", copied("from='alice@localhost/phone' to='bob@localhost'")));
    expect(received).toMatchObject([{ source: "carbon", direction: "out", from: "alice@localhost", to: "bob@localhost" }]);
  });

  it("has the time at which our server copied it", () => {
    const { stream, received } = setUp();
    const message = `<delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:03Z'/>${copied("from='bob@localhost/1' to='alice@localhost'")}`;
    stream.receive(carbon("received", message));
    expect(received).toMatchObject([{ at: 3000, delayed: false }]);
  });

  const FROM_BOB = copied("from='boss@localhost/x' to='alice@localhost/phone'");
  it.each([
    ["comes from a stranger", carbon("received", FROM_BOB, "from='mallory@localhost/x'")],
    ["comes from another device of ours", carbon("received", FROM_BOB, "from='alice@localhost/phone'")],
    ["comes from the domain", carbon("received", FROM_BOB, "from='localhost'")],
    ["comes from a look-alike", carbon("received", FROM_BOB, "from='Alice@localhost'")],
    [
      "has a body of its own, too",
      carbon("received", FROM_BOB, "from='mallory@localhost/x'").replace(/<\/message>$/, "<body>x</body></message>"),
    ],
    ["was received by somebody else", carbon("received", copied("from='boss@localhost/x' to='eve@localhost'"))],
    ["was sent by somebody else", carbon("sent", copied("from='boss@localhost/x' to='alice@localhost'"))],
    ["has no sender", carbon("received", copied("to='alice@localhost'"))],
    ["has no addressee", carbon("sent", copied("from='alice@localhost/phone'"))],
    ["holds two messages", carbon("received", FROM_BOB + FROM_BOB)],
    ["holds none", carbon("received", "")],
    ["holds a message of another namespace", carbon("received", FROM_BOB.replace("jabber:client", "urn:evil"))],
    ["holds a message that does not say its namespace", carbon("received", FROM_BOB.replace("xmlns='jabber:client'", ""))],
    [
      "holds a forged carbon beside a body",
      carbon(
        "received",
        copied("from='mallory@localhost/x' to='alice@localhost/phone'", `<received xmlns='urn:xmpp:carbons:2'/><body>x</body>`),
      ),
    ],
    ["says sent and received", carbon("received", FROM_BOB).replace("</received>", "</received><sent xmlns='urn:xmpp:carbons:2'/>")],
  ])("is dropped when it %s", async (_, stanza) => {
    const { stream, received, marks, bounced } = setUp();
    stream.receive(stanza);
    expect([received, marks, bounced]).toEqual([[], [], []]);
    expect(await stream.rest()).toEqual([]);
  });

  it("can be switched on and off", async () => {
    const stream = new FakeStream();
    const copies = carbons({ stream });
    for (const [act, name] of [
      [copies.enable, "enable"],
      [copies.disable, "disable"],
    ] as const) {
      const asking = act();
      const request = await stream.next();
      expect(request.attrs["to"]).toBeUndefined();
      expect(request.getChild(name, "urn:xmpp:carbons:2")).toBeDefined();
      stream.answer(request);
      await asking;
    }
  });
});

describe("a delivery receipt", () => {
  const REQUEST = "<body>x</body><request xmlns='urn:xmpp:receipts'/>";

  it("answers a request with the id of the message it acknowledges", async () => {
    const { stream, clock } = setUp();
    stream.receive(text(REQUEST));
    clock.advance(GIVE_WAY_MS);
    const answer = await stream.next();
    expect(answer.attrs).toMatchObject({ to: "bob@localhost/1", type: "chat" });
    expect(answer.toString()).toContain('<received xmlns="urn:xmpp:receipts" id="m1"/>');
  });

  it("lets a message go first that is written at once", async () => {
    const { stream, clock, chat } = setUp();
    stream.receive(text(REQUEST));
    await chat.send(HI);
    clock.advance(GIVE_WAY_MS);
    expect([(await stream.next()).attrs["id"], (await stream.next()).toString()]).toEqual(["id-1", expect.stringContaining("<received")]);
  });

  it("goes at once from a hidden page, whose timers may be late", async () => {
    const { stream } = setUp({ isVisible: false });
    stream.receive(text(REQUEST));
    expect((await stream.next()).toString()).toContain("<received");
  });

  it.each([
    ["to those who may not know that we are there", text(REQUEST), () => false],
    ["without an id", text(REQUEST, "from='bob@localhost/1'"), () => true],
    ["for a receipt", text("<received xmlns='urn:xmpp:receipts' id='x'/><request xmlns='urn:xmpp:receipts'/>"), () => true],
    ["for an error", text(REQUEST).replace("chat", "error"), () => true],
    ["for group chat", text(REQUEST).replace("chat", "groupchat"), () => true],
    ["for a copy from another device", carbon("received", copied("from='bob@localhost/1' to='alice@localhost'", REQUEST)), () => true],
    ["for what another device of ours sent", carbon("sent", copied("from='alice@localhost/p' to='bob@localhost'", REQUEST)), () => true],
    ["to ourselves", text(REQUEST, "from='alice@localhost/phone' id='m1'"), () => true],
    ["for a request in another namespace", text("<body>x</body><request xmlns='urn:evil'/>"), () => true],
  ])("is not sent %s", async (_, stanza, mayAnswer) => {
    const { stream, clock } = setUp({ mayAnswer });
    stream.receive(stanza);
    clock.advance(GIVE_WAY_MS);
    expect(await stream.rest()).toEqual([]);
  });

  it("is given to peers by their bare JID", async () => {
    const asked: string[] = [];
    const { stream, clock } = setUp({ mayAnswer: (peer) => asked.push(peer) > 0 });
    stream.receive(text(REQUEST));
    clock.advance(GIVE_WAY_MS);
    await stream.next();
    expect(asked).toEqual(["bob@localhost"]);
  });

  it("is reported, also from a copy", () => {
    const { stream, marks } = setUp();
    const RECEIVED = "<received xmlns='urn:xmpp:receipts' id='id-1'/>";
    stream.receive(text(RECEIVED));
    stream.receive(carbon("received", copied("from='bob@localhost/1' to='alice@localhost/p'", RECEIVED)));
    const delivered = { from: "bob@localhost", id: "id-1", kind: "delivered" };
    expect(marks).toEqual([delivered, delivered]);
  });

  it("is none without an id, nor when another device of ours sent it", () => {
    const { stream, marks } = setUp();
    stream.receive(text("<received xmlns='urn:xmpp:receipts'/>"));
    stream.receive(
      carbon("sent", copied("from='alice@localhost/p' to='bob@localhost'", "<received xmlns='urn:xmpp:receipts' id='id-1'/>")),
    );
    expect(marks).toEqual([]);
  });
});

describe("a displayed marker", () => {
  it("is reported as read", () => {
    const { stream, marks } = setUp();
    stream.receive(text("<displayed xmlns='urn:xmpp:chat-markers:0' id='id-1'/>"));
    expect(marks).toEqual([{ from: "bob@localhost", id: "id-1", kind: "read" }]);
  });

  it("is reported as our own when another device of ours has shown the peer's message", () => {
    const { stream, marks } = setUp();
    stream.receive(
      carbon("sent", copied("from='alice@localhost/p' to='bob@localhost'", "<displayed xmlns='urn:xmpp:chat-markers:0' id='x'/>")),
    );
    expect(marks).toEqual([{ from: "alice@localhost", id: "x", kind: "read" }]);
  });

  it("is sent in the thread, to be archived", async () => {
    const { stream, chat } = setUp();
    await chat.sendMarker("bob@localhost", "t1", "m1");
    const marker = await stream.next();
    expect(marker.attrs).toMatchObject({ to: "bob@localhost", type: "chat" });
    expect(marker.toString()).toContain('<displayed xmlns="urn:xmpp:chat-markers:0" id="m1"/>');
    expect(marker.toString()).toContain("<thread>t1</thread>");
    expect(marker.toString()).toContain('<store xmlns="urn:xmpp:hints"/>');
  });
});

describe("a chat state", () => {
  const COMPOSING = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";

  it("is reported as it happens", () => {
    const { stream, states } = setUp();
    stream.receive(text(`${COMPOSING}<thread>t1</thread>`));
    expect(states).toEqual([{ from: "bob@localhost/1", thread: "t1", state: "composing" }]);
  });

  it.each([
    ["it is old", text(`${COMPOSING}<delay xmlns='urn:xmpp:delay' from='localhost' stamp='1970-01-01T00:00:01Z'/>`)],
    ["there are two", text(`${COMPOSING}<paused xmlns='http://jabber.org/protocol/chatstates'/>`)],
    ["nobody knows it", text("<dreaming xmlns='http://jabber.org/protocol/chatstates'/>")],
    ["it is our own", carbon("sent", copied("from='alice@localhost/p' to='bob@localhost'", COMPOSING))],
  ])("is not reported when %s", (_, stanza) => {
    const { stream, states } = setUp();
    stream.receive(stanza);
    expect(states).toEqual([]);
  });

  it("is said once, in the thread and without anything else", async () => {
    const { stream, chat } = setUp();
    await chat.sendState("bob@localhost", "t1", "composing");
    await chat.sendState("bob@localhost", "t1", "composing");
    await chat.sendState("bob@localhost", "t2", "composing");
    const said = await stream.rest();
    expect(said.map((message) => message.getChildElements().map((child) => child.name))).toEqual([
      ["thread", "composing"],
      ["thread", "composing"],
    ]);
  });

  it("is said again after a text, which says active", async () => {
    const { stream, chat } = setUp();
    await chat.sendState("bob@localhost", "t1", "composing");
    await chat.send(HI);
    await chat.sendState("bob@localhost", "t1", "active");
    await chat.sendState("bob@localhost", "t1", "composing");
    expect((await stream.rest()).map((message) => message.getChildElements().at(-1)?.name)).toEqual(["composing", "active", "composing"]);
  });

  it("is kept from a peer whose texts come without one, until it sends one", async () => {
    const { stream, chat } = setUp();
    stream.receive(text("<body>plain</body>"));
    await chat.sendState("bob@localhost", "t1", "composing");
    await chat.send(HI);
    const [message, ...more] = await stream.rest();
    expect(more).toEqual([]);
    expect(message!.toString()).not.toContain("chatstates");
    stream.receive(text(`<body>hi</body>${COMPOSING}`));
    await chat.sendState("bob@localhost", "t1", "paused");
    expect(await stream.rest()).toHaveLength(1);
  });
});

describe("a text that we send", () => {
  it("has its id twice, asks for receipt and marker, and says active", async () => {
    const { stream, chat } = setUp();
    await chat.send(HI);
    const message = await stream.next();
    expect(message.attrs).toMatchObject({ type: "chat", id: "id-1", to: "bob@localhost" });
    expect(message.getChildElements().map((child) => child.name)).toEqual(["body", "thread", "origin-id", "request", "markable", "active"]);
    expect(message.getChild("origin-id", "urn:xmpp:sid:0")?.attrs["id"]).toBe("id-1");
  });

  it("is refused while there is no connection", async () => {
    const { stream, chat } = setUp();
    stream.goOffline();
    await expect(chat.send(HI)).rejects.toMatchObject({ name: "OfflineError" });
  });

  it("is told as acknowledged and as lost; what has no text is not", async () => {
    const { stream, chat } = setUp();
    const acked = collect(chat.acked);
    const lost = collect(chat.lost);
    await chat.send(HI);
    await chat.sendMarker("bob@localhost", undefined, "m1");
    const sent = await stream.rest();
    for (const stanza of sent) stream.acked.emit(stanza);
    for (const stanza of sent) stream.lost.emit(stanza);
    expect([acked, lost]).toEqual([[{ id: "id-1" }], [{ id: "id-1" }]]);
  });

  it("is reported when it comes back, with whom it could not reach and why", () => {
    const { stream, bounced, received } = setUp();
    stream.receive(
      `<message type='error' id='id-1' from='bob@localhost' to='alice@localhost/desk'><body>hi</body>
       <error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    expect(bounced).toMatchObject([{ id: "id-1", from: "bob@localhost", error: { condition: "service-unavailable", type: "cancel" } }]);
    expect(received).toEqual([]);
  });
});

describe("what others may find out that we can do", () => {
  it("names each of these extensions", () => {
    expect(setUp().discovery.own().features).toEqual([
      "http://jabber.org/protocol/chatstates",
      "http://jabber.org/protocol/disco#info",
      "urn:xmpp:chat-markers:0",
      "urn:xmpp:receipts",
    ]);
  });
});
