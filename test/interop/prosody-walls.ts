/** What the server refuses whatever the service and the clients do: strange pages, guests that stray, oversized stanzas. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { openRaw, type RawStream, rawComponent, signInRaw } from "../support/raw-stream.ts";

let prosody: Prosody;
let service: RawStream;
beforeAll(async () => {
  prosody = await startProsody();
  await prosody.register("a.agent", "demo");
  await prosody.register("b.agent", "demo");
  service = await rawComponent(prosody);
});
afterAll(async () => {
  service?.cut();
  await prosody?.stop();
});

const message = (to: string, body: string, id = "m1") =>
  `<message xmlns='jabber:client' type='chat' id='${id}' to='${to}'><body>${body}</body></message>`;

describe("web pages", () => {
  test("a page of the web client may open the WebSocket, under both names of this machine", async () => {
    for (const host of ["localhost", "127.0.0.1"]) {
      const stream = await openRaw(prosody, `http://${host}:${prosody.webPort}`);
      stream.cut();
    }
  });

  test("a program that is no browser may open it", async () => {
    (await openRaw(prosody)).cut();
  });

  test.each(["https://stranger.example", "http://localhost:1", "null"])("a page of %s may not", async (origin) => {
    await expect(openRaw(prosody, origin)).rejects.toThrow("403");
  });
});

describe("guests", () => {
  let guest: RawStream;
  let agent: RawStream;
  beforeAll(async () => {
    guest = await signInRaw(prosody, {});
    agent = await signInRaw(prosody, { logon: "a.agent", password: "demo", resource: "desk" });
    agent.send("<presence xmlns='jabber:client'/>");
    await agent.waitFor(/<presence/);
  });
  afterAll(() => {
    guest?.cut();
    agent?.cut();
  });

  test("may write to the service", async () => {
    guest.send(message(prosody.serviceDomain, "hello service"));
    await service.waitFor(/hello service/);
  });

  test("hear what the service answers", async () => {
    const jid = /<jid>([^<]+)/.exec(guest.received.join(""))?.[1];
    service.send(`<message from='${prosody.serviceDomain}' to='${jid}' type='chat'><body>hello guest</body></message>`);
    await guest.waitFor(/hello guest/);
  });

  test.each([
    ["an agent", "a.agent@localhost", "to-agent"],
    ["an agent's desk", "a.agent@localhost/desk", "to-desk"],
    ["another guest", "someone@guest.localhost", "to-guest"],
    ["the agents' host", "localhost", "to-host"],
  ])("may not write to %s", async (_who, to, id) => {
    guest.send(message(to, "let me in", id));
    const bounce = await guest.waitFor(new RegExp(`<message[^>]*id='${id}'`));
    expect(bounce).toContain("<forbidden");
    expect(agent.received.join("")).not.toContain("let me in");
  });

  test("may not ask an agent anything", async () => {
    guest.send("<iq xmlns='jabber:client' type='get' id='q1' to='a.agent@localhost/desk'><query xmlns='jabber:iq:version'/></iq>");
    expect(await guest.waitFor(/<iq[^>]*id='q1'/)).toContain("<forbidden");
  });

  test("are not written to by agents", async () => {
    const jid = /<jid>([^<]+)/.exec(guest.received.join(""))?.[1] ?? "";
    agent.send(message(jid, "psst", "to-guest"));
    expect(await agent.waitFor(/<message[^>]*id='to-guest'/)).toContain("<service-unavailable");
    expect(guest.received.join("")).not.toContain("psst");
  });
});

describe("limits", () => {
  test("a stanza of 250 KiB passes, one of more than 256 KiB ends the stream", async () => {
    const stream = await signInRaw(prosody, { logon: "b.agent", password: "demo" });
    stream.send(message(prosody.serviceDomain, "x".repeat(250 * 1024)));
    await service.waitFor(/xxx<\/body>/);
    stream.send(message(prosody.serviceDomain, "y".repeat(257 * 1024)));
    await stream.waitForClose();
    expect(stream.received.join("")).toContain("policy-violation");
    expect(service.received.join("")).not.toContain("yyy");
  });

  test("an agent cannot make an account by itself", async () => {
    const stream = await signInRaw(prosody, { logon: "b.agent", password: "demo" });
    stream.send(
      "<iq xmlns='jabber:client' type='set' id='r1' to='localhost'><command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#add-user'/></iq>",
    );
    expect(await stream.waitFor(/<iq[^>]*id='r1'/)).toMatch(/<forbidden|<not-allowed|<service-unavailable/);
    stream.cut();
  });
});
