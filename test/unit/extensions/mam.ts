import { describe, expect, it } from "vitest";
import type { Element } from "../../../src/client/index.ts";
import { type ArchiveQuery, mam, parseArchiveQuery } from "../../../src/extensions/mam/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeStream } from "../../support/fake-stream.ts";

const NS = "urn:xmpp:mam:2";

function setUp() {
  const stream = new FakeStream();
  const clock = new FakeClock();
  let ids = 0;
  const archive = mam({ stream, clock, newId: () => `q${++ids}` });
  /** Starts a query and waits until the server has it. */
  const begin = async (query: ArchiveQuery = {}) => {
    const page = archive.query(query);
    // Whoever looks at `page` sees the failure.
    page.catch(() => {});
    const iq = await stream.next();
    return { page, iq, asked: parseArchiveQuery(iq.getChild("query", NS)!) };
  };
  const finish = (iq: Element, { set = "", attrs = "complete='true'" } = {}) =>
    stream.answer(iq, `<fin xmlns='${NS}' ${attrs}><set xmlns='http://jabber.org/protocol/rsm'>${set}</set></fin>`);
  return { stream, clock, archive, begin, finish };
}

const BOB = "<message xmlns='jabber:client' type='chat' id='m1' from='bob@localhost/1' to='alice@localhost'><body>hi</body></message>";
const OWN = (id: string) =>
  `<message xmlns='jabber:client' type='chat' id='x-${id}' from='alice@localhost/p' to='bob@localhost'><body>o</body><origin-id xmlns='urn:xmpp:sid:0' id='${id}'/></message>`;
const result = (
  message: string,
  { queryId = "queryid='q1'", id = "a1", from = "from='alice@localhost'", stamp = "1970-01-01T00:00:05Z" } = {},
) =>
  `<message ${from} to='alice@localhost/desk'><result xmlns='${NS}' ${queryId} id='${id}'><forwarded xmlns='urn:xmpp:forward:0'>
   <delay xmlns='urn:xmpp:delay' stamp='${stamp}'/>${message}</forwarded></result></message>`;

describe("a page of the archive", () => {
  it("has messages in our one shape, with the archive's id and time", async () => {
    const { stream, begin, finish } = setUp();
    const { page, iq } = await begin({ with: "bob@localhost", max: 10 });
    expect(iq.attrs).toMatchObject({ type: "set" });
    expect(iq.attrs["to"]).toBeUndefined();
    stream.receive(result(BOB));
    stream.receive(result(OWN("o1"), { id: "a2" }));
    finish(iq, { set: "<first index='0'>a1</first><last>a2</last><count>2</count>" });
    const { items, ...rest } = await page;
    expect(rest).toEqual({ complete: true, first: "a1", last: "a2", count: 2 });
    expect(items).toMatchObject([
      {
        archiveId: "a1",
        at: 5000,
        message: { id: "m1", archiveId: "a1", at: 5000, source: "archive", direction: "in", body: "hi", delayed: false },
      },
      { archiveId: "a2", at: 5000, message: { id: "o1", direction: "out", from: "alice@localhost", to: "bob@localhost" } },
    ]);
    expect(items[0]!.raw.attrs["from"]).toBe("bob@localhost/1");
  });

  it("has marks, and keeps what is neither as it is", async () => {
    const { stream, begin, finish } = setUp();
    const { page, iq } = await begin();
    stream.receive(result(BOB.replace("<body>hi</body>", "<displayed xmlns='urn:xmpp:chat-markers:0' id='o1'/>")));
    stream.receive(result(BOB.replace("<body>hi</body>", "<offer xmlns='urn:other'/>"), { id: "a2" }));
    finish(iq);
    const { items } = await page;
    expect(items.map(({ message, mark }) => ({ message, mark }))).toEqual([
      { message: undefined, mark: { from: "bob@localhost", id: "o1", kind: "read" } },
      { message: undefined, mark: undefined },
    ]);
    expect(items[1]!.raw.getChild("offer", "urn:other")).toBeDefined();
  });

  it("asks for what was wanted", async () => {
    const { begin } = setUp();
    const { asked } = await begin({ with: "bob@localhost", start: 1000, end: 2000, ids: ["a", "b"], before: "", max: 20 });
    expect(asked).toEqual({
      queryId: "q1",
      filter: { with: "bob@localhost", start: 1000, end: 2000, ids: ["a", "b"] },
      page: { max: 20, before: "" },
    });
    expect((await begin({ after: "a7", afterId: "x", beforeId: "y" })).asked).toEqual({
      queryId: "q2",
      filter: { afterId: "x", beforeId: "y" },
      page: { max: 50, after: "a7" },
    });
  });

  it("is not complete unless the archive says so", async () => {
    const { begin, finish } = setUp();
    for (const attrs of ["", "complete='false'", "complete='yes'"]) {
      const { page, iq } = await begin();
      finish(iq, { attrs });
      expect((await page).complete).toBe(false);
    }
  });

  it.each([
    ["is refused", (stream: FakeStream, iq: Element) => stream.refuse(iq, "item-not-found"), { condition: "item-not-found" }],
    ["has no end", (stream: FakeStream, iq: Element) => stream.answer(iq), { name: "MalformedError" }],
    [
      "has an end without a page",
      (stream: FakeStream, iq: Element) => stream.answer(iq, `<fin xmlns='${NS}'/>`),
      { name: "MalformedError" },
    ],
    ["breaks off", (stream: FakeStream) => stream.goOffline(), { name: "OfflineError" }],
  ])("fails when it %s", async (_, act, error) => {
    const { stream, begin } = setUp();
    const { page, iq } = await begin();
    act(stream, iq);
    await expect(page).rejects.toMatchObject(error);
  });

  it("can be given up", async () => {
    const { begin } = setUp();
    const stop = new AbortController();
    const { page } = await begin({ signal: stop.signal });
    stop.abort();
    await expect(page).rejects.toMatchObject({ name: "AbortError" });
  });

  it("keeps two queries apart", async () => {
    const { stream, begin, finish } = setUp();
    const one = await begin();
    const two = await begin();
    stream.receive(result(BOB, { queryId: "queryid='q2'", id: "a2" }));
    stream.receive(result(BOB, { queryId: "queryid='q1'", id: "a1" }));
    finish(two.iq);
    finish(one.iq);
    expect((await one.page).items.map(({ archiveId }) => archiveId)).toEqual(["a1"]);
    expect((await two.page).items.map(({ archiveId }) => archiveId)).toEqual(["a2"]);
  });
});

describe("a result that was not asked for", () => {
  it.each([
    ["comes from a stranger", result(BOB, { from: "from='mallory@localhost/x'" })],
    ["comes from another device of ours", result(BOB, { from: "from='alice@localhost/p'" })],
    ["comes from the domain", result(BOB, { from: "from='localhost'" })],
    ["belongs to another query", result(BOB, { queryId: "queryid='q9'" })],
    ["belongs to no query", result(BOB, { queryId: "" })],
    ["has no id", result(BOB, { id: "" })],
    ["holds two messages", result(BOB + BOB)],
    ["holds none", result("")],
    ["holds a message of no namespace", result(BOB.replace("xmlns='jabber:client'", ""))],
  ])("is dropped when it %s, and nobody else sees it", async (_, stanza) => {
    const { stream, begin, finish } = setUp();
    const seen: Element[] = [];
    stream.use((other) => {
      seen.push(other);
    });
    const { page, iq } = await begin();
    stream.receive(stanza);
    finish(iq);
    expect((await page).items).toEqual([]);
    expect(seen).toEqual([]);
  });

  it("is dropped after the end of its query", async () => {
    const { stream, begin, finish } = setUp();
    const { page, iq } = await begin();
    finish(iq);
    const { items } = await page;
    stream.receive(result(BOB));
    expect(items).toEqual([]);
  });
});

describe("looking for messages of ours in the archive", () => {
  it("pages backwards from the end until all are found", async () => {
    const { stream, archive, finish } = setUp();
    const finding = archive.findByOriginIds({ with: "bob@localhost", ids: ["o1", "o2"], since: 7_200_000 });
    const last = await stream.next();
    expect(parseArchiveQuery(last.getChild("query", NS)!)).toMatchObject({
      filter: { with: "bob@localhost", start: 3_600_000 },
      page: { before: "" },
    });
    stream.receive(result(OWN("o2"), { id: "a9" }));
    finish(last, { set: "<first>a9</first><last>a9</last>", attrs: "" });
    const before = await stream.next();
    expect(parseArchiveQuery(before.getChild("query", NS)!).page).toMatchObject({ before: "a9" });
    stream.receive(result(OWN("o1"), { queryId: "queryid='q2'", id: "a3" }));
    finish(before, { set: "<first>a3</first><last>a3</last>", attrs: "" });
    const found = await finding;
    expect([...found].map(([id, { archiveId }]) => [id, archiveId])).toEqual([
      ["o2", "a9"],
      ["o1", "a3"],
    ]);
    expect(await stream.rest()).toEqual([]);
  });

  it("ends where the archive ends", async () => {
    const { stream, archive, finish } = setUp();
    const finding = archive.findByOriginIds({ with: "bob@localhost", ids: ["o1"], since: 0 });
    finish(await stream.next());
    expect((await finding).size).toBe(0);
  });

  it("does not take the peer's message for ours when it bears the same id", async () => {
    const { stream, archive, finish } = setUp();
    const finding = archive.findByOriginIds({ with: "bob@localhost", ids: ["m1"], since: 0 });
    const iq = await stream.next();
    stream.receive(result(BOB));
    finish(iq);
    expect((await finding).size).toBe(0);
  });

  it("asks for nothing when nothing is looked for", async () => {
    const { stream, archive } = setUp();
    expect((await archive.findByOriginIds({ with: "bob@localhost", ids: [], since: 0 })).size).toBe(0);
    expect(await stream.rest()).toEqual([]);
  });
});
