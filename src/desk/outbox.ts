/**
 * Messages on their way: stored before they are sent, taken away when the server has them. One lane per conversation
 * keeps their order. What was handed to a stream that died is looked for in our own archive before it is sent again,
 * with the same id, by which the receiver drops what may still come twice.
 */
import { type Clock, type NewId } from "../client/clock.ts";
import { OfflineError, StanzaTooLargeError } from "../client/errors.ts";
import { Emitter } from "../client/value.ts";
import type { OutgoingChat } from "../extensions/chat/types.ts";
import { DeskError, problemOf, storageProblem } from "./errors.ts";
import { tooLong } from "./message-text.ts";
import { type Gate, judge, type LaneItem, nextStep, reopened, wasBounced } from "./outbox-lane.ts";
import type { DeskStorage, OutboxEntry, Problem } from "./types.ts";

export interface OutboxPorts {
  storage: DeskStorage;
  clock: Clock;
  newId: NewId;
  /** Resolves when written. */
  send(message: OutgoingChat): Promise<void>;
  /** Which of these messages our own archive has. `since`: when the first of them was written. */
  findArchived(search: { with: string; ids: readonly string[]; since: number }): Promise<{ has(id: string): boolean }>;
  gate(sessionId: string): Gate;
}

/** What became of a message. */
export type OutboxChange =
  | { type: "queued" | "sent" | "removed"; entry: OutboxEntry }
  | { type: "failed"; entry: OutboxEntry; problem: Problem };

/** While online, a message is sent within this time or shown as not sent. */
export const UNDECIDED_MS = 10_000;
/** How long to wait before asking an archive again that did not answer. */
const ASK_AGAIN_MS = 1_500;

type Item = LaneItem & { cancelDeadline?: () => void };

/** Where the ids of returned messages are kept, and how many: they are rare. */
const RETURNED = "returned";
const MAX_RETURNED = 200;

/** What earlier pages left. */
export interface StoredOutbox {
  entries: readonly OutboxEntry[];
  /** Ids of messages that came back. */
  returned: readonly string[];
}

export async function readOutbox(storage: DeskStorage): Promise<StoredOutbox> {
  const [entries, returned] = await Promise.all([storage.readOutbox(), storage.read(RETURNED)]);
  return { entries, returned: Array.isArray(returned) ? returned : [] };
}

interface Lane {
  items: Item[];
  /** Serialises storing, so that the order of typing is the order of the lane. */
  storing: Promise<unknown>;
  running: boolean;
  working: Promise<void>;
  /** Something changed while it ran. */
  again: boolean;
}

export class Outbox {
  readonly changed = new Emitter<OutboxChange>();
  /** Failures that belong to no message. */
  readonly troubled = new Emitter<Problem>();
  readonly #ports: OutboxPorts;
  readonly #lanes = new Map<string, Lane>();
  readonly #byId = new Map<string, Item>();
  readonly #timers = new Set<() => void>();
  #online = false;
  #stream = 0;
  #closed = false;
  #lastSequence = 0;
  #returned: readonly string[];

  constructor(ports: OutboxPorts, { entries, returned }: StoredOutbox) {
    this.#ports = ports;
    this.#returned = returned;
    for (const entry of entries.toSorted((a, b) => a.sequence - b.sequence)) this.#add(reopened(entry));
  }

  /** In the order in which they were written. */
  entries(sessionId: string): OutboxEntry[] {
    return this.#lanes.get(sessionId)?.items.map(({ entry }) => entry) ?? [];
  }

  /** The conversations that have messages here. */
  sessionIds(): string[] {
    return [...this.#lanes].filter(([, lane]) => lane.items.length > 0).map(([id]) => id);
  }

  /**
   * Whether its being in the archive says nothing yet: it was handed to a stream that is gone. What was written to the
   * present one, and is in the archive, the server has handled.
   */
  isUncertain(id: string): boolean {
    const item = this.#byId.get(id);
    return item !== undefined && item.phase !== "written";
  }

  /** Some were handed over, and nobody said yet whether they arrived. */
  hasUndecided(sessionId: string): boolean {
    const items = this.#lanes.get(sessionId)?.items ?? [];
    return items.some(({ phase, failure }) => phase !== "waiting" && failure?.provisional !== false);
  }

  /** It came back: our archive has it, the other side has not. */
  wasReturned(id: string): boolean {
    return this.#returned.includes(id);
  }

  /** Stores the text; resolves when it is stored. Rejects with a DeskError when it is not. */
  async add(message: { sessionId: string; to: string; text: string; id?: string }): Promise<void> {
    const { sessionId, to, text, id = this.#ports.newId() } = message;
    const problem = tooLong(text);
    if (problem) throw new DeskError(problem);
    const lane = this.#lane(sessionId);
    const entry: OutboxEntry = {
      id,
      sessionId,
      to,
      text,
      sequence: ++this.#lastSequence,
      queuedAt: this.#ports.clock.now(),
      // One write less: what goes at once is stored as handed over already.
      attempted: this.#online && this.#ports.gate(sessionId) === "open",
    };
    const stored = lane.storing.then(async () => {
      await this.#put(entry);
      this.#add({ entry, phase: "waiting" });
      this.changed.emit({ type: "queued", entry });
    });
    lane.storing = stored.catch(() => {});
    await stored;
    this.#run(sessionId);
  }

  /** A new stream. `isFresh`: what the old one had not acknowledged is uncertain. */
  connected(isFresh: boolean): void {
    this.#stream++;
    if (!isFresh) return;
    for (const item of this.#byId.values()) if (item.phase === "written") item.phase = "unsure";
  }

  /**
   * The stream is ready: the archive can be asked, and messages go. Resolves when it is known which of those that
   * nobody acknowledged have arrived, or the archive did not say. Never rejects.
   */
  async online(): Promise<void> {
    this.#online = true;
    for (const item of this.#byId.values()) if (item.failure?.provisional) this.#wait(item);
    this.runAll();
    await Promise.all([...this.#lanes.values()].map(({ working }) => working));
  }

  offline(): void {
    this.#online = false;
    this.#stream++;
    for (const item of this.#byId.values()) {
      this.#disarm(item);
      // It was the connection after all: it waits for the next one.
      if (item.failure?.provisional) this.#wait(item);
    }
  }

  /**
   * The server, the archive or the receiver says that it arrived; and with it what was handed over before it on the
   * same stream, which the server takes in order. Receipts may overtake acknowledgements.
   */
  arrived(id: string): void {
    const item = this.#byId.get(id);
    if (!item || wasBounced(item)) return;
    const { items } = this.#lane(item.entry.sessionId);
    for (const one of items.slice(0, items.indexOf(item) + 1)) {
      if (one !== item && (one.phase !== item.phase || one.phase === "waiting" || one.failure?.provisional === false)) continue;
      this.#drop(one);
      this.changed.emit({ type: "sent", entry: one.entry });
      this.#forget(one.entry);
    }
    this.#run(item.entry.sessionId);
  }

  /** The stream that carried it is gone for good. */
  lost(id: string): void {
    const item = this.#byId.get(id);
    if (!item) return;
    item.phase = "unsure";
    this.#run(item.entry.sessionId);
  }

  /** The server gave it back. */
  async bounced(id: string, condition: string): Promise<void> {
    const item = this.#byId.get(id);
    if (!item) return;
    this.#returned = [...this.#returned, id].slice(-MAX_RETURNED);
    await this.#fail(item, { code: "message-not-sent", detail: { bounced: condition } });
    await this.#ports.storage.write(RETURNED, this.#returned).catch((error: unknown) => this.troubled.emit(storageProblem(error)));
  }

  /** The agent wants it tried again. */
  async retry(id: string): Promise<void> {
    const item = this.#byId.get(id);
    if (!item?.failure) return;
    if (wasBounced(item)) {
      // The archive has the one that came back: a new message, with a new id.
      const { sessionId, to, text } = item.entry;
      await this.add({ sessionId, to, text });
      await this.discard(id);
      return;
    }
    const { failed: _overcome, ...entry } = item.entry;
    if (item.entry.failed) await this.#put(entry);
    item.entry = entry;
    this.#wait(item);
    if (item.phase === "written") await this.#lookFor(item);
    this.#run(entry.sessionId);
  }

  /** The agent gives it up. */
  async discard(id: string): Promise<void> {
    const item = this.#byId.get(id);
    if (!item) return;
    this.#drop(item);
    this.changed.emit({ type: "removed", entry: item.entry });
    await this.#ports.storage.removeOutbox(id).catch((error: unknown) => {
      throw new DeskError(storageProblem(error), { cause: error });
    });
  }

  /** The session changed: perhaps messages may go now, or never. */
  run(sessionId: string): void {
    this.#run(sessionId);
  }

  runAll(): void {
    for (const sessionId of this.#lanes.keys()) this.#run(sessionId);
  }

  close(): void {
    this.#closed = true;
    for (const item of this.#byId.values()) item.cancelDeadline?.();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #run(sessionId: string): void {
    const lane = this.#lanes.get(sessionId);
    if (!lane || this.#closed) return;
    this.#arm(sessionId, lane);
    if (lane.running) {
      lane.again = true;
      return;
    }
    lane.running = true;
    lane.working = this.#work(sessionId, lane).finally(() => {
      lane.running = false;
      if (lane.again) this.#run(sessionId);
    });
  }

  /** Step by step, until there is nothing to do. Never rejects. */
  async #work(sessionId: string, lane: Lane): Promise<void> {
    while (!this.#closed) {
      lane.again = false;
      const step = nextStep(lane.items, { online: this.#online, gate: this.#ports.gate(sessionId) });
      switch (step.do) {
        case "rest":
          return;
        case "give-up":
          for (const item of step.items) await this.#fail(item, { code: "message-not-sent", detail: { reason: "ended" } });
          continue;
        case "check":
          if (await this.#check(step.items)) continue;
          this.#later(ASK_AGAIN_MS, () => this.#run(sessionId));
          return;
        case "send":
          await this.#send(step.item);
      }
    }
  }

  /** False when the archive did not answer. */
  async #check(items: readonly Item[]): Promise<boolean> {
    const stream = this.#stream;
    const entries = items.map(({ entry }) => entry);
    try {
      const found = await this.#ports.findArchived({
        with: entries[0]!.to,
        ids: entries.map(({ id }) => id),
        since: Math.min(...entries.map(({ queuedAt }) => queuedAt)),
      });
      // An answer from a stream that is gone: what was written since is not in it.
      if (stream !== this.#stream) return true;
      const { arrived, missing } = judge(items, found);
      for (const item of missing) if (item.phase === "unsure") item.phase = "waiting";
      for (const { entry } of arrived) this.arrived(entry.id);
      return true;
    } catch {
      return stream !== this.#stream;
    }
  }

  /** On a stream that lives, writing it again would not help: it may have arrived without our being told. */
  async #lookFor({ entry: { id, to, queuedAt } }: Item): Promise<void> {
    const found = await this.#ports.findArchived({ with: to, ids: [id], since: queuedAt }).catch(() => undefined);
    if (found?.has(id)) this.arrived(id);
  }

  async #send(item: Item): Promise<void> {
    const stream = this.#stream;
    if (!item.entry.attempted) {
      const entry = { ...item.entry, attempted: true };
      try {
        await this.#put(entry);
      } catch (error) {
        await this.#fail(item, problemOf(error));
        return;
      }
      item.entry = entry;
      // The agent took it back, or the connection went, while it was stored.
      if (!this.#byId.has(entry.id) || stream !== this.#stream) return;
    }
    const { id, to, text, sessionId } = item.entry;
    item.phase = "written";
    try {
      await this.#ports.send({ id, to, body: text, thread: sessionId });
    } catch (error) {
      if (error instanceof OfflineError) {
        item.phase = "unsure";
        return;
      }
      item.phase = "waiting";
      await this.#fail(item, error instanceof StanzaTooLargeError ? { code: "message-too-long" } : problemOf(error));
    }
  }

  /** Shown as not sent, now and after a reload. */
  async #fail(item: Item, problem: Problem): Promise<void> {
    this.#disarm(item);
    item.failure = { problem, provisional: false };
    item.entry = { ...item.entry, failed: problem };
    this.changed.emit({ type: "failed", entry: item.entry, problem });
    await this.#put(item.entry).catch((error: unknown) => this.troubled.emit(problemOf(error)));
  }

  #wait(item: Item): void {
    delete item.failure;
    this.changed.emit({ type: "queued", entry: item.entry });
  }

  /** The time runs while there is a connection and the session lets messages go. */
  #arm(sessionId: string, lane: Lane): void {
    if (!this.#online || this.#ports.gate(sessionId) !== "open") return;
    for (const item of lane.items) {
      if (item.failure || item.cancelDeadline) continue;
      item.cancelDeadline = this.#ports.clock.setTimeout(() => {
        const problem: Problem = { code: "message-not-sent" };
        item.failure = { problem, provisional: true };
        delete item.cancelDeadline;
        this.changed.emit({ type: "failed", entry: item.entry, problem });
      }, UNDECIDED_MS);
    }
  }

  #disarm(item: Item): void {
    item.cancelDeadline?.();
    delete item.cancelDeadline;
  }

  #add(item: Item): void {
    const { id, sessionId, sequence } = item.entry;
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
    this.#byId.set(id, item);
    this.#lane(sessionId).items.push(item);
  }

  #drop(item: Item): void {
    this.#disarm(item);
    this.#byId.delete(item.entry.id);
    const lane = this.#lane(item.entry.sessionId);
    lane.items = lane.items.filter((other) => other !== item);
  }

  #lane(sessionId: string): Lane {
    const known = this.#lanes.get(sessionId);
    if (known) return known;
    const lane: Lane = { items: [], storing: Promise.resolve(), running: false, working: Promise.resolve(), again: false };
    this.#lanes.set(sessionId, lane);
    return lane;
  }

  async #put(entry: OutboxEntry): Promise<void> {
    await this.#ports.storage.putOutbox(entry).catch((error: unknown) => {
      throw new DeskError(storageProblem(error), { cause: error });
    });
  }

  /** Were it to stay, the next page would find it in the archive: a nuisance, not a loss. */
  #forget(entry: OutboxEntry): void {
    this.#ports.storage.removeOutbox(entry.id).catch((error: unknown) => this.troubled.emit(storageProblem(error)));
  }

  #later(ms: number, then: () => void): void {
    const cancel = this.#ports.clock.setTimeout(() => {
      this.#timers.delete(cancel);
      then();
    }, ms);
    this.#timers.add(cancel);
  }
}
