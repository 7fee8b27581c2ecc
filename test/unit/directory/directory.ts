import { beforeEach, describe, expect, it } from "vitest";
import { MalformedError, parse } from "../../../src/client/index.ts";
import {
  type AgentPresence,
  type Directory,
  directory,
  DirectoryRefusedError,
  isSignedOut,
} from "../../../src/extensions/directory/index.ts";
import { ServiceAwayError } from "../../../src/extensions/service-request.ts";
import { readVectors } from "../../support/protocol.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeStream } from "../../support/fake-stream.ts";

const SERVICE = "parley.example.org";
const B = "b.agent@example.org";

const vectors = new Map(readVectors("directory").map(({ name, stanza }) => [name, stanza]));
const contentOf = (name: string) => vectors.get(name)!.children.join("");
const stanzaOf = (name: string) => vectors.get(name)!.toString();

let clock: FakeClock;
let stream: FakeStream;
let agents: Directory;
let pushed: AgentPresence[][];

beforeEach(() => {
  clock = new FakeClock();
  stream = new FakeStream("a.agent@example.org/desk-4c1d", clock);
  agents = directory({ stream, service: SERVICE });
  pushed = [];
  agents.presences.on((presences) => pushed.push(presences));
});

/** Answers the one request that waits, which must be of this type. */
async function answer(type: "get" | "set", content: string, result: "result" | "error" = "result") {
  const request = await stream.next();
  expect(request.attrs).toMatchObject({ type, to: SERVICE });
  if (result === "result") stream.answer(request, content);
  else stream.answerError(request, content);
}

it("tells who I am and what I may do", async () => {
  const me = agents.me();
  await answer("get", contentOf("me-result"));
  await expect(me).resolves.toEqual({
    jid: "a.agent@example.org",
    logon: "a.agent",
    name: "Ada Agent",
    rights: ["im.use", "im.make", "im.release"],
    inviteTimeoutS: 30,
  });
});

it("takes no notice of a right that it does not know", async () => {
  const me = agents.me();
  await answer("get", contentOf("me-result").replace("im.make", "im.sing"));
  await expect(me).resolves.toMatchObject({ rights: ["im.use", "im.release"] });
});

it("reads a page of rows", async () => {
  const page = agents.search({ text: "muller bill", filter: "all", index: 0, max: 50 });
  await answer("get", contentOf("search-result"));
  await expect(page).resolves.toEqual({
    index: 0,
    count: 2,
    rows: [
      {
        jid: B,
        logon: "b.agent",
        name: "Bea Müller",
        readiness: "ready",
        since: Date.UTC(2026, 10, 23, 8, 2, 11),
        plain: false,
        favorite: true,
        mayIm: true,
        groups: ["Billing"],
        skills: ["Tariffs", "French"],
      },
      {
        jid: "c.agent@example.org",
        logon: "c.agent",
        name: "Cem Muller",
        readiness: "not-ready",
        reason: "Lunch",
        since: Date.UTC(2026, 10, 23, 11, 30),
        plain: false,
        favorite: false,
        mayIm: true,
        groups: ["Billing"],
        skills: [],
      },
    ],
  });
});

it("counts beyond the last page", async () => {
  const page = agents.search({ text: "", filter: "favorites", index: 50, max: 50 });
  await answer("get", contentOf("search-empty-result"));
  await expect(page).resolves.toEqual({ rows: [], index: 0, count: 50 });
});

it("counts the characters of a search and not its code units", async () => {
  void agents.search({ text: "😀".repeat(200), filter: "all", index: 0, max: 50 });
  expect((await stream.next()).toString()).toContain("😀".repeat(200));
});

it("watches agents and says how they are", async () => {
  const presences = agents.watch([B, "c.agent@example.org", "d.agent@example.org"]);
  await answer("set", contentOf("watch-result"));
  await expect(presences).resolves.toMatchObject([
    { jid: B, readiness: "ready" },
    { readiness: "away", plain: true },
    { readiness: "signed-out" },
  ]);
});

it("marks a favorite", async () => {
  const done = agents.setFavorite(B, true);
  await answer("set", "");
  await expect(done).resolves.toBeUndefined();
});

it.each([
  ["not-an-agent", { type: "not-an-agent" }],
  ["unknown-agent", { type: "unknown-agent" }],
  ["bad-field", { type: "bad-field", field: "max" }],
  ["limit", { type: "limit", limit: "requests" }],
])("rejects with the refusal %s", async (name, refusal) => {
  const me = agents.me();
  await answer("get", contentOf(name), "error");
  const error = await me.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DirectoryRefusedError);
  expect(error).toMatchObject({ refusal });
});

it("tells a service that is away from one that refuses", async () => {
  const me = agents.me();
  clock.advance(5_000);
  await expect(me).rejects.toBeInstanceOf(ServiceAwayError);
});

it("rejects an answer that it can not read, naming the field", async () => {
  const page = agents.search({ text: "", filter: "all", index: 0, max: 50 });
  await answer("get", contentOf("search-result").replace('readiness="ready"', 'readiness="bored"'));
  const error = await page.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MalformedError);
  expect(error).toMatchObject({ field: "readiness" });
});

describe("a push", () => {
  it("of the service is told", () => {
    expect(stream.receive(stanzaOf("presences"))).toBe(true);
    expect(pushed).toEqual([
      [
        { jid: B, readiness: "not-ready", reason: "Back at two", since: Date.parse("2026-11-23T12:31:07.904Z"), plain: false },
        { jid: "d.agent@example.org", readiness: "unreachable", since: Date.parse("2026-11-23T12:31:08.100Z"), plain: false },
      ],
    ]);
  });

  it("of anybody else is a forgery: nobody hears of it", () => {
    expect(stream.receive(stanzaOf("presences").replace('from="parley.example.org"', 'from="mallory@example.org/x"'))).toBe(true);
    expect(pushed).toEqual([]);
  });

  it("that can not be read is done without", () => {
    expect(stream.receive(stanzaOf("presences").replace("unreachable", "lost"))).toBe(true);
    expect(pushed).toEqual([]);
  });
});

describe("a sign-out", () => {
  const mark = "<signed-out xmlns='urn:parley:directory:0'/>";

  it("is told from a connection that died", () => {
    expect(isSignedOut(vectors.get("sign-out")!)).toBe(true);
    expect(isSignedOut(parse("<presence type='unavailable'/>"))).toBe(false);
  });

  it("is one in an unavailable presence only", () => {
    expect(isSignedOut(parse(`<presence>${mark}</presence>`))).toBe(false);
    expect(isSignedOut(parse(`<presence type='unavailable'>${mark}</presence>`))).toBe(true);
  });
});
