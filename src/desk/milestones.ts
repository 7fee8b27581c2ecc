/** The notices of a session's transcript, derived from the session itself: the same on every device and after a reload. */
import type { Session } from "../extensions/im-session/types.ts";
import type { NoticeLine } from "./transcript-lines.ts";

export interface Milestones {
  /** Above all messages. */
  head: NoticeLine[];
  /** Among the messages, at their time. */
  dated: NoticeLine[];
  /** Below all that was sent. */
  closing: NoticeLine[];
}

export function milestones(session: Session, logons: { own: string; peer: string }, isInviter: boolean): Milestones {
  const inviter = isInviter ? logons.own : logons.peer;
  const target = isInviter ? logons.peer : logons.own;
  const isPlain = session.mode === "plain";
  const head: NoticeLine[] = [];
  const dated: NoticeLine[] = [];

  // Answering an ordinary client, nobody was invited.
  if (!isPlain || isInviter) head.push(notice("invited", inviter, session.createdAt));
  if (isPlain && isInviter) head.push(notice("plain-invitation", target, session.createdAt));
  if (timedOut(session)) head.push(notice("timed-out", target, session.expiresAt));
  if (session.acceptedAt !== undefined && (!isPlain || isInviter)) {
    const elsewhere = session.state === "connected" && session.reason === "answered-elsewhere";
    const accepted = notice(elsewhere ? "answered-elsewhere" : "accepted", target, session.acceptedAt);
    // By the first reply of an ordinary client, that is in the middle; else before the first message.
    (isPlain ? dated : head).push(accepted);
  }
  return { head, dated, closing: closing(session, logons) };
}

function timedOut({ reason, state, expiresAt, acceptedAt, endedAt }: Session): boolean {
  if (state === "not-connected") return reason === "timed-out";
  return (acceptedAt ?? endedAt ?? 0) > expiresAt;
}

function closing({ state, reason, endedAt, createdAt }: Session, { own, peer }: { own: string; peer: string }): NoticeLine[] {
  if (state !== "ended") return [];
  const at = endedAt ?? createdAt;
  if (reason === undefined || reason === "accepted" || reason === "answered-elsewhere") return [notice("ended", own, at)];
  return [notice(reason, peer, at)];
}

export function notice(type: NoticeLine["notice"], logon: string, at: number): NoticeLine {
  return { kind: "notice", key: `notice ${type} ${at}`, notice: type, logon, at };
}
