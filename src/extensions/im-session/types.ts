/** `urn:parley:im-session:0`: the shapes of docs/protocol/im-session.md. */

export const NS_IM_SESSION = "urn:parley:im-session:0";

/** `not-connected` → `connected` → `ended`, or `not-connected` → `ended`; never back. */
export type SessionState = "not-connected" | "connected" | "ended";

/** Why it ended, or what is new, as seen by the agent to whom the session is sent. */
export type SessionReason =
  | "accepted"
  | "rejected"
  | "timed-out"
  | "unreachable"
  | "cancelled"
  | "answered-elsewhere"
  | "signed-out"
  | "ended-by-peer";

/**
 * `parley`: both sides understand this extension. `plain`: the other side is an ordinary XMPP client;
 * the session is connected by its first reply.
 */
export type SessionMode = "parley" | "plain";

/** A session as one of its two agents sees it. Times are milliseconds since the epoch (XEP-0082 on the wire). */
export interface Session {
  /** UUID, made by the inviter's client; also the `<thread/>` of every message of the session. */
  id: string;
  /** Grows by one with every change of this session. */
  revision: number;
  state: SessionState;
  mode: SessionMode;
  reason?: SessionReason;
  /** Bare JIDs. */
  inviter: string;
  target: string;
  createdAt: number;
  /** When the notification goes away. The invitation stays pending. */
  expiresAt: number;
  /** When it was connected. */
  acceptedAt?: number;
  endedAt?: number;
  /** False while none of the other agent's clients is there. */
  peerReachable: boolean;
  /** No longer in this agent's list: marked done, or rejected by this agent. */
  done: boolean;
}

/** All sessions of an agent that are not done, with the version of the list. */
export interface SessionList {
  version: number;
  sessions: Session[];
}

/**
 * What the service pushes. `version` grows by one with every push to this agent: a client that
 * sees a gap asks for the list again. `offer`: show the invitation now.
 */
export interface SessionPush {
  type: "offer" | "changed";
  version: number;
  session: Session;
}

/** What an agent asks for. Each may be repeated: the answer is the session as it then is. */
export type SessionCommand =
  /** `answering`: the target wrote to us from an ordinary client, and this accepts that (mode plain, connected at once). */
  | { type: "invite"; id: string; to: string; answering: boolean }
  /** By the target; or, in mode plain, by the inviter when the first reply came. */
  | { type: "accept"; id: string }
  | { type: "reject"; id: string }
  | { type: "end"; id: string }
  | { type: "done"; id: string };

/** The application condition beside the stanza error's defined condition. */
export type SessionRefusal =
  /** forbidden: `whose` agent lacks `right`. */
  | { type: "right-missing"; right: string; whose: "own" | "target" }
  /** item-not-found: no such session for this agent (a foreign one looks the same). */
  | { type: "unknown-session" }
  /** item-not-found: the target is no agent. */
  | { type: "unknown-agent" }
  /** unexpected-request: the session's state does not allow it. */
  | { type: "wrong-state"; state: SessionState }
  /** bad-request: this field is missing or wrong. */
  | { type: "bad-field"; field: string }
  /** resource-constraint: too many open sessions, or too many commands. */
  | { type: "limit"; limit: string };
