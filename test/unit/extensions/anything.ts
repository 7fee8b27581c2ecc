/** Whatever well-formed stanza comes in: no handler throws, and nothing forged is believed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Element, xml } from "../../../src/client/index.ts";
import { unknownNetwork } from "../../../src/client/network.ts";
import { carbons } from "../../../src/extensions/carbons/index.ts";
import { chat, incomingMessages } from "../../../src/extensions/chat/index.ts";
import { chatStates } from "../../../src/extensions/chat-states/index.ts";
import { caps } from "../../../src/extensions/caps/index.ts";
import { disco } from "../../../src/extensions/disco/index.ts";
import { displayedMarkers } from "../../../src/extensions/displayed-markers/index.ts";
import { mam } from "../../../src/extensions/mam/index.ts";
import { presence } from "../../../src/extensions/presence/index.ts";
import { GIVE_WAY_MS, receipts } from "../../../src/extensions/receipts/index.ts";
import { roster } from "../../../src/extensions/roster/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { collect, FakeStream } from "../../support/fake-stream.ts";

const NAMES = [
  "message",
  "body",
  "thread",
  "result",
  "forwarded",
  "received",
  "sent",
  "delay",
  "stanza-id",
  "origin-id",
  "request",
  "displayed",
  "active",
  "query",
  "item",
  "c",
  "error",
];
const NAMESPACES = [
  "jabber:client",
  "jabber:iq:roster",
  "urn:xmpp:carbons:2",
  "urn:xmpp:forward:0",
  "urn:xmpp:mam:2",
  "urn:xmpp:delay",
  "urn:xmpp:sid:0",
  "urn:xmpp:receipts",
  "urn:xmpp:chat-markers:0",
  "http://jabber.org/protocol/chatstates",
  "http://jabber.org/protocol/caps",
];
/** Never our own account, which only our server can be. */
const STRANGERS = [
  "mallory@localhost/x",
  "mallory@localhost",
  "localhost",
  "alice@localhost/phone",
  "alice@localhost.evil",
  "Alice@localhost",
  "@",
  "/",
  "",
];
const ANYBODY = [...STRANGERS, "alice@localhost", "alice@localhost/desk", "boss@localhost/x"];

const attributes = fc.record(
  {
    from: fc.constantFrom(...ANYBODY),
    to: fc.constantFrom(...ANYBODY),
    by: fc.constantFrom(...ANYBODY),
    id: fc.constantFrom("m1", "", "__proto__"),
    stamp: fc.constantFrom("2001-01-01T00:00:00Z", "", "soon"),
    jid: fc.constantFrom(...ANYBODY),
    queryid: fc.constant("q"),
    xmlns: fc.constantFrom(...NAMESPACES),
    type: fc.constantFrom("chat", "error", "headline", "set", "subscribe", ""),
  },
  { requiredKeys: [] },
);

const { tree } = fc.letrec<{ tree: Element }>((tie) => ({
  tree: fc
    .tuple(
      fc.constantFrom(...NAMES),
      attributes,
      fc.array(fc.oneof({ depthSize: "small" }, fc.constantFrom("text", " "), tie("tree")), { maxLength: 4 }),
    )
    .map(([name, attrs, children]) => xml(name, attrs, ...children)),
}));

const stanza = fc
  .tuple(
    fc.constantFrom("message", "presence"),
    fc.constantFrom(...STRANGERS.filter((jid) => !jid.startsWith("alice@localhost/"))),
    fc.constantFrom(undefined, "chat", "normal", "error", "headline", "groupchat", "subscribe", "unavailable", ""),
    fc.array(tree, { maxLength: 5 }),
  )
  .map(([name, from, type, children]) => xml(name, { from, to: "alice@localhost/desk", type, id: "s1" }, ...children));

describe("any stanza of a stranger", () => {
  it("is read without a fault, as the stranger's own word", () => {
    fc.assert(
      fc.property(fc.array(stanza, { minLength: 1, maxLength: 5 }), (stanzas) => {
        const stream = new FakeStream();
        const clock = new FakeClock();
        const discovery = disco({ stream }, { identity: { category: "client", type: "web" } });
        const contacts = roster({ stream });
        const copies = carbons({ stream });
        mam({ stream, clock, newId: () => "q" })
          .query({})
          .catch(() => {});
        const incoming = incomingMessages({ stream, carbons: copies, clock, newId: () => "made-here" });
        const parts = { stream, disco: discovery, incoming };
        const messages = chat({
          stream,
          incoming,
          receipts: receipts({ ...parts, clock, network: unknownNetwork }, { mayAnswer: () => true }),
          markers: displayedMarkers(parts),
          chatStates: chatStates(parts),
        });
        presence({ stream, caps: caps({ disco: discovery }, { node: "urn:test" }), roster: contacts }, { type: "ready" });
        const copied = collect(copies.copied);
        const texts = collect(messages.received);
        const marks = collect(messages.marks);

        // A handler that throws makes this throw.
        for (const one of stanzas) stream.receive(one.toString());
        clock.advance(GIVE_WAY_MS);

        const strangers = new Set(stanzas.map(({ attrs }) => attrs["from"]!.split("/")[0]));
        expect(copied).toEqual([]);
        expect(contacts.items.get().size).toBe(0);
        for (const { from, source } of texts) expect([source, strangers.has(from)]).toEqual(["live", true]);
        for (const { from } of marks) expect(strangers.has(from)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
