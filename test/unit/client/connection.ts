import { afterEach, describe, expect, it, vi } from "vitest";
import { Connection, type ConnectionOptions, type ConnectionState, type Element, OfflineError, xml } from "../../../src/client/index.ts";
import { Value } from "../../../src/client/value.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { ScriptedServer, type ScriptedSocket } from "../../support/scripted-server.ts";

const running: Connection[] = [];

afterEach(() => {
  for (const connection of running.splice(0)) connection.abandon();
});

function setUp(options: Partial<ConnectionOptions> = {}) {
  const server = new ScriptedServer();
  const clock = new FakeClock();
  const connection = new Connection({
    websocket: "ws://localhost:1/xmpp-websocket",
    domain: "localhost",
    username: "alice",
    credentials: { password: "secret" },
    webSocket: server.webSocket,
    clock,
    random: () => 0.5,
    ...options,
  });
  running.push(connection);
  const states: ConnectionState["type"][] = [];
  connection.state.subscribe(({ type }) => states.push(type));
  const seen = { acked: [] as unknown[], lost: [] as unknown[], received: [] as unknown[] };
  connection.acked.on(({ attrs }) => seen.acked.push(attrs["id"]));
  connection.lost.on(({ attrs }) => seen.lost.push(attrs["id"]));
  connection.use(({ attrs }) => void seen.received.push(attrs["id"]));
  connection.start();
  return { server, clock, connection, states, seen };
}

async function signedIn(options?: Partial<ConnectionOptions> & { sm?: boolean }) {
  const { sm = true, ...rest } = options ?? {};
  const all = setUp(rest);
  const socket = await all.server.socket();
  await socket.signIn({ sm });
  await reach(all.connection, "online");
  return { ...all, socket };
}

function reach<T extends ConnectionState["type"]>(connection: Connection, type: T) {
  return connection.state.waitFor((state) => state.type === type, { what: type, timeoutMs: 2_000 }) as Promise<
    ConnectionState & { type: T }
  >;
}

const message = (id: string) => xml("message", { id, to: "bob@localhost", type: "chat" }, xml("body", {}, id));
const incoming = (id: string, content = "") => `<message xmlns='jabber:client' id='${id}' from='bob@localhost/1'>${content}</message>`;
const R = "<r xmlns='urn:xmpp:sm:3'/>";
const a = (h: number) => `<a xmlns='urn:xmpp:sm:3' h='${h}'/>`;

/** How many stanzas the client says it has received. */
async function counted(socket: ScriptedSocket): Promise<string | undefined> {
  socket.rest();
  socket.say(R);
  return (await socket.expect("a")).attrs["h"];
}

describe("signing in", () => {
  it("is online only after stream management is on", async () => {
    const { server, connection, states } = setUp();
    const socket = await server.socket();
    await socket.authenticate();
    await socket.bind();
    await socket.expect("enable");
    expect(states).toEqual(["connecting"]);
    socket.say("<enabled xmlns='urn:xmpp:sm:3' id='x' resume='true'/>");
    expect(await reach(connection, "online")).toEqual({ type: "online", jid: "alice@localhost/1", resumed: false });
  });

  it("does without stream management where the server has none", async () => {
    const { connection } = await signedIn({ sm: false });
    expect(connection.snapshot()).toBeUndefined();
  });

  it("keeps to the deadline when the server stalls in the middle", async () => {
    const { server, connection, clock } = setUp();
    const socket = await server.socket();
    socket.accept();
    await socket.offer("SCRAM-SHA-256");
    await socket.expect("auth");
    clock.advance(10_000);
    const { reason } = await reach(connection, "waiting");
    expect(reason).toMatchObject({ name: "TimeoutError", timeoutMs: 10_000 });
    expect(socket.isDropped).toBe(true);
    clock.advance(250);
    await server.socket();
  });

  it("keeps to the deadline when the socket does not even open", async () => {
    const { server, connection, clock } = setUp();
    await server.socket();
    clock.advance(10_000);
    await reach(connection, "waiting");
  });

  it.each([
    ["not-authorized", "refused"],
    ["account-disabled", "refused"],
    ["temporary-auth-failure", "waiting"],
  ] as const)("after %s is %s, with the socket let go", async (condition, type) => {
    const { server, connection } = setUp();
    const socket = await server.socket();
    socket.accept();
    await socket.offer("PLAIN");
    await socket.expect("auth");
    socket.say(`<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><${condition}/></failure>`);
    const state = await reach(connection, type);
    expect(state.reason).toMatchObject({ name: "AuthenticationError", condition });
    expect(socket.isDropped).toBe(true);
  });

  it("never shows the password to a server that offers SCRAM, nor over a line that others can read", async () => {
    const scram = setUp();
    const first = await scram.server.socket();
    first.accept();
    await first.offer("PLAIN", "SCRAM-SHA-1");
    expect((await first.expect("auth")).attrs["mechanism"]).toBe("SCRAM-SHA-1");

    const open = setUp({ websocket: "ws://chat.example.org/xmpp-websocket" });
    const second = await open.server.socket();
    second.accept();
    await second.offer("PLAIN");
    expect(await reach(open.connection, "refused")).toMatchObject({ reason: { condition: "encryption-required" } });
    expect(second.rest()).toEqual([]);
  });

  it("does not show the password later to a server that could do SCRAM before", async () => {
    const { server, connection, clock } = setUp();
    const socket = await server.socket();
    await socket.authenticateWithScram("secret");
    await socket.bind();
    await socket.expect("enable");
    socket.say("<failed xmlns='urn:xmpp:sm:3'/>");
    await reach(connection, "online");
    expect(connection.keys.get()).toMatchObject({ mechanism: "SCRAM-SHA-256", iterations: 4096 });

    socket.die();
    await reach(connection, "waiting");
    clock.advance(250);
    const next = await server.socket();
    next.accept();
    await next.offer("PLAIN");
    expect(await reach(connection, "refused")).toMatchObject({ reason: { name: "AuthenticationError" } });
    expect(next.rest()).toEqual([]);
  });

  it("does not show keys to a server that wants a password", async () => {
    const keys = { mechanism: "SCRAM-SHA-256" as const, salt: "AAAA", iterations: 4096, saltedPassword: "AAAA" };
    const { server, connection } = setUp({ credentials: { keys } });
    const socket = await server.socket();
    socket.accept();
    await socket.offer("PLAIN");
    expect(await reach(connection, "refused")).toMatchObject({ reason: { condition: "mechanism-too-weak" } });
  });

  it("does not believe a server that cannot prove itself", async () => {
    const { server, connection } = setUp();
    const socket = await server.socket();
    socket.accept();
    await socket.offer("SCRAM-SHA-256");
    const nonce = atob((await socket.expect("auth")).text()).replace(/^.*r=/, "");
    const challenge = btoa(`r=${nonce}server,s=AAAA,i=4096`);
    socket.say(`<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${challenge}</challenge>`);
    await socket.expect("response");
    socket.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    expect(await reach(connection, "refused")).toMatchObject({ reason: { condition: "server-not-verified" } });
  });

  it("tries again when there is nothing at the address", async () => {
    const { server, connection } = setUp();
    (await server.socket()).die();
    await reach(connection, "waiting");
  });

  it("says so when the platform has no WebSocket", async () => {
    const connection = new Connection({
      websocket: "ws://localhost:1",
      domain: "localhost",
      username: "alice",
      credentials: { password: "secret" },
      webSocket: undefined as never,
    });
    running.push(connection);
    vi.stubGlobal("WebSocket", undefined);
    connection.start();
    const { reason } = await reach(connection, "waiting");
    vi.unstubAllGlobals();
    expect(reason.message).toContain("webSocket");
  });
});

describe("counting", () => {
  it("counts what comes in the same moment as the beginning of stream management, and hands it out", async () => {
    const { server, connection, seen } = setUp();
    const socket = await server.socket();
    await socket.signIn({ with: [incoming("1"), incoming("2")] });
    await reach(connection, "online");
    socket.say(incoming("3"));
    expect(seen.received).toEqual(["1", "2", "3"]);
    expect(await counted(socket)).toBe("3");
  });

  it("does not count what came before, but hands it out", async () => {
    const { server, connection, seen } = setUp();
    const socket = await server.socket();
    await socket.authenticate();
    socket.say(incoming("early"));
    await socket.bind();
    await socket.expect("enable");
    socket.say("<enabled xmlns='urn:xmpp:sm:3' id='x' resume='true'/>");
    await reach(connection, "online");
    expect(seen.received).toEqual(["early"]);
    expect(await counted(socket)).toBe("0");
  });

  it("counts answers to its own requests, unknown answers, refused stanzas and those a handler chokes on", async () => {
    const { connection, socket } = await signedIn();
    connection.use(() => {
      throw new Error("a faulty handler");
    });
    const answer = connection.iq.request({ type: "get", payload: xml("ping", { xmlns: "urn:xmpp:ping" }) });
    const { attrs } = await socket.expect("iq");
    socket.say(`<iq xmlns='jabber:client' type='result' id='${attrs["id"]}'/>`);
    await answer;
    socket.say(
      "<iq xmlns='jabber:client' type='result' id='unknown'/>",
      incoming("1"),
      incoming("2", "<a>".repeat(100) + "</a>".repeat(100)),
    );
    expect(await counted(socket)).toBe("4");
  });

  it("does not count what is not a stanza", async () => {
    const { socket } = await signedIn();
    socket.say(R, "<message xmlns='urn:other'/>", "<presence xmlns='jabber:client'/>");
    expect(await counted(socket)).toBe("1");
  });
});

describe("acknowledgements", () => {
  it("are asked for when many stanzas are kept, though nobody waits for a tick", async () => {
    const { connection, socket } = await signedIn();
    for (let number = 1; number < 50; number++) await connection.send(xml("presence", { id: String(number) }));
    expect(socket.rest().filter((element) => element.is("r"))).toEqual([]);
    await connection.send(xml("presence", { id: "50" }));
    expect(socket.rest().filter((element) => element.is("r"))).toHaveLength(1);
    socket.say(a(50));
    expect(connection.snapshot()).toMatchObject({ outbound: 50, unacknowledged: [] });
  });

  it("are asked for after messages, one question at a time, and told once per stanza in order", async () => {
    const { connection, socket, seen } = await signedIn();
    for (const id of ["1", "2", "3"]) await connection.send(message(id));
    expect(socket.rest().map(({ name }) => name)).toEqual(["message", "r", "message", "message"]);
    socket.say(a(1));
    expect(socket.rest().map(({ name }) => name)).toEqual(["r"]);
    socket.say(a(3), a(3));
    expect(socket.rest()).toEqual([]);
    expect(seen).toMatchObject({ acked: ["1", "2", "3"], lost: [] });
  });

  it("survive a faulty listener", async () => {
    const { connection, socket, seen } = await signedIn();
    const log: string[] = [];
    connection.acked.on(({ attrs }) => {
      log.push(attrs["id"]!);
      throw new Error("a faulty listener");
    });
    connection.acked.on(({ attrs }) => void log.push(`after ${attrs["id"]}`));
    await connection.send(message("1"));
    await connection.send(message("2"));
    socket.say(a(2));
    expect(log).toEqual(["1", "after 1", "2", "after 2"]);
    expect(seen.acked).toEqual(["1", "2"]);
    expect(connection.state.get().type).toBe("online");
  });

  it("that come too late show that the connection is dead", async () => {
    const { connection, socket, clock } = await signedIn();
    await connection.send(message("1"));
    clock.advance(10_000);
    expect(await reach(connection, "waiting")).toMatchObject({ reason: { name: "TimeoutError" } });
    expect(socket.isDropped).toBe(true);
  });

  it("of stanzas that were never sent end the stream, and the rest is reported as lost", async () => {
    const { connection, socket, seen } = await signedIn();
    await connection.send(message("1"));
    socket.say(a(7));
    await reach(connection, "waiting");
    expect(seen).toMatchObject({ acked: [], lost: ["1"] });
  });
});

describe("an interruption", () => {
  async function interrupted() {
    const all = await signedIn();
    await all.connection.send(message("1"));
    await all.connection.send(message("2"));
    all.socket.say(incoming("in-1"), a(1));
    all.socket.die();
    await reach(all.connection, "waiting");
    await expect(all.connection.send(message("3"))).rejects.toThrow(OfflineError);
    all.clock.advance(250);
    const next = await all.server.socket();
    await next.authenticate();
    return { ...all, next, resume: await next.expect("resume") };
  }

  it("is healed by resuming: what the server lacks is sent again, and only that", async () => {
    const { connection, next, resume, seen } = await interrupted();
    expect(resume.attrs).toMatchObject({ previd: "sm-1", h: "1" });
    next.say("<resumed xmlns='urn:xmpp:sm:3' previd='sm-1' h='1'/>", incoming("in-2"));
    expect(await reach(connection, "online")).toEqual({ type: "online", jid: "alice@localhost/1", resumed: true });
    expect(next.rest().map(({ attrs, name }) => attrs["id"] ?? name)).toEqual(["2", "r"]);
    next.say(a(2));
    expect(seen).toEqual({ acked: ["1", "2"], lost: [], received: ["in-1", "in-2"] });
    expect(await counted(next)).toBe("2");
  });

  it("that the server did not bridge reports what nobody knows about, once online", async () => {
    const { connection, next, seen } = await interrupted();
    let stateWhenLost: string | undefined;
    connection.lost.on(() => (stateWhenLost = connection.state.get().type));
    next.say("<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
    await next.bind("alice@localhost/2");
    await next.expect("enable");
    next.say("<enabled xmlns='urn:xmpp:sm:3' id='sm-2' resume='true'/>");
    expect(await reach(connection, "online")).toMatchObject({ jid: "alice@localhost/2", resumed: false });
    expect(seen).toEqual({ acked: ["1"], lost: ["2"], received: ["in-1"] });
    expect(stateWhenLost).toBe("online");
    expect(next.rest()).toEqual([]);
    expect(await counted(next)).toBe("0");
  });

  it("that the server did not bridge may still tell how far it got", async () => {
    const { next, seen, connection } = await interrupted();
    next.say("<failed xmlns='urn:xmpp:sm:3' h='2'/>");
    await next.bind();
    await next.expect("enable");
    next.say("<failed xmlns='urn:xmpp:sm:3'/>");
    await reach(connection, "online");
    expect(seen).toMatchObject({ acked: ["1", "2"], lost: [] });
  });

  it("during the resumption changes nothing", async () => {
    const { server, clock, connection, next, seen } = await interrupted();
    next.die();
    await reach(connection, "waiting");
    clock.advance(500);
    const third = await server.socket();
    await third.authenticate();
    expect((await third.expect("resume")).attrs).toMatchObject({ previd: "sm-1", h: "1" });
    third.say("<resumed xmlns='urn:xmpp:sm:3' previd='sm-1' h='2'/>");
    await reach(connection, "online");
    expect(seen).toMatchObject({ acked: ["1", "2"], lost: [] });
  });

  it("is survived by the supervision when a listener of the state is faulty", async () => {
    const { server, clock, connection, socket } = await signedIn();
    connection.state.subscribe(() => {
      throw new Error("a faulty listener");
    });
    socket.die();
    await vi.waitFor(() => expect(connection.state.get().type).toBe("waiting"));
    clock.advance(250);
    await server.socket();
  });

  it("fails the requests that wait", async () => {
    const { connection, socket } = await signedIn();
    const answer = connection.iq.request({ type: "get", payload: xml("ping", { xmlns: "urn:xmpp:ping" }) });
    socket.die();
    await expect(answer).rejects.toThrow(OfflineError);
  });

  it("by a sign-in elsewhere is final", async () => {
    const { connection, socket, seen } = await signedIn();
    await connection.send(message("1"));
    socket.say(
      "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Replaced</text></stream:error>",
    );
    expect(await reach(connection, "refused")).toMatchObject({ reason: { condition: "conflict", text: "Replaced" } });
    expect(seen.lost).toEqual(["1"]);
  });

  it("by silence is noticed within half a minute, also where the server has no stream management", async () => {
    for (const sm of [true, false]) {
      const { connection, socket, clock } = await signedIn({ sm });
      socket.rest();
      clock.advance(20_000);
      expect((await socket.next()).name).toBe(sm ? "r" : "iq");
      clock.advance(10_000);
      await reach(connection, "waiting");
    }
  });
});

describe("a page reload", () => {
  it("goes on with the same stream, and sends again what the server lacks", async () => {
    const before = await signedIn();
    await before.connection.send(message("1"));
    await before.connection.send(message("2"));
    before.socket.say(incoming("in-1"), a(1));
    const saved = JSON.parse(JSON.stringify(before.connection.snapshot()));
    before.connection.abandon();
    expect(before.socket.rest().map(({ name }) => name)).not.toContain("close");
    expect(before.socket.isDropped).toBe(true);

    const after = setUp({ saved });
    const socket = await after.server.socket();
    await socket.authenticate();
    expect((await socket.expect("resume")).attrs).toMatchObject({ previd: "sm-1", h: "1" });
    socket.say("<resumed xmlns='urn:xmpp:sm:3' previd='sm-1' h='1'/>");
    expect(await reach(after.connection, "online")).toMatchObject({ jid: "alice@localhost/1", resumed: true });
    expect((await socket.expect("message")).getChildText("body", "jabber:client")).toBe("2");
    socket.say(a(2));
    expect(after.seen).toMatchObject({ acked: ["2"], lost: [] });
    expect(before.seen.lost).toEqual([]);
  });

  it.each([
    ["of another account", { jid: "bob@localhost/1", id: "x", inbound: 0, outbound: 0, unacknowledged: [], savedAt: 0 }],
    ["that was damaged", { jid: "alice@localhost/1", id: "x", inbound: 0, outbound: 0, unacknowledged: ["<a>"], savedAt: 0 }],
    ["of another shape", { some: "thing" } as never],
  ])("does not go on with a stream %s", async (_, saved) => {
    const { server } = setUp({ saved });
    const socket = await server.socket();
    await socket.authenticate();
    await socket.bind();
  });
});

describe("stopping", () => {
  it("waits for what the server takes over, closes the stream and lets go", async () => {
    const { connection, socket, states, seen } = await signedIn();
    await connection.send(message("1"));
    socket.rest();
    const stopped = connection.stop();
    expect(connection.state.get().type).toBe("offline");
    socket.say(a(1));
    await socket.expect("close");
    socket.say("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    await stopped;
    expect(states).toEqual(["connecting", "online", "offline"]);
    expect(seen).toMatchObject({ acked: ["1"], lost: [] });
    expect(socket.isDropped).toBe(true);
    expect(connection.snapshot()).toBeUndefined();
  });

  it("does not wait for ever, and reports what was not taken over", async () => {
    const { connection, clock, socket, seen } = await signedIn();
    await connection.send(message("1"));
    const stopped = connection.stop();
    clock.advance(2_000);
    await stopped;
    expect(socket.isDropped).toBe(true);
    expect(seen).toMatchObject({ acked: [], lost: ["1"] });
  });

  it("lets go of an attempt at once", async () => {
    const { server, connection, states } = setUp();
    const socket = await server.socket();
    await connection.stop();
    expect(socket.isDropped).toBe(true);
    expect(states).toEqual(["connecting", "offline"]);
  });

  it("leaves no timer behind", async () => {
    const { connection, clock, socket } = await signedIn();
    const stopped = connection.stop();
    socket.say("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    await stopped;
    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });

  it("can be followed by a start", async () => {
    const { server, connection, socket } = await signedIn();
    const stopped = connection.stop();
    connection.start();
    const next = await server.socket();
    socket.say("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    await stopped;
    await next.signIn();
    await reach(connection, "online");
  });
});

describe("the surroundings", () => {
  function network() {
    const now = new Value({ isOnline: true, isVisible: true });
    return {
      set: (change: Partial<{ isOnline: boolean; isVisible: boolean }>) => now.update((before) => ({ ...before, ...change })),
      network: {
        isOnline: () => now.get().isOnline,
        isVisible: () => now.get().isVisible,
        subscribe: (listener: () => void) => now.subscribe(listener),
      },
    };
  }

  it("going offline drops the connection at once; coming back connects at once", async () => {
    const { network: own, set } = network();
    const { server, connection, socket } = await signedIn({ network: own });
    set({ isOnline: false });
    expect(connection.state.get()).toMatchObject({ type: "waiting", reason: { name: "OfflineError" } });
    expect(socket.isDropped).toBe(true);
    await expect(connection.send(message("1"))).rejects.toThrow(OfflineError);
    set({ isOnline: true });
    const next = await server.socket();
    await next.authenticate();
    await next.expect("resume");
  });

  it("being looked at again ends the waiting, or checks the connection", async () => {
    const { network: own, set } = network();
    const { server, connection, socket } = await signedIn({ network: own });
    socket.rest();
    set({ isVisible: false });
    expect(socket.rest()).toEqual([]);
    set({ isVisible: true });
    expect((await socket.next()).name).toBe("r");

    set({ isVisible: false });
    socket.die();
    await reach(connection, "waiting");
    expect(server.unseen).toBe(0);
    set({ isVisible: true });
    await server.socket();
  });

  it("that changed its mind leaves no early attempt behind", async () => {
    const { network: own, set } = network();
    const { server, connection, socket, clock } = await signedIn({ network: own });
    socket.die();
    await reach(connection, "waiting");
    set({ isVisible: false });
    set({ isVisible: true });
    (await server.socket()).die();
    // The first wait would have ended after 250 ms; the second lasts 500.
    await reach(connection, "waiting");
    clock.advance(499);
    expect(server.unseen).toBe(0);
    clock.advance(1);
    expect(server.unseen).toBe(1);
  });

  it("is of no interest after stopping", async () => {
    const { network: own, set } = network();
    const { server, connection } = await signedIn({ network: own });
    connection.abandon();
    set({ isOnline: false });
    set({ isOnline: true });
    expect(connection.state.get().type).toBe("offline");
    expect(server.unseen).toBe(0);
  });
});

describe("what goes out", () => {
  it("is filtered, cleaned, and told apart from others' namespaces", async () => {
    const { connection, socket } = await signedIn();
    connection.filter((stanza) => void (stanza.attrs["filtered"] = "yes"));
    await connection.send(xml("message", { to: "bob@localhost", from: "carol@localhost" }, xml("body", {}, "a\u0001b\uD800")));
    const { attrs, ...sent } = await socket.expect("message");
    expect(attrs).toEqual({ xmlns: "jabber:client", to: "bob@localhost", filtered: "yes" });
    expect(sent.children.join("")).toBe("<body>a\uFFFDb\uFFFD</body>");
  });

  it("is not sent when the server would end the stream for its size, in bytes", async () => {
    const { connection, socket } = await signedIn({ limits: { outgoing: 1_000 } });
    socket.rest();
    const large = (text: string) => xml("message", { to: "bob@localhost" }, xml("body", {}, text));
    await expect(connection.send(large("日".repeat(400)))).rejects.toMatchObject({ name: "StanzaTooLargeError", limit: 1_000 });
    await connection.send(large("d".repeat(400)));
    expect(socket.rest().map(({ name }) => name)).toEqual(["message", "r"]);
  });

  it("keeps to a smaller size that the server announces (XEP-0478)", async () => {
    const { server, connection } = setUp();
    const socket = await server.socket();
    await socket.authenticate({ features: "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>10000</max-bytes></limits>" });
    await socket.bind();
    await socket.expect("enable");
    socket.say("<enabled xmlns='urn:xmpp:sm:3'/>");
    await reach(connection, "online");
    await expect(connection.send(message("x".repeat(10_000)))).rejects.toMatchObject({ limit: 10_000 });
    expect(connection.offers("limits", "urn:xmpp:stream-limits:0")).toBe(true);
    expect(connection.offers("csi", "urn:xmpp:csi:0")).toBe(false);
  });

  it("is not sent when it is too deep", async () => {
    const { connection } = await signedIn();
    let deep: Element = xml("x");
    for (let level = 0; level < 20_000; level += 1) deep = xml("x", {}, deep);
    await expect(connection.send(xml("message", {}, deep))).rejects.toMatchObject({ name: "MalformedError" });
  });
});

describe("what comes in", () => {
  it.each([5_000, 20_000])("does not hurt when it is nested %i levels deep", async (depth) => {
    const { connection, socket, seen } = await signedIn();
    socket.say(incoming("bomb", "<a>".repeat(depth) + "</a>".repeat(depth)), incoming("after"));
    expect(seen.received).toEqual(["after"]);
    expect(connection.state.get().type).toBe("online");
    expect(await counted(socket)).toBe("2");
  });

  it("does not hurt when it is larger than a mebibyte", async () => {
    const { connection, socket, seen } = await signedIn();
    socket.say(incoming("big", `<body>${"x".repeat(1024 * 1024)}</body>`), incoming("after"));
    expect(seen.received).toEqual(["after"]);
    expect(connection.state.get().type).toBe("online");
  });

  it("ends the stream when it is not XML, and begins a new one", async () => {
    const { server, connection, socket, clock } = await signedIn();
    socket.say("<message xmlns='jabber:client'>");
    await reach(connection, "waiting");
    clock.advance(250);
    const next = await server.socket();
    await next.authenticate();
    await next.bind();
  });

  it("goes to handlers in order, until one takes it", async () => {
    const { connection, socket } = await signedIn();
    const calls: string[] = [];
    connection.use(({ attrs }) => {
      calls.push(`first ${attrs["id"]}`);
      return attrs["id"] === "mine";
    });
    const stop = connection.use(({ attrs }) => void calls.push(`second ${attrs["id"]}`));
    socket.say(incoming("mine"), incoming("other"));
    stop();
    socket.say(incoming("last"));
    expect(calls).toEqual(["first mine", "first other", "second other", "first last"]);
  });

  it("is refused, once, when it asks for what we do not do", async () => {
    const { socket } = await signedIn();
    socket.rest();
    socket.say(
      "<iq xmlns='jabber:client' type='get' id='q' from='bob@localhost/1' to='alice@localhost/1'><query xmlns='jabber:iq:version'/></iq>",
    );
    const answer = await socket.expect("iq");
    expect(answer.attrs).toMatchObject({ type: "error", id: "q", to: "bob@localhost/1" });
    expect(answer.toString()).toContain("service-unavailable");
    expect(socket.rest()).toEqual([]);
  });
});
