import type { SessionMode, SessionReason, SessionState } from "../../extensions/im-session/types.ts";

/** The two agents of a session. */
export type Side = "inviter" | "target";

/** What one side of a session sees and is. */
export interface SideRecord {
  jid: string;
  /** As this side is told. */
  reason?: SessionReason;
  /** No longer in this side's list. */
  done: boolean;
  /** One of this agent's clients is there. */
  present: boolean;
  /** While not present: when the session ends for that. Milliseconds since the epoch. */
  graceUntil?: number;
}

/** A session as the database keeps it: both views at once. */
export interface SessionRecord {
  id: string;
  revision: number;
  state: SessionState;
  mode: SessionMode;
  createdAt: number;
  expiresAt: number;
  /** The target was told of it. Else it is none of the target's business: an unknown session. */
  offered: boolean;
  /** The notification went away unanswered; the invitation is still pending while `not-connected`. */
  timedOut: boolean;
  acceptedAt?: number;
  /** Full JID of the client whose accept connected it. */
  acceptedBy?: string;
  endedAt?: number;
  /** Nobody: the service ended it. */
  endedBy?: Side;
  inviter: SideRecord;
  target: SideRecord;
}

export const other = (side: Side): Side => (side === "inviter" ? "target" : "inviter");

/** Which side this agent is, if any. */
export function sideOf(session: SessionRecord, jid: string): Side | undefined {
  if (session.inviter.jid === jid) return "inviter";
  return session.target.jid === jid ? "target" : undefined;
}
