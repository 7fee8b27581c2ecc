import { describe, expect, it, vi } from "vitest";
import { type IqHandler, type Log, OfflineError, parse, ParleyError, StanzaError, xml } from "../../../src/client/index.ts";
import { IqLayer, isAllowedResponder } from "../../../src/client/iq.ts";
import type { Element } from "../../../src/client/xml.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const OWN = "alice@localhost/1";

function layer({ send = async () => {} } = {}) {
  const clock = new FakeClock();
  const sent: Element[] = [];
  const log = vi.fn<Log>();
  let ids = 0;
  const iq = new IqLayer({
    jid: () => OWN,
    send: async (stanza) => {
      await send();
      sent.push(stanza);
    },
    clock,
    newId: () => `id-${(ids += 1)}`,
    log,
  });
  const receive = (text: string, refused?: "too-deep") => {
    const element = parse(text.replace(/^<iq/, "<iq xmlns='jabber:client'"));
    iq.receive(refused ? { element, refused } : { element });
  };
  return { iq, clock, sent, receive, log };
}

const ping = () => xml("ping", { xmlns: "urn:xmpp:ping" });

describe("who may answer", () => {
  it.each([
    // For the account itself the server answers, in one of four ways.
    [undefined, undefined, true],
    [undefined, "alice@localhost", true],
    [undefined, OWN, true],
    [undefined, "localhost", true],
    [undefined, "mallory@localhost/1", false],
    [undefined, "alice@localhost/2", false],
    [undefined, "parley.localhost", false],
    ["alice@localhost", undefined, true],
    ["alice@localhost", "mallory@localhost", false],
    // The server
    ["localhost", "localhost", true],
    ["localhost", undefined, true],
    ["localhost", "alice@localhost", false],
    // Anybody else, exactly as asked
    ["parley.localhost", "parley.localhost", true],
    ["parley.localhost", undefined, false],
    ["parley.localhost", "bob@localhost/1", false],
    ["bob@localhost/1", "bob@localhost/1", true],
    ["bob@localhost/1", "bob@localhost/2", false],
    ["bob@localhost/1", "bob@localhost", false],
    ["bob@localhost", "bob@localhost/1", false],
  ])("asked %s, answered by %s: %s", (to, from, isAllowed) => {
    expect(isAllowedResponder(from, to, OWN)).toBe(isAllowed);
  });
});

describe("asking", () => {
  it("gives the payload of the result, or undefined for an empty one", async () => {
    const { iq, receive, sent } = layer();
    const first = iq.request({ type: "get", to: "parley.localhost", payload: ping() });
    const second = iq.request({ type: "set", to: "parley.localhost", payload: ping() });
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent.map(({ attrs }) => attrs)).toEqual([
      { type: "get", id: "id-1", to: "parley.localhost" },
      { type: "set", id: "id-2", to: "parley.localhost" },
    ]);
    receive(`<iq type='result' id='id-2' from='parley.localhost'/>`);
    receive(`<iq type='result' id='id-1' from='parley.localhost'><pong xmlns='urn:p'/></iq>`);
    expect((await first)?.is("pong", "urn:p")).toBe(true);
    expect(await second).toBeUndefined();
  });

  it("keeps waiting when somebody else answers with the right id", async () => {
    const { iq, receive, log } = layer();
    const answer = iq.request({ type: "get", to: "parley.localhost", payload: ping() });
    receive(`<iq type='result' id='id-1' from='mallory@localhost/1'><forged xmlns='urn:p'/></iq>`);
    receive(`<iq type='error' id='id-1' from='mallory@localhost/1'/>`);
    receive(`<iq type='result' id='id-1' from='parley.localhost'><genuine xmlns='urn:p'/></iq>`);
    expect((await answer)?.name).toBe("genuine");
    expect(log).toHaveBeenCalledTimes(2);
  });

  it("rejects with type, condition, text and application element of an error", async () => {
    const { iq, receive } = layer();
    const answer = iq.request({ type: "get", payload: ping() });
    receive(`<iq type='error' id='id-1'><ping xmlns='urn:xmpp:ping'/><error type='wait'>
      <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>busy</text>
      <limit xmlns='urn:app' limit='3'/></error></iq>`);
    const error = await answer.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "StanzaError", type: "wait", condition: "resource-constraint", text: "busy" });
    expect((error as StanzaError).application?.attrs["limit"]).toBe("3");
  });

  it("rejects when the error is illegible", async () => {
    const { iq, receive } = layer();
    const answer = iq.request({ type: "get", payload: ping() });
    receive(`<iq type='error' id='id-1'/>`);
    await expect(answer).rejects.toMatchObject({ type: "cancel", condition: "undefined-condition" });
  });

  it("rejects in time, and ignores what comes later", async () => {
    const { iq, receive, clock } = layer();
    const answer = iq.request({ type: "get", payload: ping(), timeoutMs: 500 });
    clock.advance(500);
    await expect(answer).rejects.toMatchObject({ name: "TimeoutError", timeoutMs: 500 });
    receive(`<iq type='result' id='id-1'/>`);
    expect(clock.pending).toBe(0);
  });

  it("rejects with the signal's reason, before and while it waits", async () => {
    const { iq, sent, clock } = layer();
    const control = new AbortController();
    const answer = iq.request({ type: "get", payload: ping(), signal: control.signal });
    control.abort(new Error("changed my mind"));
    await expect(answer).rejects.toThrow("changed my mind");
    await expect(iq.request({ type: "get", payload: ping(), signal: control.signal })).rejects.toThrow("changed my mind");
    expect(sent).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it("fails all that wait when the connection goes", async () => {
    const { iq, clock } = layer();
    const answers = [iq.request({ type: "get", payload: ping() }), iq.request({ type: "get", payload: ping() })];
    iq.failAll(new ParleyError("cut"));
    for (const answer of answers) await expect(answer).rejects.toThrow(OfflineError);
    expect(clock.pending).toBe(0);
  });

  it("rejects as sending does", async () => {
    const { iq, clock } = layer({
      send: async () => {
        throw new OfflineError("no connection");
      },
    });
    await expect(iq.request({ type: "get", payload: ping() })).rejects.toThrow("no connection");
    expect(clock.pending).toBe(0);
  });

  it("rejects when the answer broke a limit", async () => {
    const { iq, receive } = layer();
    const answer = iq.request({ type: "get", payload: ping() });
    receive(`<iq type='result' id='id-1'/>`, "too-deep");
    await expect(answer).rejects.toMatchObject({ name: "MalformedError", reason: "too-deep" });
  });
});

describe("answering", () => {
  const errorOf = (answer: Element | undefined) => answer?.getChildElements()[0]?.getChildElements()[0]?.name;
  const ask = (type: string, payload = `<ping xmlns='urn:xmpp:ping'/>`) =>
    `<iq type='${type}' id='7' from='bob@localhost/1'>${payload}</iq>`;

  it("gives what the handler gives, to the one who asked", async () => {
    const { iq, receive, sent } = layer();
    iq.handle("get", "ping", "urn:xmpp:ping", (payload, stanza) =>
      xml("pong", { xmlns: "urn:p", to: stanza.attrs["from"], of: payload.name }),
    );
    receive(ask("get"));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]!.attrs).toMatchObject({ type: "result", id: "7", to: "bob@localhost/1" });
    expect(sent[0]!.getChildElements()[0]!.attrs).toMatchObject({ to: "bob@localhost/1", of: "ping" });
  });

  it.each([
    ["nobody handles it", ask("get", "<other xmlns='urn:o'/>"), "service-unavailable"],
    ["the name is handled in another namespace", ask("get", "<ping xmlns='urn:evil'/>"), "service-unavailable"],
    ["only the other type is handled", ask("set"), "service-unavailable"],
    ["it has no payload", ask("get", ""), "bad-request"],
    ["it has two payloads", ask("get", "<ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/>"), "bad-request"],
    ["its type is unknown", ask("frobnicate"), "bad-request"],
  ])("refuses once when %s", async (_, text, condition) => {
    const { iq, receive, sent } = layer();
    iq.handle("get", "ping", "urn:xmpp:ping", () => undefined);
    receive(text);
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]!.attrs).toMatchObject({ type: "error", id: "7", to: "bob@localhost/1" });
    expect(errorOf(sent[0])).toBe(condition);
  });

  it("refuses what broke a limit without showing it to a handler", async () => {
    const { iq, receive, sent } = layer();
    const handler = vi.fn<IqHandler>();
    iq.handle("get", "ping", "urn:xmpp:ping", handler);
    receive(ask("get"), "too-deep");
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(errorOf(sent[0])).toBe("policy-violation");
    expect(handler).not.toHaveBeenCalled();
  });

  it("tells a handler's refusal, and hides its faults", async () => {
    const { iq, receive, sent, log } = layer();
    iq.handle("get", "ping", "urn:xmpp:ping", () => Promise.reject(new StanzaError("auth", "forbidden")));
    iq.handle("set", "ping", "urn:xmpp:ping", () => {
      throw new Error("the password is 12345");
    });
    receive(ask("get"));
    receive(ask("set"));
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(new Set(sent.map(errorOf))).toEqual(new Set(["forbidden", "internal-server-error"]));
    expect(sent.join("")).not.toContain("12345");
    expect(log).toHaveBeenCalledTimes(1);
  });

  it("never answers an answer", async () => {
    const { receive, sent } = layer();
    receive(ask("result"));
    receive(ask("error"));
    await Promise.resolve();
    expect(sent).toEqual([]);
  });

  it("lets each request have one handler, until it is given up", () => {
    const { iq } = layer();
    const stop = iq.handle("get", "ping", "urn:xmpp:ping", () => undefined);
    expect(() => iq.handle("get", "ping", "urn:xmpp:ping", () => undefined)).toThrow("already has a handler");
    stop();
    iq.handle("get", "ping", "urn:xmpp:ping", () => undefined);
  });
});
