/** One session's transcript and what of it is unread: fed by everything that knows of a message. */
import type { Clock } from "../client/clock.ts";
import { OfflineError } from "../client/errors.ts";
import { Emitter, type ReadonlyValue, Value } from "../client/value.ts";
import type { ChatMessage, MessageMark } from "../extensions/chat/types.ts";
import type { Session } from "../extensions/im-session/types.ts";
import { PAGE, type QueryArchive, readBack } from "./archive.ts";
import { problemOf } from "./errors.ts";
import { milestones, notice } from "./milestones.ts";
import type { ArchiveEntry } from "./port.ts";
import { type ArchivedLine, lineKey, type MessageLine, type NoticeLine, type Place, TranscriptLines } from "./transcript-lines.ts";
import type { OutboxEntry, Problem, Transcript } from "./types.ts";

export interface ConversationPorts {
  query: QueryArchive;
  clock: Clock;
  /** Our own bare JID. */
  own: string;
  logonOf(jid: string): string;
  /** Which session a message of the archive belongs to. */
  sessionOf(message: ChatMessage): string | undefined;
  /** Our own message that came back: the archive has it, the other side has not. */
  wasReturned(id: string): boolean;
  /** Our own message of which the outbox does not know: to be in the archive is not to have arrived. */
  isUncertain(id: string): boolean;
  /** Own messages are with the server, or were, and nobody said yet whether they arrived. */
  hasUndecided(): boolean;
}

/** The service's clock, which stamps sessions, and the archive's need not be the same machine's. */
const CLOCK_TOLERANCE_MS = 60_000;
/** How long two directions must be quiet before their order is asked for. */
const ORDER_QUIET_MS = 700;

/** Where own and received messages may stand in another order than in the archive. */
interface Doubt {
  /** Archive ids of the messages above; `undefined`: from the beginning. */
  since: Set<string | undefined>;
  cancel?: () => void;
}

export class Conversation {
  /** The number of unread lines, or what the agent has read, changed. */
  readonly unreadChanged = new Emitter<void>();
  readonly #ports: ConversationPorts;
  readonly #transcript: Value<Transcript>;
  readonly #lines = new TranscriptLines();
  #session: Session;
  #head: readonly NoticeLine[] = [];
  #closing: readonly NoticeLine[] = [];
  #unread = 0;
  #readKey: string | undefined;
  #firstNewKey: string | undefined;
  #wantsMarker = new Set<string>();
  /** `known`: nothing above is missing, or how to read on. */
  #above: { type: "unread" } | { type: "older"; before: string } | { type: "complete" } = { type: "unread" };
  #loading: Promise<void> | undefined;
  #problem: Problem | undefined;
  #isPublishing = false;
  /** Since this line, own and received messages may stand in another order than in the archive. */
  #doubt: Doubt | undefined;
  #windowStart: number;

  /** `isNew`: it began under our eyes, so that the archive has nothing older. `readKey`: how far the agent had read. */
  constructor(ports: ConversationPorts, session: Session, { isNew, readKey }: { isNew: boolean; readKey: string | undefined }) {
    this.#ports = ports;
    this.#session = session;
    this.#readKey = readKey;
    this.#windowStart = session.createdAt - CLOCK_TOLERANCE_MS;
    if (isNew) this.#above = { type: "complete" };
    this.#transcript = new Value<Transcript>({ lines: [], hasOlder: !isNew, loadingOlder: false });
    this.update(session);
  }

  get transcript(): ReadonlyValue<Transcript> {
    return this.#transcript;
  }

  get unread(): number {
    return this.#unread;
  }

  get readKey(): string | undefined {
    return this.#readKey;
  }

  get #isInviter(): boolean {
    return this.#session.inviter === this.#ports.own;
  }

  get #peer(): string {
    return this.#isInviter ? this.#session.target : this.#session.inviter;
  }

  /** From when on the archive holds messages of this conversation. */
  get start(): number {
    return this.#windowStart;
  }

  /** The session changed, or the names in it became known. */
  update(session: Session): void {
    const before = this.#session;
    this.#session = session;
    const logons = { own: this.#ports.logonOf(this.#ports.own), peer: this.#ports.logonOf(this.#peer) };
    const { head, dated, closing } = milestones(session, logons, this.#isInviter);
    this.#head = head;
    this.#closing = closing;
    const isLive = before.revision < session.revision;
    for (const line of dated) {
      if (isLive) this.#lines.notice(line);
      else this.#lines.noticeAtItsTime(line);
    }
    if (before.peerReachable !== session.peerReachable && session.state === "connected") {
      const type = session.peerReachable ? "peer-returned" : "peer-unreachable";
      this.#lines.notice(notice(type, logons.peer, this.#ports.clock.now()));
    }
    this.#publish();
  }

  /** An ordinary message came before there was a session: it belongs to this one. */
  reachBackTo(at: number): void {
    this.#windowStart = Math.min(this.#windowStart, at - CLOCK_TOLERANCE_MS);
  }

  /** Live, or copied from another device. */
  receive(message: ChatMessage): void {
    const line = this.#lineOf(message);
    if (line.own && this.#ports.wasReturned(message.id)) return;
    if (!this.#lines.receive(line, message.archiveId)) {
      this.#publish();
      return;
    }
    this.#noteMarkerWish(message, line.key);
    if (line.own) this.#setUnread(0, line.key);
    else {
      if (this.#unread === 0) this.#firstNewKey = line.key;
      this.#setUnread(this.#unread + 1);
    }
    // The server may have had ours before or after this one: only the archive knows.
    if (!line.own && this.#ports.hasUndecided()) this.#startDoubt(this.#lines.archivedAbove(line.key));
    this.#publish();
  }

  mark({ from, id, kind }: MessageMark): void {
    if (from === this.#ports.own) {
      if (kind === "read") this.#readElsewhere(lineKey(this.#peer, id));
      return;
    }
    if (from === this.#peer && this.#lines.mark(lineKey(this.#ports.own, id), kind)) this.#publish();
  }

  has(key: string): boolean {
    return this.#lines.has(key);
  }

  queued(entry: OutboxEntry): void {
    const key = lineKey(this.#ports.own, entry.id);
    const line = this.#ownLine(entry);
    if (!this.#lines.queue(line)) this.#lines.fail(key, undefined);
    if (entry.failed) this.#lines.fail(key, entry.failed);
    this.#publish();
  }

  sent(entry: OutboxEntry): void {
    this.#lines.settle(lineKey(this.#ports.own, entry.id));
    this.#settleDoubt();
    this.#publish();
  }

  failed(entry: OutboxEntry, problem: Problem): void {
    this.#lines.fail(lineKey(this.#ports.own, entry.id), problem);
    this.#publish();
  }

  removed(entry: OutboxEntry): void {
    this.#lines.remove(lineKey(this.#ports.own, entry.id));
    this.#publish();
  }

  /** A new stream: lines may be missing until the archive has been read. */
  openGap(): void {
    this.#lines.openGap();
  }

  /** What the archive has from the gap, oldest first; other conversations' entries are passed over. */
  fillGap(entries: readonly ArchiveEntry[]): void {
    this.#merge(entries, "newer");
  }

  closeGap(): void {
    this.#lines.closeGap();
    this.#settleDoubt();
  }

  /** Where the gap begins, the archive no longer knows: it is read from this conversation's beginning. What is shown stays. */
  readAnew(): void {
    if (this.#above.type === "unread") return;
    this.#startDoubt(undefined);
    this.#settleDoubt();
  }

  /** Reads the newest page unless it is there already. Never rejects: the transcript says what is wrong. */
  async load(): Promise<void> {
    this.#settleDoubt();
    // One that began on a stream that is gone has failed, and says nothing about this one.
    await this.#loading;
    if (this.#above.type === "unread") await this.loadOlder();
  }

  /** Reads the next older page. Never rejects: the transcript says what is wrong. */
  loadOlder(): Promise<void> {
    this.#loading ??= this.#readOlder().finally(() => {
      this.#loading = undefined;
      this.#publish();
    });
    this.#publish();
    return this.#loading;
  }

  /** The newest received line is before the agent's eyes. Returns the id for the marker, when one is wanted. */
  markRead(): string | undefined {
    const newest = this.#lines.newestReceived();
    if (!newest || (this.#unread === 0 && this.#readKey === newest.key)) return undefined;
    this.#setUnread(0, newest.key);
    return this.#wantsMarker.has(newest.key) ? newest.key.slice(this.#peer.length + 1) : undefined;
  }

  /** The agent looked away: the divider goes above what comes from now on. */
  forgetDivider(): void {
    if (this.#firstNewKey === undefined || this.#unread > 0) return;
    this.#firstNewKey = undefined;
    this.#publish();
  }

  close(): void {
    this.#doubt?.cancel?.();
    this.#doubt = undefined;
  }

  async #readOlder(): Promise<void> {
    this.#problem = undefined;
    try {
      let found = 0;
      while (found === 0 && this.#above.type !== "complete") {
        const before = this.#above.type === "older" ? this.#above.before : "";
        const page = await this.#ports.query({ with: this.#peer, start: this.#windowStart, before, max: PAGE });
        found = this.#merge(page.items, "older");
        this.#above = page.complete || page.first === undefined ? { type: "complete" } : { type: "older", before: page.first };
      }
      this.#recount();
    } catch (error) {
      // Offline is said elsewhere, and the next connection reads on.
      if (!(error instanceof OfflineError)) this.#problem = problemOf(error);
    }
  }

  #merge(entries: readonly ArchiveEntry[], place: Place): number {
    const lines: ArchivedLine[] = [];
    let left: { below: string | undefined } | undefined;
    for (const { archiveId, message, at } of entries) {
      if (!message || this.#ports.sessionOf(message) !== this.#session.id) continue;
      const line = this.#lineOf({ ...message, at });
      if (line.own && this.#ports.wasReturned(message.id)) continue;
      if (line.own && this.#ports.isUncertain(message.id)) {
        left ??= { below: lines.at(-1)?.archiveId };
        continue;
      }
      this.#noteMarkerWish(message, line.key);
      lines.push({ line, archiveId });
    }
    const fresh = this.#lines.mergePage(lines, place);
    // They come in below later, and then take their place.
    if (left) this.#startDoubt(left.below);
    for (const { mark } of entries) if (mark) this.mark(mark);
    if (fresh.length > 0) this.#recount();
    this.#publish();
    return fresh.length;
  }

  #lineOf({ from, id, body, at }: ChatMessage): MessageLine {
    const own = from === this.#ports.own;
    return {
      kind: "message",
      key: lineKey(from, id),
      logon: this.#ports.logonOf(from),
      own,
      text: body,
      at,
      ...(own && { progress: "sent" as const }),
    };
  }

  #ownLine({ id, text, queuedAt }: OutboxEntry): MessageLine {
    const { own, logonOf } = this.#ports;
    return { kind: "message", key: lineKey(own, id), logon: logonOf(own), own: true, text, at: queuedAt, progress: "queued" };
  }

  #noteMarkerWish({ wantsMarker, direction }: ChatMessage, key: string): void {
    if (wantsMarker && direction === "in") this.#wantsMarker.add(key);
  }

  #readElsewhere(key: string): void {
    const line = this.#lines.get(key);
    if (line?.kind !== "message" || line.own) return;
    let isNewer = false;
    for (const received of this.#lines.receivedAfter(this.#readKey)) isNewer ||= received.key === key;
    if (!isNewer) return;
    this.#readKey = key;
    this.#recount();
  }

  #recount(): void {
    let count = 0;
    let first: string | undefined;
    for (const line of this.#lines.receivedAfter(this.#readKey)) {
      count++;
      first = line.key;
    }
    if (count > 0) this.#firstNewKey = first;
    this.#setUnread(count);
  }

  #setUnread(count: number, readKey = this.#readKey): void {
    if (count === this.#unread && readKey === this.#readKey) return;
    this.#unread = count;
    this.#readKey = readKey;
    this.unreadChanged.emit();
  }

  /** Below this place in the archive the order is not certain; of several such, below all of them. */
  #startDoubt(since: string | undefined): void {
    this.#doubt ??= { since: new Set() };
    this.#doubt.since.add(since);
  }

  /** Once both directions are quiet, the archive says in which order the server had them. */
  #settleDoubt(): void {
    const doubt = this.#doubt;
    if (!doubt) return;
    doubt.cancel?.();
    doubt.cancel = this.#ports.clock.setTimeout(() => void this.#askOrder(doubt), ORDER_QUIET_MS);
  }

  async #askOrder(doubt: Doubt): Promise<void> {
    if (this.#doubt === doubt) this.#doubt = undefined;
    const range = { with: this.#peer, start: this.#windowStart };
    const missing = new Set(doubt.since);
    try {
      const entries = await readBack(this.#ports.query, range, ({ archiveId }) => missing.delete(archiveId) && missing.size === 0);
      this.#merge(entries, "again");
      if (doubt.since.has(undefined)) this.#above = { type: "complete" };
      this.#publish();
    } catch (error) {
      // The lines are all there; their order is asked for again, offline with the next connection.
      for (const since of doubt.since) this.#startDoubt(since);
      if (!(error instanceof OfflineError)) this.#settleDoubt();
    }
  }

  /** Once per turn of the event loop: a page of the archive is one change, not fifty. */
  #publish(): void {
    if (this.#isPublishing) return;
    this.#isPublishing = true;
    queueMicrotask(() => {
      this.#isPublishing = false;
      const hasOlder = this.#above.type !== "complete";
      this.#transcript.set({
        lines: [...(hasOlder ? [] : this.#head), ...this.#lines.settled(), ...this.#closing, ...this.#lines.unsent()],
        hasOlder,
        loadingOlder: this.#loading !== undefined,
        ...(this.#problem && { problem: this.#problem }),
        ...(this.#firstNewKey !== undefined && { firstNewKey: this.#firstNewKey }),
      });
    });
  }
}
