import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../src/client/clock.ts";
import { StanzaError } from "../../src/client/errors.ts";
import { xml, type Element } from "../../src/client/xml.ts";
import { createClient } from "../../src/extensions/create-client.ts";
import { NS_DISCO_INFO } from "../../src/extensions/disco/stanzas.ts";
import { NS_DIRECTORY, type AgentPresence } from "../../src/extensions/directory/types.ts";
import { NS_IM_SESSION } from "../../src/extensions/im-session/types.ts";
import { NS_PING } from "../../src/extensions/ping/stanzas.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";
import {
  type Actor,
  ALL_IM_RIGHTS,
  type Core,
  createCore,
  PASSWORD,
  signIn as signInTo,
  type SignInOptions,
  until,
} from "../support/service-core.ts";

let prosody: Prosody;
let core: Core;
const actors: Actor[] = [];

beforeAll(async () => {
  prosody = await startProsody();
  for (const logon of ["a.agent", "b.agent", "stranger"]) await prosody.register(logon, PASSWORD);
  core = await createCore(prosody, { settings: { graceS: 3 } });
  await core.start();
  await core.service.agents.add({ logon: "a.agent", name: "Anna Berg", groups: ["Sales"], rights: ALL_IM_RIGHTS });
  await core.service.agents.add({ logon: "b.agent", name: "Zoë Müller", groups: ["Support"], skills: ["Português"], rights: ["im.use"] });
  await core.service.agents.add({ logon: "c.agent", name: "Chloé", groups: ["Sales"] });
});

afterEach(async () => {
  await Promise.all(actors.splice(0).map(({ client }) => client.signOut()));
  await until("all to be signed out", async () =>
    (await core.service.agents.list()).agents.every(({ readiness }) => readiness === "signed-out" || readiness === "unreachable"),
  );
});

afterAll(async () => {
  await core?.stop();
  await core?.database.close();
  await prosody?.stop();
});

async function signIn(logon: string, options?: SignInOptions): Promise<Actor> {
  const actor = await signInTo(prosody, core, logon, options);
  actors.push(actor);
  return actor;
}

const ask = (actor: Actor, type: "get" | "set", payload: Element) =>
  actor.client.stream.iq.request({ type, to: prosody.serviceDomain, payload });

async function refusalOf(request: Promise<unknown>): Promise<StanzaError> {
  const error = await request.then(
    () => new Error("it was not refused"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof StanzaError)) throw error;
  return error;
}

const all = { text: "", filter: "all", index: 0, max: 50 } as const;
const logons = ({ rows }: { rows: { logon: string }[] }) => rows.map(({ logon }) => logon);

describe("the directory", () => {
  it("tells an agent who one is and what one may", async () => {
    const b = await signIn("b.agent");
    expect(await b.client.directory.me()).toEqual({
      jid: b.jid,
      logon: "b.agent",
      name: "Zoë Müller",
      rights: ["im.use"],
      inviteTimeoutS: 30,
    });
  });

  it("finds agents by part of logon, name, group or skill, with readiness (scenarios 5, 8)", async () => {
    const a = await signIn("a.agent");
    await signIn("b.agent");
    const { rows, count } = await a.client.directory.search({ ...all, text: "mull" });
    expect(count).toBe(1);
    expect(rows[0]).toMatchObject({
      logon: "b.agent",
      name: "Zoë Müller",
      groups: ["Support"],
      skills: ["Português"],
      readiness: "ready",
      plain: false,
      mayIm: true,
      favorite: false,
    });
    expect(logons(await a.client.directory.search({ ...all, text: "SALES" }))).toEqual(["a.agent", "c.agent"]);
    const [c] = (await a.client.directory.search({ ...all, text: "chloe" })).rows;
    expect(c).toMatchObject({ readiness: "signed-out", mayIm: false });
  });

  it("pages by row number", async () => {
    const a = await signIn("a.agent");
    const pages = await Promise.all([0, 1, 2, 3].map((index) => a.client.directory.search({ ...all, index, max: 1 })));
    expect(pages.flatMap(logons)).toEqual(["a.agent", "b.agent", "c.agent"]);
    expect(pages.map(({ count }) => count)).toEqual([3, 3, 3, 3]);
  });

  it("keeps favorites and recents for each agent alone", async () => {
    const [a, b] = [await signIn("a.agent"), await signIn("b.agent")];
    await a.client.directory.setFavorite(b.jid, true);
    expect(logons(await a.client.directory.search({ ...all, filter: "favorites" }))).toEqual(["b.agent"]);
    expect(logons(await b.client.directory.search({ ...all, filter: "favorites" }))).toEqual([]);
    await a.client.directory.setFavorite(b.jid, false);
    expect(logons(await a.client.directory.search({ ...all, filter: "favorites" }))).toEqual([]);

    await a.client.imSession.invite({ id: newId(), to: b.jid });
    expect(logons(await a.client.directory.search({ ...all, filter: "recents" }))).toEqual(["b.agent"]);
    expect(logons(await b.client.directory.search({ ...all, filter: "recents" }))).toEqual(["a.agent"]);
  });
});

describe("presence", () => {
  const next = (actor: Actor, what: string, isIt: (presence: AgentPresence) => boolean) =>
    new Promise<AgentPresence>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not told: ${what}`)), 15_000);
      const stop = actor.client.directory.presences.on((presences) => {
        const found = presences.find(isIt);
        if (!found) return;
        clearTimeout(timer);
        stop();
        resolve(found);
      });
    });

  it("is told of those who are looked at, with the reason, and of nobody else", async () => {
    const [a, b] = [await signIn("a.agent"), await signIn("b.agent")];
    expect(await a.client.directory.watch([b.jid, "nobody@localhost"])).toEqual([
      expect.objectContaining({ jid: b.jid, readiness: "ready" }),
    ]);
    const busy = next(a, "not ready", ({ readiness }) => readiness === "not-ready");
    await b.client.presence.set({ type: "not-ready", reason: "Lunch" });
    expect(await busy).toMatchObject({ jid: b.jid, reason: "Lunch" });
    const away = next(a, "away", ({ readiness }) => readiness === "away");
    await b.client.presence.set({ type: "away" });
    await away;

    await a.client.directory.watch([]);
    const told: AgentPresence[] = [];
    a.client.directory.presences.on((presences) => told.push(...presences));
    await b.client.presence.set({ type: "ready" });
    await until("b to be ready", async () => (await core.service.agents.get("b.agent")).readiness === "ready");
    await a.client.directory.me();
    expect(told).toEqual([]);
  });

  it("of one who signs out is signed out at once, of one whose connection dies unreachable, then signed out", async () => {
    const a = await signIn("a.agent");
    const b = await signIn("b.agent");
    await a.client.directory.watch([b.jid]);
    const left = next(a, "signed out", ({ readiness }) => readiness === "signed-out");
    await b.client.signOut();
    await left;

    const back = next(a, "back", ({ readiness }) => readiness === "ready");
    const again = await signIn("b.agent");
    await back;
    const dead = next(a, "unreachable", ({ readiness }) => readiness === "unreachable");
    await again.client.connection.stop();
    await dead;
    await next(a, "signed out", ({ readiness }) => readiness === "signed-out");
  });

  it("is told in digests, not change by change", async () => {
    const [a, b] = [await signIn("a.agent"), await signIn("b.agent")];
    await a.client.directory.watch([b.jid]);
    let pushes = 0;
    a.client.directory.presences.on(() => pushes++);
    const last = next(a, "the last one", ({ reason }) => reason === "29");
    const started = performance.now();
    for (let number = 0; number < 30; number++) await b.client.presence.set({ type: "not-ready", reason: String(number) });
    await last;
    const seconds = (performance.now() - started) / 1000;
    expect(pushes).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1);
  });

  it("of an ordinary client says so", async () => {
    const a = await signIn("a.agent");
    const b = await signIn("b.agent", { plain: true });
    expect(await a.client.directory.watch([b.jid])).toEqual([expect.objectContaining({ readiness: "ready", plain: true })]);
  });

  it("goes on being told after a restart of the service, without a new question", async () => {
    const [a, b] = [await signIn("a.agent"), await signIn("b.agent")];
    await a.client.directory.watch([b.jid]);
    await core.crash();
    core = await createCore(prosody, { database: core.database, settings: { graceS: 3 } });
    await core.start();
    await until("everybody to be known", () => core.service.presencesAwaited() === 0);
    const away = next(a, "away", ({ readiness }) => readiness === "away");
    await b.client.presence.set({ type: "away" });
    await away;
  });
});

describe("the service", () => {
  it("says what it is and can do", async () => {
    const a = await signIn("a.agent");
    const info = (await ask(a, "get", xml("query", { xmlns: NS_DISCO_INFO })))!;
    expect(info.getChild("identity", NS_DISCO_INFO)!.attrs).toMatchObject({ category: "component", type: "generic" });
    const features = info.getChildren("feature", NS_DISCO_INFO).map(({ attrs }) => attrs["var"]);
    expect(features).toEqual(expect.arrayContaining([NS_DISCO_INFO, NS_PING, NS_IM_SESSION, NS_DIRECTORY]));
  });

  it("answers a ping", async () => {
    const a = await signIn("a.agent");
    await expect(a.client.ping.ask(prosody.serviceDomain)).resolves.toBeUndefined();
  });

  it("answers nothing to who is no agent", async () => {
    const client = createClient({
      websocket: prosody.websocket,
      domain: prosody.domain,
      username: "stranger",
      credentials: { password: PASSWORD },
      webSocket: NodeWebSocket,
    });
    client.connection.start();
    await client.established.waitFor((is) => is, { what: "to be signed in", timeoutMs: 20_000 });
    try {
      const requests = [
        client.directory.me(),
        client.directory.search(all),
        client.directory.watch([]),
        client.imSession.list(),
        client.imSession.invite({ id: newId(), to: "a.agent@localhost" }),
      ];
      for (const request of requests) expect((await refusalOf(request)).condition).toBe("forbidden");
    } finally {
      await client.signOut();
    }
  });

  it("stops answering an agent who asks too much, and answers again", async () => {
    const a = await signIn("a.agent");
    const answers = await Promise.allSettled(Array.from({ length: 100 }, () => ask(a, "get", xml("me", { xmlns: NS_DIRECTORY }))));
    const refused = answers.filter((answer) => answer.status === "rejected").map(({ reason }) => reason as StanzaError);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(30);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ condition, type }) => `${type} ${condition}`))).toEqual(new Set(["wait resource-constraint"]));
    await until("to be answered again", () =>
      ask(a, "get", xml("me", { xmlns: NS_DIRECTORY })).then(
        () => true,
        () => false,
      ),
    );
  });

  describe("names the field of a malformed request", () => {
    const id = "0b9f9bd2-7b3b-4a5f-8a57-1e2f3a4b5c6d";
    const im = (name: string, attrs: Record<string, string> = {}) => xml(name, { xmlns: NS_IM_SESSION, ...attrs });
    const rsm = (max: string, index: string) =>
      xml("set", { xmlns: "http://jabber.org/protocol/rsm" }, xml("max", {}, max), xml("index", {}, index));
    const search = (filter: string, ...children: Element[]) => xml("search", { xmlns: NS_DIRECTORY, filter }, ...children);

    const malformed: ["get" | "set", string, Element][] = [
      ...["accept", "reject", "end", "done", "invite"].flatMap((verb): ["set", string, Element][] => [
        ["set", "id", im(verb, { to: "b.agent@localhost" })],
        ["set", "id", im(verb, { id: "1", to: "b.agent@localhost" })],
        ["set", "id", im(verb, { id: id.toUpperCase(), to: "b.agent@localhost" })],
      ]),
      ["set", "to", im("invite", { id })],
      ["set", "to", im("invite", { id, to: "localhost" })],
      ["set", "to", im("invite", { id, to: "b.agent@localhost/1" })],
      ["set", "to", im("invite", { id, to: "a.agent@localhost" })],
      ["set", "answering", im("invite", { id, to: "b.agent@localhost", answering: "perhaps" })],
      ["get", "filter", search("some", xml("text", {}), rsm("10", "0"))],
      ["get", "text", search("all", rsm("10", "0"))],
      ["get", "text", search("all", xml("text", {}, "x".repeat(1000)), rsm("10", "0"))],
      ["get", "set", search("all", xml("text", {}))],
      ["get", "max", search("all", xml("text", {}), rsm("100000", "0"))],
      ["get", "index", search("all", xml("text", {}), rsm("10", "-1"))],
      [
        "set",
        "jid",
        xml("watch", { xmlns: NS_DIRECTORY }, ...Array.from({ length: 201 }, (_, number) => xml("jid", {}, `a${number}@localhost`))),
      ],
      ["set", "jid", xml("watch", { xmlns: NS_DIRECTORY }, xml("jid", {}, "@"))],
      ["set", "jid", xml("favorite", { xmlns: NS_DIRECTORY, on: "true" })],
      ["set", "on", xml("favorite", { xmlns: NS_DIRECTORY, jid: "b.agent@localhost", on: "1" })],
    ];

    /** Why it is refused, when it is not for asking too much. */
    async function refused(request: () => Promise<unknown>): Promise<StanzaError> {
      for (;;) {
        const refusal = await refusalOf(request());
        if (refusal.condition !== "resource-constraint") return refusal;
      }
    }

    it("for each verb and each field", async () => {
      const a = await signIn("a.agent");
      for (const [type, field, payload] of malformed) {
        const refusal = await refused(() => ask(a, type, payload));
        const of = payload.toString().slice(0, 200);
        expect({ of, condition: refusal.condition, field: refusal.application?.attrs["field"] }).toEqual({
          of,
          condition: "bad-request",
          field,
        });
      }
      expect((await core.service.sessions.list()).filter((session) => session.id === id)).toEqual([]);
    });

    it("and knows no other requests", async () => {
      const a = await signIn("a.agent");
      expect((await refused(() => ask(a, "set", im("offer", { id })))).condition).toBe("service-unavailable");
      expect((await refused(() => ask(a, "get", im("invite", { id, to: "b.agent@localhost" })))).condition).toBe("service-unavailable");
      expect((await refused(() => a.client.directory.setFavorite("nobody@localhost", true))).condition).toBe("item-not-found");
      expect((await refused(() => a.client.imSession.invite({ id, to: "nobody@localhost" }))).condition).toBe("item-not-found");
    });
  });
});
