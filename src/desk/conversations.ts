/** All transcripts, and which of them a message, a mark or an archive entry belongs to. */
import type { Clock } from "../client/clock.ts";
import { Emitter } from "../client/value.ts";
import type { ChatMessage, MessageMark } from "../extensions/chat/types.ts";
import type { Session } from "../extensions/im-session/types.ts";
import type { QueryArchive } from "./archive.ts";
import { Conversation } from "./conversation.ts";
import type { KeptInvitation } from "./kept.ts";
import type { Outbox, OutboxChange } from "./outbox.ts";
import { sessionFor } from "./session-list.ts";
import type { ArchiveEntry } from "./port.ts";

export interface ConversationsPorts {
  query: QueryArchive;
  clock: Clock;
  /** Our own bare JID. */
  own: string;
  logonOf(jid: string): string;
  outbox: Pick<Outbox, "entries" | "isUncertain" | "hasUndecided" | "wasReturned">;
}

export class Conversations {
  /** Unread counts, or how far the agent has read, changed. */
  readonly unreadChanged = new Emitter<void>();
  /** A message came for this session. */
  readonly arrived = new Emitter<{ session: Session; message: ChatMessage }>();
  /** A message came that belongs to no session we know. */
  readonly stray = new Emitter<ChatMessage>();
  readonly #ports: ConversationsPorts;
  readonly #byId = new Map<string, Conversation>();
  #sessions: ReadonlyMap<string, Session> = new Map();
  readonly #read: Record<string, string>;
  readonly #began: Map<string, number>;
  #hasGap = false;

  constructor(ports: ConversationsPorts, kept: { read: Record<string, string>; began: Record<string, number> }) {
    this.#ports = ports;
    this.#read = { ...kept.read };
    this.#began = new Map(Object.entries(kept.began));
  }

  /** By session: the line up to which the agent has read. Of sessions that are gone, nothing. */
  get read(): Record<string, string> {
    const live = [...this.#byId].map(([id, { readKey }]) => [id, readKey]);
    return Object.fromEntries(live.filter(([, key]) => key !== undefined));
  }

  get began(): Record<string, number> {
    return Object.fromEntries([...this.#began].filter(([id]) => this.#sessions.has(id)));
  }

  get(sessionId: string): Conversation | undefined {
    return this.#byId.get(sessionId);
  }

  /**
   * The sessions as they are now, invitations of ordinary clients among them. What is marked done goes, and its
   * lines with it.
   */
  update(sessions: ReadonlyMap<string, Session>): void {
    this.#sessions = sessions;
    for (const [id, conversation] of this.#byId) {
      if (sessions.has(id)) continue;
      conversation.close();
      this.#byId.delete(id);
    }
    for (const session of sessions.values()) {
      const known = this.#byId.get(session.id);
      if (known) known.update(session);
      else this.#open(session);
    }
  }

  /** Names became known. */
  rename(): void {
    for (const [id, conversation] of this.#byId) conversation.update(this.#sessions.get(id)!);
  }

  receive(message: ChatMessage): void {
    const session = this.#sessionOf(message);
    const conversation = session && this.#byId.get(session.id);
    if (!session || !conversation) return this.stray.emit(message);
    conversation.receive(message);
    this.arrived.emit({ session, message });
  }

  mark(mark: MessageMark): void {
    for (const conversation of this.#byId.values()) conversation.mark(mark);
  }

  outboxChanged(change: OutboxChange): void {
    const { entry } = change;
    const conversation = this.#byId.get(entry.sessionId);
    if (!conversation) return;
    if (change.type === "failed") conversation.failed(entry, change.problem);
    else conversation[change.type](entry);
  }

  /** The messages of an ordinary client that this session began with. */
  adopt(session: Session, { messages }: KeptInvitation): void {
    const conversation = this.#byId.get(session.id);
    const first = messages[0];
    if (!conversation || !first) return;
    conversation.reachBackTo(first.at);
    this.#began.set(session.id, first.at);
    for (const message of messages) conversation.receive(message);
  }

  /** A new stream: what came meanwhile will be read from the archive. */
  openGap(): void {
    this.#hasGap = true;
    for (const conversation of this.#byId.values()) conversation.openGap();
  }

  fillGap(entries: readonly ArchiveEntry[]): void {
    for (const conversation of this.#byId.values()) conversation.fillGap(entries);
    for (const { message } of entries) {
      if (!message) continue;
      const session = this.#sessionOf(message);
      if (session) this.arrived.emit({ session, message });
      else this.stray.emit(message);
    }
  }

  closeGap(): void {
    this.#hasGap = false;
    for (const conversation of this.#byId.values()) conversation.closeGap();
  }

  /** The archive does not know where the gap begins. */
  readAnew(): void {
    for (const conversation of this.#byId.values()) conversation.readAnew();
  }

  /** Reads what has not been read yet; after a reload, and when an earlier attempt failed. */
  loadAll(): void {
    for (const conversation of this.#byId.values()) void conversation.load();
  }

  close(): void {
    for (const conversation of this.#byId.values()) conversation.close();
  }

  #open(session: Session): void {
    // Nobody writes before the accept, or a message of an ordinary client is at hand: the archive has nothing more.
    const isNew = session.state === "not-connected" && (session.mode === "parley" || session.target === this.#ports.own);
    const readKey = this.#read[session.id];
    const { query, clock, own, logonOf, outbox } = this.#ports;
    const conversation = new Conversation(
      {
        query,
        clock,
        own,
        logonOf,
        sessionOf: (message) => this.#sessionOf(message)?.id,
        wasReturned: (id) => outbox.wasReturned(id),
        isUncertain: (id) => outbox.isUncertain(id),
        hasUndecided: () => outbox.hasUndecided(session.id),
      },
      session,
      { isNew, readKey },
    );
    const began = this.#began.get(session.id);
    if (began !== undefined) conversation.reachBackTo(began);
    if (this.#hasGap) conversation.openGap();
    for (const entry of outbox.entries(session.id)) conversation.queued(entry);
    conversation.unreadChanged.on(() => this.unreadChanged.emit());
    this.#byId.set(session.id, conversation);
    void conversation.load();
  }

  #sessionOf({ from, to, thread, at, source }: ChatMessage): Session | undefined {
    // Our own clock stamps what is live: only of the archive does the time say which session it was.
    return sessionFor(
      { from, to, ...(thread !== undefined && { thread }), ...(source === "archive" && { at }) },
      this.#sessions.values(),
      this.#ports.own,
      this.#began,
    );
  }
}
