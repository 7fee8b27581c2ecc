/** What the desk asks of the protocol library: the part of its `Client` that is used here. */
import type { ConnectionState } from "../client/stream.ts";
import type { Emitter, ReadonlyValue } from "../client/value.ts";
import type { StanzaError } from "../client/errors.ts";
import type { ChatMessage, ChatStateChange, ChatStateName, MessageMark, OutgoingChat } from "../extensions/chat/types.ts";
import type { Directory } from "../extensions/directory/directory.ts";
import type { ImSession } from "../extensions/im-session/im-session.ts";
import type { OwnReadiness } from "./types.ts";

/** One page of our own archive (XEP-0313). */
export interface ArchivePage {
  /** Oldest first. */
  items: ArchiveEntry[];
  /** Nothing lies beyond this page in the direction of reading. */
  complete: boolean;
  /** Archive ids of the page's ends. */
  first?: string;
  last?: string;
}

export interface ArchiveEntry {
  archiveId: string;
  /** Milliseconds since the epoch. */
  at: number;
  message?: ChatMessage;
  mark?: MessageMark;
}

export interface ArchiveQuery {
  /** Bare JID of the other side; none: everybody. */
  with?: string;
  /** Milliseconds since the epoch. */
  start?: number;
  end?: number;
  /** Reads backwards from this archive id; the empty string: from the end. */
  before?: string;
  /** Reads forwards from this archive id. */
  after?: string;
  max: number;
}

export interface DeskChat {
  /** In and out; live and carbon copies. */
  readonly received: Emitter<ChatMessage>;
  readonly marks: Emitter<MessageMark>;
  readonly states: Emitter<ChatStateChange>;
  /** Resolves when written. */
  send(message: OutgoingChat): Promise<void>;
  /** The server has taken the message over. */
  readonly acked: Emitter<{ id: string }>;
  /** Nobody knows whether the message arrived. */
  readonly lost: Emitter<{ id: string }>;
  /** The message came back. */
  readonly bounced: Emitter<{ id: string; error: StanzaError }>;
  sendState(to: string, thread: string | undefined, state: ChatStateName): Promise<void>;
  /** XEP-0333: this message and all before it have been displayed. */
  sendMarker(to: string, thread: string | undefined, id: string): Promise<void>;
}

export interface DeskClient {
  readonly state: ReadonlyValue<ConnectionState>;
  /** Our own bare JID. */
  readonly bareJid: string;
  readonly chat: DeskChat;
  readonly imSession: ImSession;
  readonly directory: Directory;
  /** A new stream is ready for use: copies and messages come. True while online. */
  readonly established: ReadonlyValue<boolean>;
  queryArchive(query: ArchiveQuery): Promise<ArchivePage>;
  /** Which of these messages of ours the archive has. */
  findArchived(search: { with: string; ids: readonly string[]; since: number }): Promise<{ has(id: string): boolean }>;
  /** Told at once when online, else with the next stream. */
  setReadiness(readiness: OwnReadiness): Promise<void>;
  /** XEP-0352: whether somebody looks. */
  setActive(active: boolean): void;
  /** Connects; at once, when it was waiting for the next attempt. */
  start(): void;
  signOut(): Promise<void>;
  /** Drops the connection; the server keeps the stream for a while. */
  abandon(): void;
}
