/** What the desk shows and takes: plain data, no XML, no DOM. The words for all of it live in web/i18n. */
import type { ReadonlyValue } from "../client/value.ts";
import type { AgentRow, Me, TeamFilter } from "../extensions/directory/types.ts";
import type { SessionMode, SessionReason, SessionState } from "../extensions/im-session/types.ts";

export type { AgentRow, Me, TeamFilter } from "../extensions/directory/types.ts";
export type { SessionMode, SessionReason, SessionState } from "../extensions/im-session/types.ts";

/** A failure an agent can see; `code` is a sentence of the i18n module, `detail` fills its blanks. */
export interface Problem {
  code:
    | "wrong-logon-or-password"
    | "too-many-sign-ins"
    | "server-not-verified"
    | "server-unreachable"
    | "replaced-by-other-tab"
    | "service-away"
    | "right-missing"
    | "target-right-missing"
    | "target-unreachable"
    | "unknown-agent"
    | "unknown-session"
    | "wrong-state"
    | "too-many"
    | "message-too-long"
    | "message-not-sent"
    | "storage-unavailable"
    | "storage-full"
    | "connection-lost"
    | "unexpected";
  detail?: Record<string, string | number>;
}

/** Where the desk's connection is, as the agent is told. */
export type DeskConnection =
  | { type: "signed-out"; problem?: Problem }
  | { type: "signing-in" }
  | { type: "online" }
  /** `retryAt`: milliseconds since the epoch; undefined while an attempt is under way. */
  | { type: "reconnecting"; retryAt?: number; problem: Problem };

/** What the agent says of himself or herself. */
export type OwnReadiness = { type: "ready" } | { type: "not-ready"; reason: string } | { type: "away" };

/** `queued`: stored here. `sent`: in the recipient's archive. `failed`: not sent, the agent decides. */
export type LineProgress = "queued" | "sent" | "delivered" | "read" | "failed";

/** One entry of the transcript. */
export type TranscriptLine =
  | {
      kind: "message";
      /** Stable under every change of the line. */
      key: string;
      /** Logon of the writer. */
      logon: string;
      own: boolean;
      text: string;
      /** Milliseconds since the epoch. */
      at: number;
      /** Own lines only. */
      progress?: LineProgress;
      problem?: Problem;
    }
  | {
      kind: "notice";
      key: string;
      /** The invitation's and session's milestones. */
      notice: "invited" | "peer-returned" | "peer-unreachable" | "plain-invitation" | SessionReason | "ended";
      logon: string;
      at: number;
    };

export interface Transcript {
  lines: readonly TranscriptLine[];
  /** The archive has older lines of this session. */
  hasOlder: boolean;
  loadingOlder: boolean;
  /** Could not read the archive. */
  problem?: Problem;
  /** Key of the first line that was new when the agent last looked: the divider goes above it. */
  firstNewKey?: string;
}

/** What a command that is not available now says instead: `reason` is a key of the i18n module. */
export type Permission =
  | { allowed: true }
  | {
      allowed: false;
      reason:
        | "no-right"
        | "target-no-right"
        | "signed-out"
        | "unreachable"
        | "not-connected"
        | "not-ended"
        | "ended"
        | "offline"
        | "self"
        | "already-open";
    };

/** An IM session as the desk shows it. */
export interface SessionView {
  id: string;
  peerJid: string;
  peerLogon: string;
  peerName: string;
  role: "inviter" | "target";
  mode: SessionMode;
  state: SessionState;
  reason?: SessionReason;
  /** I am the target and have neither accepted nor rejected. */
  pending: boolean;
  /** Pending, and its notification is to be shown until `expiresAt` (ms since the epoch). */
  notifying: boolean;
  expiresAt: number;
  createdAt: number;
  /** Has a tab in the Interaction window; else it is in the task bar only. */
  open: boolean;
  unread: number;
  peerReachable: boolean;
  peerTyping: boolean;
  /** The text that came with the invitation (consultations, ordinary clients). */
  firstMessage?: string;
  maySend: Permission;
  mayEnd: Permission;
  mayMarkDone: Permission;
  /** An operation of this session is under way. */
  busy: boolean;
}

export interface SessionsState {
  sessions: readonly SessionView[];
  /** The session whose tab is in front. */
  currentId?: string;
}

/** Rows of the Team Communicator that are known, sparse: the view asks for the window it shows. */
export interface TeamState {
  text: string;
  filter: TeamFilter;
  /** All rows that match; undefined until the first answer. */
  count?: number;
  /** By row number. */
  rows: ReadonlyMap<number, AgentRow>;
  loading: boolean;
  problem?: Problem;
}

/** Kept across reloads and crashes; in the browser IndexedDB. One desk per agent. */
export interface DeskStorage {
  readOutbox(): Promise<OutboxEntry[]>;
  /** Resolves when it is stored durably. Rejects when storage is full or forbidden. */
  putOutbox(entry: OutboxEntry): Promise<void>;
  removeOutbox(id: string): Promise<void>;
  /** Small values: drafts, last seen archive ids, open sessions. */
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

export interface OutboxEntry {
  /** Message id = origin-id. */
  id: string;
  sessionId: string;
  to: string;
  text: string;
  /** Order within the session. */
  sequence: number;
  /** Milliseconds since the epoch. */
  queuedAt: number;
  /** It was handed to the server at least once: ask the archive before sending again. */
  attempted: boolean;
  /** The agent must decide: retry or discard. */
  failed?: Problem;
}

/** The Team Communicator's state and commands. */
export interface Team {
  readonly state: ReadonlyValue<TeamState>;
  /** Searches as the agent types. Answers that come late for an older text are dropped. */
  search(text: string): void;
  filter(filter: TeamFilter): void;
  /** The rows on screen: loads what is missing and watches exactly these agents' presence. */
  show(first: number, last: number): void;
  setFavorite(jid: string, favorite: boolean): Promise<void>;
  /** Whether an IM can be sent to this agent now, and if not, why. */
  mayInvite(row: AgentRow): Permission;
}

/** The agent's desk. Every command rejects with a DeskError whose `problem` can be shown. */
export interface Desk {
  readonly connection: ReadonlyValue<DeskConnection>;
  readonly me: ReadonlyValue<Me | undefined>;
  readonly readiness: ReadonlyValue<OwnReadiness>;
  readonly sessions: ReadonlyValue<SessionsState>;
  /** False while the service does not answer: sessions go on, invitations fail. */
  readonly serviceThere: ReadonlyValue<boolean>;
  /** Something the agent should know that belongs to no session (storage, service). */
  readonly problems: ReadonlyValue<readonly Problem[]>;
  readonly team: Team;
  /** The transcript of one session; the same object for the same session. */
  transcript(sessionId: string): ReadonlyValue<Transcript>;
  setReadiness(readiness: OwnReadiness): void;
  /** Starts an IM; resolves with the id of the session (an open one with the same agent is shown again). */
  invite(jid: string): Promise<string>;
  accept(sessionId: string): Promise<void>;
  reject(sessionId: string): Promise<void>;
  end(sessionId: string): Promise<void>;
  markDone(sessionId: string): Promise<void>;
  /** Stores the text in the outbox, then sends. Rejects only if it was not stored (too long, storage full). */
  send(sessionId: string, text: string): Promise<void>;
  retry(sessionId: string, key: string): Promise<void>;
  discard(sessionId: string, key: string): Promise<void>;
  setTyping(sessionId: string, typing: boolean): void;
  /** Brings the session's tab to the front (and displays a pending one). */
  open(sessionId: string): void;
  /** The agent sees this session's newest line now. */
  markRead(sessionId: string): void;
  /** The page is (not) in front: unread marks and CSI follow. */
  setAttention(inFront: boolean): void;
  loadOlder(sessionId: string): Promise<void>;
  readDraft(sessionId: string): Promise<string>;
  writeDraft(sessionId: string, text: string): void;
  dismissProblem(problem: Problem): void;
  /** Tries to connect at once instead of waiting for `retryAt`. */
  reconnectNow(): void;
  /** Signs out properly: sessions end for the peers, presence says so. */
  signOut(): Promise<void>;
  /** Lets go of everything without signing out (the page goes away). */
  close(): void;
}
