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

describe("guessing a password", () => {
  const attempt = async (password: string, logon = "b.agent") => {
    const stream = await openRaw(prosody);
    stream.send(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${prosody.domain}' version='1.0'/>`);
    await stream.waitFor(/<mechanisms/);
    const response = Buffer.from(`\0${logon}\0${password}`).toString("base64");
    stream.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${response}</auth>`);
    const answer = await stream.waitFor(/<(success|failure)[^>]*>(<[a-z-]+)?/);
    stream.cut();
    return /^<success|<(not-authorized|temporary-auth-failure)/.exec(answer)?.[0];
  };

  test("is slowed down after five failures in a minute, for this account alone", async () => {
    await prosody.register("c.agent", "demo");
    for (let guess = 1; guess <= 5; guess++) expect(await attempt(`guess ${guess}`, "c.agent")).toBe("<not-authorized");
    // The right one is not looked at either: nobody learns that it is.
    expect(await attempt("demo", "c.agent")).toBe("<temporary-auth-failure");
    expect(await attempt("demo", "C.agent")).toBe("<temporary-auth-failure");
    expect(await attempt("demo", "b.agent")).toBe("<success");
  });

  test("is not what somebody does who signs in often", async () => {
    for (let time = 0; time < 10; time++) expect(await attempt("demo")).toBe("<success");
  });

  test("is the same for an account that there is and one that there is not", async () => {
    for (let guess = 1; guess <= 5; guess++) expect(await attempt(`guess ${guess}`, "nobody")).toBe("<not-authorized");
    expect(await attempt("guess", "nobody")).toBe("<temporary-auth-failure");
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
