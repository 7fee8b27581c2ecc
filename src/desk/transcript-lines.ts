/**
 * The lines of one conversation, in order, whatever way they came: live, copied from another device, read from the
 * archive, or waiting in the outbox. No effects: the same facts in, the same lines out.
 *
 * Order: what has been sent stands in the order of the archive, which is the server's order of arrival; own messages
 * that are not sent yet stand below. Live messages arrive in the archive's order, so appending is enough; of own ones
 * only the time of their acknowledgement is known, and a page of the archive puts right where they stand. One message costs a few steps whatever the length of the conversation.
 */
import type { LineProgress, Problem, TranscriptLine } from "./types.ts";

export type MessageLine = Extract<TranscriptLine, { kind: "message" }>;
export type NoticeLine = Extract<TranscriptLine, { kind: "notice" }>;

/** A message of the archive; the same message may be there several times, when it was sent again. */
export interface ArchivedLine {
  line: MessageLine;
  archiveId: string;
}

/** `older`: it continues the reading upwards. `newer`: it fills the gap, from above. `again`: it only puts right. */
export type Place = "older" | "newer" | "again";

/** What identifies a message: two people may, by ill will, use the same id. */
export function lineKey(from: string, id: string): string {
  return `${from} ${id}`;
}

const RANK: Record<LineProgress, number> = { failed: 0, queued: 0, sent: 1, delivered: 2, read: 3 };

function isSettled(line: MessageLine): boolean {
  return line.progress === undefined || RANK[line.progress] > 0;
}

export class TranscriptLines {
  /** Arrived, or taken over by the server, with the notices among them. */
  readonly #settled: TranscriptLine[] = [];
  /** Own, not taken over yet. */
  #unsent: MessageLine[] = [];
  readonly #byKey = new Map<string, TranscriptLine>();
  /**
   * Those whose place among each other is the archive's, by key, with the archive's id where it is known. Own messages
   * of this device are not, until it was read.
   */
  readonly #placed = new Map<string, string | undefined>();
  /** Marks for lines that are not known (yet): older pages bring them. */
  readonly #marks = new Map<string, "delivered" | "read">();
  /** Up to this line the archive has been read backwards. */
  #readFrom: string | undefined;
  /** Notices that have their place by time only, for as long as the lines around them may still be paged in. */
  readonly #dated: NoticeLine[] = [];
  /** While a gap is being filled: the last line above what is still missing; `undefined`: there is none. */
  #gap: { above: string | undefined } | undefined;

  /** A copy: what was handed out never changes. */
  settled(): TranscriptLine[] {
    return this.#settled.slice();
  }

  unsent(): MessageLine[] {
    return this.#unsent.slice();
  }

  get size(): number {
    return this.#settled.length + this.#unsent.length;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  get(key: string): TranscriptLine | undefined {
    return this.#byKey.get(key);
  }

  /** The newest line of the other side. */
  newestReceived(): MessageLine | undefined {
    return this.#settled.findLast((line): line is MessageLine => line.kind === "message" && !line.own);
  }

  /**
   * The other side's lines below this one, newest first; all, when it is not known. An own line ends them as well:
   * who writes has seen what stands above.
   */
  *receivedAfter(key: string | undefined): Iterable<MessageLine> {
    for (let index = this.#settled.length - 1; index >= 0; index--) {
      const line = this.#settled[index]!;
      if (line.kind !== "message") continue;
      if (line.key === key || line.own) return;
      yield line;
    }
  }

  /** The archive's id of the nearest message above this one that has its place; undefined when there is none. */
  archivedAbove(key: string): string | undefined {
    for (let index = this.#lastIndexOf(key) - 1; index >= 0; index--) {
      const archiveId = this.#placed.get(this.#settled[index]!.key);
      if (archiveId !== undefined) return archiveId;
    }
    return undefined;
  }

  /**
   * Live or copied from another device: below all that was sent, for it comes in the archive's order. False when it is
   * known already; sent again, it stands where the last copy is, for that is what both archives have.
   */
  receive(line: MessageLine, archiveId?: string): boolean {
    const known = this.#byKey.get(line.key);
    if (known) {
      // Our own, seen from outside: it did arrive.
      if (line.own) this.settle(line.key);
      if (this.#isOtherCopy(line.key, archiveId)) {
        this.#takeOut(line.key);
        this.#append(known);
        this.#placed.set(line.key, archiveId);
      }
      return false;
    }
    this.#append(line);
    this.#placed.set(line.key, archiveId);
    this.#applyMark(line.key);
    return true;
  }

  notice(line: NoticeLine): boolean {
    if (this.#byKey.has(line.key)) return false;
    this.#append(line);
    return true;
  }

  /** A notice of long ago: at its time among the lines that are known. */
  noticeAtItsTime(line: NoticeLine): boolean {
    if (this.#byKey.has(line.key)) return false;
    this.#byKey.set(line.key, line);
    this.#dated.push(line);
    this.#placeByTime(line);
    return true;
  }

  /** An own message, stored and not sent. */
  queue(line: MessageLine): boolean {
    if (this.#byKey.has(line.key)) return false;
    this.#byKey.set(line.key, line);
    this.#unsent.push(line);
    return true;
  }

  /** The server has it: it moves above what is still waiting. */
  settle(key: string): boolean {
    const index = this.#unsent.findIndex((line) => line.key === key);
    if (index < 0) return false;
    const [line] = this.#unsent.splice(index, 1) as [MessageLine];
    const { problem: _overcome, ...rest } = line;
    this.#append({ ...rest, progress: "sent" });
    this.#applyMark(key);
    return true;
  }

  /** Not sent: it stays below, and says why. `undefined`: it waits again. */
  fail(key: string, problem: Problem | undefined): boolean {
    const index = this.#unsent.findIndex((line) => line.key === key);
    if (index < 0) return false;
    const { problem: _previous, ...rest } = this.#unsent[index]!;
    const line: MessageLine = problem ? { ...rest, progress: "failed", problem } : { ...rest, progress: "queued" };
    this.#unsent[index] = line;
    this.#byKey.set(key, line);
    return true;
  }

  /** Takes an unsent line away. */
  remove(key: string): boolean {
    const index = this.#unsent.findIndex((line) => line.key === key);
    if (index < 0) return false;
    this.#unsent.splice(index, 1);
    this.#byKey.delete(key);
    return true;
  }

  /** How far an own message got. Never backwards; "read" holds for all lines above it too (XEP-0333 §4.1). */
  mark(key: string, kind: "delivered" | "read"): boolean {
    const line = this.#byKey.get(key);
    if (!line) {
      if (this.#marks.get(key) !== "read") this.#marks.set(key, kind);
      return false;
    }
    if (line.kind !== "message" || !line.own) return false;
    // Who received it proves that the server had it.
    if (!isSettled(line)) this.settle(key);
    const index = this.#lastIndexOf(key);
    return kind === "read" ? this.#readUpTo(index, index) : this.#raise(index, kind);
  }

  /** Lines may be missing from here on, until the archive has been read to its end. */
  openGap(): void {
    this.#gap ??= { above: this.#settled.at(-1)?.key };
  }

  closeGap(): void {
    this.#gap = undefined;
  }

  /**
   * A page of the archive, oldest first: where it overlaps what is known, its order is the order. Returns the lines
   * that were not known.
   */
  mergePage(page: readonly ArchivedLine[], place: Place): MessageLine[] {
    const lines = this.#copiesThatCount(page, place);
    for (const { key } of lines) this.settle(key);
    const fresh = lines.filter(({ key }) => !this.#byKey.has(key));
    const isApart = !lines.some(({ key }) => this.#placed.has(key));
    if (lines.length > 0) {
      const stood = this.#liftUnplaced(lines);
      const top = isApart ? this.#insert(this.#topOf(place, stood), lines) : this.#interleave(lines, place);
      if (this.#gap && place === "newer") this.#gap.above = lines.at(-1)!.key;
      if (place === "older") this.#readFrom = lines[0]!.key;
      for (const { line, archiveId } of page) if (this.#placed.has(line.key)) this.#placed.set(line.key, archiveId);
      for (const { key } of fresh) this.#applyMark(key);
      this.#spreadRead(top);
    }
    if (place === "older" || !isApart) this.#replaceDated();
    return fresh;
  }

  #append(line: TranscriptLine): void {
    this.#byKey.set(line.key, line);
    this.#settled.push(line);
  }

  /**
   * Takes the page's members out that stand where nobody said they belong; they go in again with the page. Returns where the
   * first of them stood, the bottom if there was none.
   */
  #liftUnplaced(page: readonly MessageLine[]): number {
    const lifted = page.filter(({ key }) => this.#byKey.has(key) && !this.#placed.has(key)).map(({ key }) => this.#takeOut(key));
    return Math.min(this.#settled.length, ...lifted);
  }

  /** Returns where it stood. */
  #takeOut(key: string): number {
    const index = this.#lastIndexOf(key);
    if (this.#gap?.above === key) this.#gap.above = this.#settled[index - 1]?.key;
    this.#settled.splice(index, 1);
    return index;
  }

  #insert(index: number, page: readonly MessageLine[]): number {
    const lines = page.map((line) => this.#byKey.get(line.key) ?? line);
    for (const line of lines) this.#place(line);
    this.#settled.splice(index, 0, ...lines);
    return index;
  }

  /** Between the page's members that have their place already, the others take theirs. */
  #interleave(page: readonly MessageLine[], place: Place): number {
    const first = page.findIndex(({ key }) => this.#placed.has(key));
    const anchor = this.#lastIndexOf(page[first]!.key);
    const top = place === "newer" ? Math.min(anchor, this.#topOf(place)) : anchor;
    this.#insert(top, page.slice(0, first));
    let index = top + first;
    for (const line of page.slice(first)) {
      if (this.#placed.has(line.key)) index = this.#lastIndexOf(line.key);
      else this.#insert(index, [line]);
      index++;
    }
    return top;
  }

  #place(line: TranscriptLine): void {
    this.#byKey.set(line.key, line);
    this.#placed.set(line.key, undefined);
  }

  #isOtherCopy(key: string, archiveId: string | undefined): boolean {
    const known = this.#placed.get(key);
    return known !== undefined && archiveId !== undefined && known !== archiveId;
  }

  /** Each message once: the last copy. Read backwards, that is the one we know; read forwards, the one that comes. */
  #copiesThatCount(page: readonly ArchivedLine[], place: Place): MessageLine[] {
    const byKey = new Map<string, MessageLine>();
    for (const { line, archiveId } of page) {
      if (this.#isOtherCopy(line.key, archiveId)) {
        if (place === "older") continue;
        this.#placed.delete(line.key);
      }
      byKey.delete(line.key);
      byKey.set(line.key, line);
    }
    return [...byKey.values()];
  }

  /** Where lines go that have nothing to hold on to. Asked for again they stay where they `stood`: what came since is below. */
  #topOf(place: Place, stood = this.#settled.length): number {
    if (place === "older") return this.#readFrom === undefined ? 0 : this.#lastIndexOf(this.#readFrom);
    if (place === "newer" && this.#gap) return this.#gap.above === undefined ? 0 : this.#lastIndexOf(this.#gap.above) + 1;
    return place === "again" ? stood : this.#settled.length;
  }

  /** A mark that came before its line. */
  #applyMark(key: string): void {
    const kind = this.#marks.get(key);
    if (kind === undefined) return;
    this.#marks.delete(key);
    this.mark(key, kind);
  }

  /** What stands above a line that was read has been read as well, though it came into view later. */
  #spreadRead(top: number): void {
    const read = this.#settled.findLastIndex((line) => line.kind === "message" && line.progress === "read");
    if (read >= top) this.#readUpTo(read, top);
  }

  #raise(index: number, progress: LineProgress): boolean {
    const line = this.#settled[index];
    if (line?.kind !== "message" || !line.own || RANK[line.progress ?? "sent"] >= RANK[progress]) return false;
    this.#replace(index, { ...line, progress });
    return true;
  }

  /** From `surely` upwards it may stop at the first line that was read before: all above it are. */
  #readUpTo(index: number, surely: number): boolean {
    let changed = false;
    for (let above = index; above >= 0; above--) {
      const line = this.#settled[above]!;
      if (line.kind !== "message" || !line.own) continue;
      if (line.progress === "read" && above < surely) break;
      changed = this.#raise(above, "read") || changed;
    }
    return changed;
  }

  #replace(index: number, line: TranscriptLine): void {
    this.#settled[index] = line;
    this.#byKey.set(line.key, line);
  }

  #placeByTime(line: NoticeLine): void {
    const before = this.#settled.findLastIndex((other) => other.at <= line.at);
    this.#settled.splice(before + 1, 0, line);
  }

  #replaceDated(): void {
    for (const line of this.#dated) {
      this.#settled.splice(this.#lastIndexOf(line.key), 1);
      this.#placeByTime(line);
    }
  }

  /** From the end: nearly all questions are about recent lines. */
  #lastIndexOf(key: string): number {
    const line = this.#byKey.get(key);
    return line ? this.#settled.lastIndexOf(line) : -1;
  }
}
