import { bareOf } from "../../client/jid.ts";
import type { Session } from "../../extensions/im-session/types.ts";
import { other, type SessionRecord, type Side } from "./record.ts";

/** The session as one of its agents sees it. */
export function viewOf(session: SessionRecord, side: Side): Session {
  const own = session[side];
  return {
    id: session.id,
    revision: session.revision,
    state: session.state,
    mode: session.mode,
    ...(own.reason && { reason: own.reason }),
    inviter: session.inviter.jid,
    target: session.target.jid,
    createdAt: session.createdAt,
    expiresAt: session.expiresAt,
    ...(session.acceptedAt !== undefined && { acceptedAt: session.acceptedAt }),
    ...(session.endedAt !== undefined && { endedAt: session.endedAt }),
    peerReachable: session[other(side)].present,
    done: own.done,
  };
}

/** The same just after it was connected: the target's clients other than the one that accepted learn that. */
export function viewOfAccepted(session: SessionRecord, side: Side, client: string): Session {
  const view = viewOf(session, side);
  const { acceptedBy } = session;
  const elsewhere =
    side === "target" &&
    session.state === "connected" &&
    acceptedBy !== undefined &&
    acceptedBy !== client &&
    bareOf(acceptedBy) === session.target.jid;
  return elsewhere ? { ...view, reason: "answered-elsewhere" } : view;
}
