/**
 * What happened while we were away, read from our own archive from where we had been to its end. The place is the
 * archive id of the last message up to which nothing is missing; it is kept across reloads.
 */
import type { Clock } from "../client/clock.ts";
import { OfflineError, StanzaError } from "../client/errors.ts";
import type { QueryArchive } from "./archive.ts";
import type { ArchiveEntry, ArchivePage } from "./port.ts";

export interface CatchUpPorts {
  query: QueryArchive;
  clock: Clock;
  /** The next entries, oldest first. */
  found(entries: readonly ArchiveEntry[]): void;
  /** Read to the end: nothing is missing. */
  complete(): void;
  /** The archive no longer reaches back to where we had been. */
  outOfReach(): void;
  keep(place: string): void;
}

const MAX = 100;
const AGAIN_MS = 2_000;

export class CatchUp {
  readonly #ports: CatchUpPorts;
  /** `null`: the archive was empty. */
  #place: string | null | undefined;
  #isComplete = true;
  #run = 0;
  #cancelAgain: (() => void) | undefined;

  constructor(ports: CatchUpPorts, place: string | undefined) {
    this.#ports = ports;
    this.#place = place;
  }

  /** A live message was archived under this id. */
  live(archiveId: string): void {
    // Before the gap is closed, this would hide it.
    if (this.#isComplete) this.#reach(archiveId);
  }

  /** The server did not keep our stream: something may be missing. */
  interrupted(): void {
    this.#isComplete = false;
  }

  online(): void {
    if (!this.#isComplete) void this.#read(++this.#run);
  }

  offline(): void {
    this.#run++;
    this.#cancelAgain?.();
  }

  /** Never rejects. */
  async #read(run: number): Promise<void> {
    this.#cancelAgain?.();
    try {
      for (;;) {
        const page = await this.#next();
        if (run !== this.#run) return;
        this.#reach(page.last ?? this.#place ?? null);
        this.#ports.found(page.items);
        if (!page.complete) continue;
        this.#isComplete = true;
        return this.#ports.complete();
      }
    } catch (error) {
      if (run !== this.#run || error instanceof OfflineError) return;
      if (error instanceof StanzaError && error.condition === "item-not-found" && this.#place !== undefined) {
        this.#place = undefined;
        this.#ports.outOfReach();
        return this.#read(run);
      }
      this.#cancelAgain = this.#ports.clock.setTimeout(() => void this.#read(run), AGAIN_MS);
    }
  }

  async #next(): Promise<ArchivePage> {
    const { query } = this.#ports;
    if (this.#place === undefined) {
      // Never been here: from now on. What was before is read conversation by conversation.
      const { last } = await query({ before: "", max: 1 });
      return { items: [], complete: true, ...(last !== undefined && { last }) };
    }
    return query({ ...(this.#place !== null && { after: this.#place }), max: MAX });
  }

  #reach(place: string | null): void {
    if (place === this.#place) return;
    this.#place = place;
    if (place !== null) this.#ports.keep(place);
  }
}
