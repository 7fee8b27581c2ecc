/** A session as the desk shows it. Pure. */
import type { Session } from "../extensions/im-session/types.ts";
import { mayEnd, mayMarkDone, maySend } from "./permissions.ts";
import { peerOf } from "./session-list.ts";
import type { Me, SessionView } from "./types.ts";

/** What the service does not know of a session. */
export interface SessionSurroundings {
  own: string;
  me: Me | undefined;
  isOnline: boolean;
  now: number;
  peer: { logon: string; name: string };
  /** By our own clock; the service's may differ. */
  notifyUntil: number;
  isOpen: boolean;
  isBusy: boolean;
  isTyping: boolean;
  unread: number;
  firstMessage: string | undefined;
}

export function sessionView(session: Session, around: SessionSurroundings): SessionView {
  const isInviter = session.inviter === around.own;
  const pending = !isInviter && session.state === "not-connected";
  const { me, isOnline } = around;
  return {
    id: session.id,
    peerJid: peerOf(session, around.own),
    peerLogon: around.peer.logon,
    peerName: around.peer.name,
    role: isInviter ? "inviter" : "target",
    mode: session.mode,
    state: session.state,
    ...(session.reason && { reason: session.reason }),
    pending,
    notifying: pending && session.reason !== "timed-out" && around.now < around.notifyUntil,
    expiresAt: around.notifyUntil,
    createdAt: session.createdAt,
    open: around.isOpen,
    unread: around.unread,
    peerReachable: session.peerReachable,
    peerTyping: around.isTyping && session.state !== "ended",
    ...(around.firstMessage !== undefined && { firstMessage: around.firstMessage }),
    maySend: maySend(session, isInviter, me),
    mayEnd: mayEnd(session, isInviter, me, isOnline),
    mayMarkDone: mayMarkDone(session, isInviter, isOnline),
    busy: around.isBusy,
  };
}

/** The same objects for what did not change, so that a view can tell by identity. */
export function keepEqual(before: readonly SessionView[], after: readonly SessionView[]): readonly SessionView[] {
  const known = new Map(before.map((view) => [view.id, view]));
  const kept = after.map((view) => {
    const previous = known.get(view.id);
    return previous && isEqual(previous, view) ? previous : view;
  });
  const isSame = kept.length === before.length && kept.every((view, index) => view === before[index]);
  return isSame ? before : kept;
}

function isEqual(a: SessionView, b: SessionView): boolean {
  const keys = Object.keys(b) as (keyof SessionView)[];
  return keys.length === Object.keys(a).length && keys.every((key) => Object.is(a[key], b[key]) || isSamePermission(a[key], b[key]));
}

function isSamePermission(a: unknown, b: unknown): boolean {
  return typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b);
}
