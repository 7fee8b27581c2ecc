import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Component, type ComponentOptions } from "../../src/client/component.ts";
import { Connection, type Element, OfflineError, StanzaError, xml } from "../../src/client/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { rawComponent, signInRaw } from "../support/raw-stream.ts";

const NS = "urn:test:echo:0";

let prosody: Prosody;
const running: (Component | Connection)[] = [];

beforeAll(async () => {
  prosody = await startProsody();
  await prosody.register("alice", "secret");
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((stream) => stream.stop()));
});

afterAll(() => prosody.stop());

function component(options: Partial<ComponentOptions> = {}): Component {
  const made = new Component({
    host: "127.0.0.1",
    port: prosody.componentPort,
    domain: prosody.serviceDomain,
    secret: prosody.componentSecret,
    ...options,
  });
  running.push(made);
  made.start();
  return made;
}

async function client(): Promise<Connection> {
  const made = new Connection({
    websocket: prosody.websocket,
    domain: prosody.domain,
    username: "alice",
    credentials: { password: "secret" },
    webSocket: NodeWebSocket,
  });
  running.push(made);
  made.start();
  return online(made);
}

async function online<S extends Component | Connection>(stream: S): Promise<S> {
  await stream.state.waitFor(({ type }) => type === "online", { what: "the sign-in", timeoutMs: 20_000 });
  return stream;
}

function nextMessage(stream: Component | Connection): Promise<Element> {
  return new Promise((resolve) => {
    const stop = stream.use((stanza) => {
      if (!stanza.is("message", "jabber:client")) return;
      stop();
      resolve(stanza);
    });
  });
}

const echo = (text: string) => xml("echo", { xmlns: NS }, text);

describe("a component", () => {
  it("answers requests, which carry the address that the server vouches for", async () => {
    const service = await online(component());
    const agent = await client();
    service.iq.handle("get", "echo", NS, (payload, iq) => xml("echo", { xmlns: NS, from: iq.attrs["from"] }, payload.text()));

    const answer = await agent.iq.request({ type: "get", to: prosody.serviceDomain, payload: echo("hello") });
    expect(answer?.text()).toBe("hello");
    expect(answer?.attrs["from"]).toBe(agent.jid);
    await expect(agent.iq.request({ type: "set", to: prosody.serviceDomain, payload: echo("hello") })).rejects.toMatchObject({
      name: "StanzaError",
      condition: "service-unavailable",
    });
  });

  it("asks clients and hears their refusal", async () => {
    const service = await online(component());
    const agent = await client();
    agent.iq.handle("set", "echo", NS, () => {
      throw new StanzaError("auth", "forbidden", "not you", xml("right-missing", { xmlns: NS, right: "im.use" }));
    });
    const refusal = await service.iq.request({ type: "set", to: agent.jid, payload: echo("hello") }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "StanzaError", type: "auth", condition: "forbidden", text: "not you" });
    expect((refusal as StanzaError).application?.attrs["right"]).toBe("im.use");
  });

  it("reads a message's children in the namespace that clients use", async () => {
    const service = await online(component());
    const agent = await client();
    const arrived = nextMessage(service);
    await agent.send(xml("message", { to: prosody.serviceDomain, type: "chat" }, xml("body", {}, "hello")));
    expect((await arrived).getChildText("body", "jabber:client")).toBe("hello");

    const answered = nextMessage(agent);
    await service.send(xml("message", { to: agent.jid, type: "chat", from: `bot@${prosody.serviceDomain}` }, xml("body", {}, "hi")));
    const answer = await answered;
    expect(answer.attrs["from"]).toBe(`bot@${prosody.serviceDomain}`);
    expect(answer.getChildText("body", "jabber:client")).toBe("hi");
  });

  it("sends in no name but its own", async () => {
    const service = await online(component());
    const forged = xml("message", { to: "alice@localhost", from: "bob@localhost" }, xml("body", {}, "forged"));
    await expect(service.send(forged)).rejects.toMatchObject({ name: "MalformedError", field: "from" });
  });

  // The network cuts text between any two bytes; a decoder per chunk damages the characters on the cut.
  it("takes 40 messages of 30 kB in many scripts without damage to a character", async () => {
    const service = await online(component());
    const agent = await client();
    const text = "é—日本語😀".repeat(1_500);
    const received: (string | null)[] = [];
    const all = new Promise<void>((resolve) => {
      service.use((stanza) => {
        received.push(stanza.getChildText("body", "jabber:client"));
        if (received.length === 40) resolve();
      });
    });
    for (let index = 0; index < 40; index += 1) {
      await agent.send(xml("message", { to: prosody.serviceDomain, type: "chat" }, xml("body", {}, text)));
    }
    await all;
    expect(received.every((body) => body === text)).toBe(true);
  });

  it("has left the server when it has stopped: who asks it then is told at once, however often it comes and goes", async () => {
    const agent = await client();
    for (let round = 0; round < 20; round++) {
      const service = await online(component());
      await service.stop();
      const asking = agent.iq.request({ type: "get", to: prosody.serviceDomain, payload: echo("anybody?") });
      await expect(asking, `round ${round}`).rejects.toBeInstanceOf(StanzaError);
    }
  });

  it("is refused with a wrong secret", async () => {
    const service = component({ secret: "wrong" });
    const state = await service.state.waitFor(({ type }) => type !== "connecting", { what: "the refusal", timeoutMs: 10_000 });
    expect(state).toMatchObject({ type: "refused", reason: { condition: "not-authorized" } });
  });

  it("is online again by itself after the server was killed, and fails what waited for an answer", async () => {
    const service = await online(component());
    const agent = await client();
    agent.iq.handle("get", "echo", NS, () => new Promise<never>(() => {}));
    const pending = service.iq.request({ type: "get", to: agent.jid, payload: echo("anybody?") });
    const failure = pending.catch((error: unknown) => error);
    await prosody.kill();
    expect(await failure).toBeInstanceOf(OfflineError);
    await expect(service.send(xml("message", { to: "alice@localhost" }))).rejects.toThrow(OfflineError);
    await prosody.restart();
    await online(service);
  });
});

describe("a component's server", () => {
  it("is found dead within half a minute when it freezes, and alive when it only has nothing to say", async () => {
    const clock = new FakeClock();
    const service = await online(component({ clock }));
    let pings = 0;
    service.filter((stanza) => {
      if (stanza.attrs["type"] === "get") pings += 1;
    });
    const answered = service.iq.request({ type: "get", to: service.jid, payload: echo("what the ping does") }).catch(() => {});
    await answered;
    clock.advance(20_000);
    expect(pings).toBe(2);
    await service.iq.request({ type: "get", to: service.jid, payload: echo("after the ping") }).catch(() => {});
    clock.advance(15_000);
    expect(service.state.get().type).toBe("online");

    await prosody.freeze();
    try {
      clock.advance(20_000);
      clock.advance(10_000);
      await service.state.waitFor(({ type }) => type === "waiting", { what: "the end of the connection", timeoutMs: 5_000 });
    } finally {
      await prosody.thaw();
    }
    clock.advance(2_000);
    await online(service);
  });
});

describe("a hostile client", () => {
  it.each([5_000, 20_000])("cannot hurt the component with stanzas nested %i levels deep", async (depth) => {
    const service = await online(component());
    const mallory = await signInRaw(prosody, { logon: "alice", password: "secret", resource: `mallory-${depth}` });
    const deep = "<a>".repeat(depth) + "</a>".repeat(depth);
    const after = nextMessage(service);
    mallory.send(`<message xmlns='jabber:client' to='${service.jid}' id='bomb'>${deep}</message>`);
    mallory.send(`<iq xmlns='jabber:client' to='${service.jid}' type='get' id='bomb'>${deep}</iq>`);
    mallory.send(`<message xmlns='jabber:client' to='${service.jid}' id='after'/>`);
    expect((await after).attrs["id"]).toBe("after");
    expect(await mallory.waitFor(/<iq[^>]*type=['"]error.*policy-violation/)).toContain("bomb");
    expect(service.state.get().type).toBe("online");
    mallory.cut();
  });
});

describe("two instances of a component", () => {
  it("one serves, the other stands by and takes over when the first is gone", async () => {
    const first = await rawComponent(prosody);
    const second = component();
    const standby = await second.state.waitFor(({ type }) => type === "waiting", { what: "the standby", timeoutMs: 10_000 });
    expect(standby).toMatchObject({ reason: { name: "StreamError", condition: "conflict" } });

    first.cut();
    await online(second);
    second.iq.handle("get", "echo", NS, (payload) => payload);
    const agent = await client();
    const answer = await agent.iq.request({ type: "get", to: prosody.serviceDomain, payload: echo("who?") });
    expect(answer?.text()).toBe("who?");
  });
});
