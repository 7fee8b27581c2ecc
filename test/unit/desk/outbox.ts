import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OfflineError } from "../../../src/client/errors.ts";
import { memoryStorage } from "../../../src/desk/memory-storage.ts";
import { MAX_TEXT_BYTES } from "../../../src/desk/message-text.ts";
import { Outbox, type OutboxChange, readOutbox, UNDECIDED_MS } from "../../../src/desk/outbox.ts";
import type { Gate } from "../../../src/desk/outbox-lane.ts";
import type { DeskStorage } from "../../../src/desk/types.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const SESSION = "session";
const PEER = "b@example.org";

/** A server with an archive, a connection that may lose what was written, and pages that may die. */
class World {
  readonly clock = new FakeClock();
  readonly changes: OutboxChange[] = [];
  readonly inner = memoryStorage();
  storage: DeskStorage = this.inner;
  /** Our own archive. */
  readonly archive: { id: string; text: string }[] = [];
  /** The receiver's, which knows a message that comes again by its id. */
  inbox: { id: string; text: string }[] = [];
  /** Written to a stream, not yet read by the server. */
  wire: { id: string; text: string }[] = [];
  gate: Gate = "open";
  isUp = false;
  archiveAnswers = true;
  outbox!: Outbox;
  #ids = 0;

  async open(): Promise<void> {
    this.outbox?.close();
    this.outbox = new Outbox(
      {
        storage: this.storage,
        clock: this.clock,
        newId: () => `id-${++this.#ids}`,
        send: async ({ id, body }) => {
          if (!this.isUp) throw new OfflineError("down");
          this.wire.push({ id, text: body });
        },
        findArchived: async ({ ids }) => {
          if (!this.isUp) throw new OfflineError("down");
          if (!this.archiveAnswers) throw new Error("no answer");
          return new Set(ids.filter((id) => this.archive.some((one) => one.id === id)));
        },
        gate: () => this.gate,
      },
      await readOutbox(this.inner),
    );
    this.outbox.changed.on((change) => this.changes.push(change));
  }

  up(): void {
    this.isUp = true;
    this.outbox.connected(true);
    void this.outbox.online();
  }

  /** `dies`: the server, while it handles a message: our archive has it, the receiver's has not. */
  down(dies = false): void {
    this.isUp = false;
    if (dies) this.archive.push(...this.wire.slice(0, 1));
    this.wire = [];
    this.outbox.offline();
  }

  /** The server reads so many of the stanzas that were written; `acks`: and says so. */
  serve(count: number, acks: boolean): void {
    for (const stanza of this.wire.splice(0, count)) {
      this.archive.push(stanza);
      this.inbox = [...this.inbox.filter(({ id }) => id !== stanza.id), stanza];
      if (acks) this.outbox.arrived(stanza.id);
    }
  }

  add(text: string): Promise<void> {
    return this.outbox.add({ sessionId: SESSION, to: PEER, text });
  }

  get received(): string[] {
    return this.inbox.map(({ text }) => text);
  }

  last(text: string): string | undefined {
    return this.changes.findLast((change) => change.entry.text === text)?.type;
  }
}

async function world(): Promise<World> {
  const made = new World();
  await made.open();
  return made;
}

/** All that was begun comes to rest: nothing here waits for more than promises. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await Promise.resolve();
}

describe("the outbox", () => {
  it("stores before it sends, and forgets when the server has it", async () => {
    const here = await world();
    here.up();
    await here.add("one");
    expect(await here.inner.readOutbox()).toMatchObject([{ text: "one", attempted: true }]);
    await settle();
    here.serve(1, true);
    await settle();
    expect(await here.inner.readOutbox()).toEqual([]);
    expect(here.last("one")).toBe("sent");
  });

  it("refuses in words what is too long, by bytes, before anything is stored", async () => {
    const here = await world();
    await expect(here.add("ä".repeat(MAX_TEXT_BYTES / 2 + 1))).rejects.toMatchObject({ problem: { code: "message-too-long" } });
    await here.add("ä".repeat(MAX_TEXT_BYTES / 2));
    expect(await here.inner.readOutbox()).toHaveLength(1);
  });

  it.each([
    ["QuotaExceededError", "storage-full"],
    ["SecurityError", "storage-unavailable"],
  ])("rejects with the storage's %s, and sends nothing", async (name, code) => {
    const here = await world();
    here.storage = { ...here.inner, putOutbox: () => Promise.reject(Object.assign(new Error(), { name })) };
    await here.open();
    here.up();
    await expect(here.add("one")).rejects.toMatchObject({ problem: { code } });
    await settle();
    expect(here.wire).toEqual([]);
    expect(here.changes).toEqual([]);
  });

  it("waits for the session to be connected, and gives up when it ends instead", async () => {
    const here = await world();
    here.gate = "wait";
    here.up();
    await here.add("one");
    await settle();
    here.clock.advance(10 * UNDECIDED_MS);
    expect(here.last("one")).toBe("queued");
    here.gate = "closed";
    here.outbox.run(SESSION);
    await settle();
    expect(here.last("one")).toBe("failed");
    expect(here.wire).toEqual([]);
    await here.open();
    expect(here.outbox.entries(SESSION)).toMatchObject([{ failed: { code: "message-not-sent" } }]);
  });

  it("says within ten seconds, while online, that a message was not sent; a retry asks the archive first", async () => {
    const here = await world();
    here.up();
    await here.add("one");
    await settle();
    here.clock.advance(UNDECIDED_MS);
    expect(here.last("one")).toBe("failed");
    here.serve(1, false);
    const [entry] = here.outbox.entries(SESSION);
    await here.outbox.retry(entry!.id);
    await settle();
    expect(here.last("one")).toBe("sent");
    expect(here.received).toEqual(["one"]);
    expect(here.wire).toEqual([]);
  });

  it("takes a time-out back when the connection turns out to be dead", async () => {
    const here = await world();
    here.up();
    await here.add("one");
    await settle();
    here.clock.advance(UNDECIDED_MS);
    here.down();
    expect(here.last("one")).toBe("queued");
    here.up();
    await settle();
    here.serve(1, true);
    expect(here.received).toEqual(["one"]);
  });

  it("asks again when the archive does not answer, and sends nothing meanwhile", async () => {
    const here = await world();
    here.up();
    await here.add("one");
    await settle();
    here.down();
    here.archiveAnswers = false;
    here.up();
    await settle();
    expect(here.wire).toEqual([]);
    here.archiveAnswers = true;
    here.clock.advance(2000);
    await settle();
    here.serve(1, true);
    expect(here.received).toEqual(["one"]);
  });

  it("lets nothing overtake a message that could not be decided in time", async () => {
    const here = await world();
    here.up();
    await here.add("one");
    await settle();
    here.down();
    here.archiveAnswers = false;
    here.up();
    here.clock.advance(UNDECIDED_MS);
    await settle();
    expect(here.last("one")).toBe("failed");
    await here.add("two");
    await settle();
    expect(here.wire).toEqual([]);
    here.archiveAnswers = true;
    here.clock.advance(2000);
    await settle();
    here.serve(2, true);
    expect(here.received).toEqual(["one", "two"]);
    expect(here.last("one")).toBe("sent");
  });

  it("sends a bounced message again under a new id, and remembers the old one as returned", async () => {
    const here = await world();
    here.up();
    await here.add("one");
    await settle();
    const [entry] = here.outbox.entries(SESSION);
    await here.outbox.bounced(entry!.id, "service-unavailable");
    expect(here.last("one")).toBe("failed");
    await here.outbox.retry(entry!.id);
    await settle();
    const [again] = here.outbox.entries(SESSION);
    expect(again!.id).not.toBe(entry!.id);
    await here.open();
    expect(here.outbox.wasReturned(entry!.id)).toBe(true);
  });

  it("takes a discarded message away for good", async () => {
    const here = await world();
    await here.add("one");
    await here.outbox.discard(here.outbox.entries(SESSION)[0]!.id);
    expect(here.last("one")).toBe("removed");
    await here.open();
    here.up();
    await settle();
    expect(here.wire).toEqual([]);
  });

  it("survives a stop at every step: nothing lost, doubled or out of order", async () => {
    const texts = ["one", "two", "three"];
    for (let stop = 0; stop < 40; stop++) {
      const here = await world();
      here.up();
      let steps = 0;
      const dies = new Error("the page died here");
      const step = () => {
        if (steps++ === stop) throw dies;
      };
      here.storage = {
        ...here.inner,
        async putOutbox(entry) {
          step();
          await here.inner.putOutbox(entry);
          step();
        },
        async removeOutbox(id) {
          step();
          await here.inner.removeOutbox(id);
          step();
        },
      };
      await here.open();
      here.up();
      const stored: string[] = [];
      for (const text of texts) {
        await here.add(text).then(
          () => stored.push(text),
          () => {},
        );
        await settle();
        here.serve(1, stop % 2 === 0);
        await settle();
        if (steps > stop) break;
      }
      // Another page, another stream.
      here.storage = here.inner;
      here.down();
      await here.open();
      here.up();
      await settle();
      here.serve(10, true);
      await settle();
      // What was stored without the page having heard of it is sent as well: once, and in its place.
      expect(here.received.slice(0, stored.length)).toEqual(stored);
      expect(new Set(here.received).size).toBe(here.received.length);
      expect(texts.slice(0, here.received.length)).toEqual(here.received);
      expect(await here.inner.readOutbox()).toEqual([]);
    }
  });

  it("loses, doubles and swaps nothing, whatever happens to stream and page", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("add" as const) }),
      fc.record({ do: fc.constant("serve" as const), count: fc.integer({ min: 1, max: 4 }), acks: fc.boolean() }),
      fc.record({ do: fc.constant("down" as const), dies: fc.boolean() }),
      fc.record({ do: fc.constant("up" as const) }),
      fc.record({ do: fc.constant("reload" as const) }),
      fc.record({ do: fc.constant("archive" as const), answers: fc.boolean() }),
      fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 12_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const here = await world();
        const added: string[] = [];
        for (const one of steps) {
          if (one.do === "add") {
            added.push(String(added.length));
            await here.add(added.at(-1)!);
          } else if (one.do === "serve") here.serve(one.count, one.acks);
          else if (one.do === "up" && !here.isUp) here.up();
          else if (one.do === "down") here.down(one.dies);
          else if (one.do === "archive") here.archiveAnswers = one.answers;
          else if (one.do === "wait") here.clock.advance(one.ms);
          else if (one.do === "reload") {
            here.down();
            await here.open();
          }
          await settle();
        }
        here.archiveAnswers = true;
        here.down();
        here.up();
        await settle();
        here.serve(1000, true);
        await settle();
        expect(here.received).toEqual(added);
        expect(await here.inner.readOutbox()).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
