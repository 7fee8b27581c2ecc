import { describe, expect, it } from "vitest";
import { caps } from "../../../src/extensions/caps/index.ts";
import { disco } from "../../../src/extensions/disco/index.ts";
import { type OwnPresence, parsePresence, presence } from "../../../src/extensions/presence/index.ts";
import { roster } from "../../../src/extensions/roster/index.ts";
import { collect, FakeStream } from "../../support/fake-stream.ts";

function setUp(initial: OwnPresence = { type: "ready" }) {
  const stream = new FakeStream();
  const discovery = disco({ stream }, { identity: { category: "client", type: "web" } });
  const contacts = roster({ stream });
  const exchange = presence({ stream, caps: caps({ disco: discovery }, { node: "urn:test" }), roster: contacts }, initial);
  return { stream, exchange, contacts, received: collect(exchange.received) };
}

describe("own presence", () => {
  it.each([
    [{ type: "ready" }, { show: undefined, status: undefined }],
    [
      { type: "not-ready", reason: "Lunch" },
      { show: "dnd", status: "Lunch" },
    ],
    [{ type: "away" }, { show: "away", status: undefined }],
  ] as [OwnPresence, object][])("%o is told by show and status, with our capabilities", async (own, expected) => {
    const { stream, exchange } = setUp(own);
    await exchange.announce();
    const told = parsePresence(await stream.next());
    expect(told).toMatchObject({ type: "available", caps: { hash: "sha-1", node: "urn:test" } });
    expect({ show: undefined, status: undefined, ...told }).toMatchObject(expected);
  });

  it("says the last of two quick changes last", async () => {
    const { stream, exchange } = setUp();
    await exchange.announce();
    await Promise.all([exchange.set({ type: "away" }), exchange.set({ type: "not-ready", reason: "Lunch" })]);
    expect((await stream.rest()).at(-1)?.toString()).toContain("<show>dnd</show>");
  });

  it("is not told before the session has begun", async () => {
    const { stream, exchange } = setUp();
    await exchange.set({ type: "away" });
    expect(await stream.rest()).toEqual([]);
    await exchange.announce();
    expect((await stream.rest()).map(String)).toEqual([expect.stringContaining("<show>away</show>")]);
  });

  it("is kept while offline, and told by the next announcement", async () => {
    const { stream, exchange } = setUp();
    stream.goOffline();
    await exchange.set({ type: "away" });
    stream.goOnline(false);
    await exchange.announce();
    expect((await stream.next()).toString()).toContain("<show>away</show>");
  });

  it("says when we leave on purpose", async () => {
    const { stream, exchange } = setUp();
    await exchange.leave();
    const left = await stream.next();
    expect(parsePresence(left)).toEqual({ type: "unavailable", signedOut: true });
    expect(left.toString()).toContain('<signed-out xmlns="urn:parley:directory:0"/>');
  });
});

describe("others' presence", () => {
  it("is reported with who it is from", () => {
    const { stream, received } = setUp();
    stream.receive("<presence from='bob@localhost/1'><show>xa</show><priority>-1</priority></presence>");
    stream.receive("<presence from='bob@localhost/1' type='unavailable'/>");
    expect(received).toEqual([
      { from: "bob@localhost/1", type: "available", show: "xa", priority: -1 },
      { from: "bob@localhost/1", type: "unavailable", signedOut: false },
    ]);
  });

  it.each([
    ["an error", "<presence from='b@l' type='error'/>"],
    ["an unknown type", "<presence from='b@l' type='invisible'/>"],
  ])("is not %s", (_, stanza) => {
    const { stream, received } = setUp();
    stream.receive(stanza);
    expect(received).toEqual([]);
  });

  it.each(["128", "-129", "1.5", "many", "9999999999"])("has priority 0 when it says %s", (priority) => {
    const { stream, received } = setUp();
    stream.receive(`<presence from='b@l/1'><priority>${priority}</priority></presence>`);
    expect(received).toMatchObject([{ priority: 0 }]);
  });

  it("takes show and status from the stanza itself only", () => {
    const { stream, received } = setUp();
    stream.receive("<presence from='b@l/1'><x:show xmlns:x='urn:evil'>dnd</x:show><status xmlns='urn:evil'>x</status></presence>");
    expect(received).toEqual([{ from: "b@l/1", type: "available", priority: 0 }]);
  });
});

describe("a wish to see our presence", () => {
  const SUBSCRIBE = (from: string) => `<presence type='subscribe' from='${from}'/>`;

  it("is granted by itself to those we trust, by their bare JID", async () => {
    const { stream, exchange } = setUp();
    exchange.autoApprove((jid) => jid === "parley.localhost");
    stream.receive(SUBSCRIBE("parley.localhost"));
    expect((await stream.next()).attrs).toMatchObject({ type: "subscribed", to: "parley.localhost" });
  });

  it.each(["mallory@localhost", "parley.localhost.evil", "x@parley.localhost", "localhost"])("is only reported from %s", async (from) => {
    const { stream, exchange, received } = setUp();
    exchange.autoApprove((jid) => jid === "parley.localhost");
    stream.receive(SUBSCRIBE(from));
    expect(await stream.rest()).toEqual([]);
    expect(received).toEqual([{ from, type: "subscribe" }]);
  });

  it("is granted to a contact of the roster that may see us", async () => {
    const { stream, contacts } = setUp();
    const fetching = contacts.fetch();
    stream.answer(await stream.next(), "<query xmlns='jabber:iq:roster'><item jid='bob@localhost' approved='true'/></query>");
    await fetching;
    stream.receive(SUBSCRIBE("bob@localhost"));
    expect((await stream.next()).attrs).toMatchObject({ type: "subscribed", to: "bob@localhost" });
  });

  it("is granted no longer when the trust is taken back", async () => {
    const { stream, exchange } = setUp();
    const withdraw = exchange.autoApprove(() => true);
    withdraw();
    stream.receive(SUBSCRIBE("parley.localhost"));
    expect(await stream.rest()).toEqual([]);
  });

  it("can be granted and refused by hand", async () => {
    const { stream, exchange } = setUp();
    await exchange.allow("bob@localhost/phone", true);
    await exchange.allow("bob@localhost/phone", false);
    await exchange.subscribe("bob@localhost/phone");
    expect((await stream.rest()).map(({ attrs }) => [attrs["type"], attrs["to"]])).toEqual([
      ["subscribed", "bob@localhost"],
      ["unsubscribed", "bob@localhost"],
      ["subscribe", "bob@localhost"],
    ]);
  });
});
