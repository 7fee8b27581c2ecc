import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emitter, Value } from "../../../src/client/value.ts";
import { StanzaError } from "../../../src/client/errors.ts";
import type { ConnectionState, IqRequest, StanzaHandler, Stream } from "../../../src/client/stream.ts";
import type { Element } from "../../../src/client/xml.ts";
import { hashOf } from "../../../src/extensions/caps/verification.ts";
import { buildInfo, type DiscoInfo } from "../../../src/extensions/disco/stanzas.ts";
import { NS_IM_SESSION } from "../../../src/extensions/im-session/types.ts";
import { buildPresence } from "../../../src/extensions/presence/stanzas.ts";
import type { Queries } from "../../../src/service/database/database.ts";
import { createWatches } from "../../../src/service/directory/watches.ts";
import { createCapabilities } from "../../../src/service/presence/capabilities.ts";
import { createPresences } from "../../../src/service/presence/presences.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { until } from "../../support/service-core.ts";

const A = "a.agent@localhost";
const GRACE = 300_000;
const OURS: DiscoInfo = { identities: [{ category: "client", type: "web" }], features: [NS_IM_SESSION], forms: [] };
const OTHERS: DiscoInfo = { identities: [{ category: "client", type: "pc" }], features: ["urn:xmpp:ping"], forms: [] };

/** A stream whose other end is the test. */
class Peer {
  readonly sent: string[] = [];
  readonly asked: string[] = [];
  readonly answers = new Map<string, DiscoInfo>();
  #handler: StanzaHandler = () => {};
  readonly stream = {
    jid: "parley.localhost",
    state: new Value<ConnectionState>({ type: "online", jid: "parley.localhost", resumed: false }),
    iq: {
      request: async ({ to = "" }: IqRequest) => {
        this.asked.push(to);
        const info = this.answers.get(to);
        if (!info) throw new StanzaError("cancel", "service-unavailable");
        return buildInfo(info);
      },
      handle: () => () => {},
    },
    send: async (stanza: Element) => void this.sent.push(`${stanza.attrs["type"] ?? "available"} ${stanza.attrs["to"]}`),
    use: (handler: StanzaHandler) => {
      this.#handler = handler;
      return () => {};
    },
    filter: () => () => {},
    acked: new Emitter<Element>(),
    lost: new Emitter<Element>(),
  } satisfies Stream;

  says(from: string, presence: Element) {
    presence.attrs["from"] = from;
    this.#handler(presence);
  }
}

const noDatabase: Queries = { query: async () => [] };

describe("presences", () => {
  let peer: Peer;
  let clock: FakeClock;
  let presences: ReturnType<typeof createPresences>;
  let ver: { ours: string; others: string };

  beforeEach(async () => {
    peer = new Peer();
    clock = new FakeClock();
    ver = { ours: await hashOf(OURS), others: await hashOf(OTHERS) };
    const capabilities = createCapabilities({
      stream: peer.stream,
      database: noDatabase,
      onFailure: (error) => {
        throw error;
      },
    });
    presences = createPresences({
      stream: peer.stream,
      capabilities,
      clock,
      domain: "localhost",
      graceMs: GRACE,
      isAgent: (jid) => jid.endsWith(".agent@localhost"),
    });
    presences.listen();
    presences.askAll([A]);
  });
  afterEach(() => presences.rest());

  const available = (tag: string | undefined, show?: "dnd" | "away", status?: string) =>
    buildPresence({
      type: "available",
      priority: 0,
      ...(show && { show }),
      ...(status && { status }),
      ...(tag && { caps: { hash: "sha-1", node: "urn:x", ver: tag } }),
    });
  const unavailable = (signedOut = false) => buildPresence({ type: "unavailable", signedOut });

  async function there(resource = "1", info = OURS, tag = ver.ours) {
    peer.answers.set(`${A}/${resource}`, info);
    peer.says(`${A}/${resource}`, available(tag));
    clock.advance(200);
    await until(`${resource} to be decided`, () => !presences.standing(A).undecided);
  }

  it("are asked for by a probe; by a subscription when the server says that there is none, once", () => {
    expect(peer.sent).toEqual([`probe ${A}`]);
    peer.says(A, buildPresence({ type: "unsubscribed" }));
    peer.says(A, buildPresence({ type: "unsubscribed" }));
    expect(peer.sent).toEqual([`probe ${A}`, `subscribe ${A}`]);
    expect(presences.isKnown(A)).toBe(true);
  });

  it("are asked for again when the server keeps silent, and then nobody is there", () => {
    clock.advance(5000);
    expect(peer.sent).toEqual([`probe ${A}`, `subscribe ${A}`]);
    peer.says(A, buildPresence({ type: "subscribed" }));
    clock.advance(5000);
    expect(presences.isKnown(A)).toBe(true);
    const asked = peer.sent.length;
    clock.advance(60_000);
    expect(peer.sent).toHaveLength(asked);
  });

  it("say which clients are capable: one question for each ver whose answer can be verified", async () => {
    await there("1");
    await there("2");
    expect(peer.asked).toEqual([`${A}/1`]);
    expect(presences.capableClients(A)).toEqual([`${A}/1`, `${A}/2`]);
    await there("3", OTHERS, ver.others);
    expect(presences.standing(A)).toMatchObject({ capable: true, plain: true, readiness: "ready" });
  });

  it("do not believe for others what one client says under a ver that is not its own", async () => {
    await there("liar", OTHERS, ver.ours);
    expect(presences.capableClients(A)).toEqual([]);
    await there("1");
    expect(presences.capableClients(A)).toEqual([`${A}/1`]);
  });

  it("ask a client nothing more that went while another one was asked", async () => {
    peer.says(`${A}/liar`, available(ver.ours));
    peer.says(`${A}/gone`, available(ver.ours));
    peer.says(`${A}/gone`, unavailable());
    await until("the first to be asked in vain", () => !presences.standing(A).undecided || !presences.isKnown(A));
    clock.advance(200);
    await there("1");
    expect(peer.asked).toEqual([`${A}/liar`, `${A}/1`]);
    expect(presences.capableClients(A)).toEqual([`${A}/1`]);
  });

  it("count a client as capable that uses im-session, whatever it says", async () => {
    peer.says(`${A}/1`, available(undefined));
    clock.advance(200);
    expect(presences.standing(A)).toMatchObject({ capable: false, plain: true });
    presences.speaks(`${A}/1`);
    expect(presences.standing(A)).toMatchObject({ capable: true, plain: false });
  });

  it("are unreachable after a death and signed out after the grace time; after a sign-out at once", async () => {
    await there();
    peer.says(`${A}/1`, unavailable());
    expect(presences.standing(A)).toMatchObject({ readiness: "unreachable", capableLeft: "unreachable", since: clock.now() });
    clock.advance(GRACE - 1);
    expect(presences.standing(A).readiness).toBe("unreachable");
    clock.advance(1);
    // Shown as signed out; for sessions it is still a death.
    expect(presences.standing(A)).toMatchObject({ readiness: "signed-out", capableLeft: "unreachable" });
    await there();
    peer.says(`${A}/1`, unavailable(true));
    expect(presences.standing(A)).toMatchObject({ readiness: "signed-out", capableLeft: "signed-out" });
  });

  it("are those of the client the agent works with: capable, then priority, then the latest", async () => {
    peer.says(`${A}/phone`, available(undefined, "away"));
    await there("1");
    expect(presences.standing(A).readiness).toBe("ready");
    peer.says(`${A}/1`, available(ver.ours, "dnd", "Lunch"));
    expect(presences.standing(A)).toMatchObject({ readiness: "not-ready", reason: "Lunch" });
    peer.says(`${A}/1`, unavailable());
    expect(presences.standing(A)).toMatchObject({ readiness: "away", capable: false, plain: true, capableLeft: "unreachable" });
  });

  it("stay as they were while they are asked for again, and then are what is told", async () => {
    await there();
    const told: string[] = [];
    presences.changed.on((jid) => told.push(jid));
    presences.askAll([A]);
    expect(presences.standing(A)).toMatchObject({ readiness: "ready" });
    expect(presences.isKnown(A)).toBe(false);
    peer.says(`${A}/1`, available(ver.ours));
    clock.advance(100);
    expect(presences.isKnown(A)).toBe(true);
    expect(presences.standing(A)).toMatchObject({ readiness: "ready", capable: true });
    presences.askAll([A]);
    peer.says(A, unavailable());
    expect(presences.standing(A)).toMatchObject({ readiness: "unreachable", capable: false });
  });

  it("of who was there when the service went, and is not any more, are a death", () => {
    presences.remember(A, "ready", 5);
    expect(presences.standing(A).readiness).toBe("ready");
    peer.says(A, unavailable());
    expect(presences.standing(A)).toMatchObject({ readiness: "unreachable", since: clock.now() });
  });

  it("are not heard from who is no agent, nor from another domain", () => {
    peer.says("stranger@localhost/1", available(undefined));
    peer.says("a.agent@elsewhere/1", available(undefined));
    clock.advance(200);
    expect(presences.standing("stranger@localhost").readiness).toBe("signed-out");
    expect(presences.standing("a.agent@elsewhere").readiness).toBe("signed-out");
  });

  it("are asked for at a pace", () => {
    peer.sent.length = 0;
    presences.askAll(Array.from({ length: 1000 }, (_, number) => `${number}.agent@localhost`));
    expect(peer.sent.length).toBeLessThanOrEqual(50);
    const awaited = presences.awaited();
    expect(awaited).toBeGreaterThanOrEqual(1000);
    clock.advance(2500);
    expect(peer.sent.filter((sent) => sent.startsWith("probe"))).toHaveLength(1000);
    expect(presences.awaited()).toBe(awaited);
    peer.says("0.agent@localhost", buildPresence({ type: "unavailable", signedOut: false }));
    expect(presences.awaited()).toBe(awaited - 1);
  });
});

describe("watches", () => {
  function setUp() {
    const clock = new FakeClock();
    const told: [string, string[]][] = [];
    const watches = createWatches({
      clock,
      presenceOf: (jid) => ({ jid, readiness: "ready", plain: false }),
      push: (client, presences) => told.push([client, presences.map(({ jid }) => jid)]),
    });
    return { clock, watches, told };
  }

  it("tell only what is looked at, the first change at once, then at most four times a second", () => {
    const { clock, watches, told } = setUp();
    watches.set("a@x/1", ["b@x", "c@x"]);
    for (let step = 0; step < 99; step++) {
      watches.changed("b@x");
      watches.changed("d@x");
      if (step % 2) watches.changed("c@x");
      clock.advance(10);
    }
    expect(told[0]).toEqual(["a@x/1", ["b@x"]]);
    expect(told.slice(1).every(([, jids]) => jids.length === 2)).toBe(true);
    expect(told.length).toBe(4);
  });

  it("replace what was looked at before, and end", () => {
    const { clock, watches, told } = setUp();
    watches.set("a@x/1", ["b@x"]);
    watches.set("a@x/1", ["c@x"]);
    watches.changed("b@x");
    watches.changed("c@x");
    watches.drop("a@x/1");
    clock.advance(1000);
    expect(told).toEqual([]);
    expect(watches.clientsOf("a@x")).toEqual([]);
  });

  it("are no more than twenty for one agent: the oldest gives way", () => {
    const { watches } = setUp();
    const gaveWay = Array.from({ length: 21 }, (_, number) => watches.set(`a@x/${number}`, ["b@x"])).flat();
    expect(gaveWay).toEqual(["a@x/0"]);
    expect(watches.isWatching("a@x/0")).toBe(false);
  });
});
