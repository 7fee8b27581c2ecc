/** The sessions as the service told them. Pure. */
import { bareOf } from "../client/jid.ts";
import type { Session, SessionList, SessionPush } from "../extensions/im-session/types.ts";

export interface KnownSessions {
  /** 0: nothing was heard yet. */
  version: number;
  sessions: ReadonlyMap<string, Session>;
  /** Revisions of what was done, so that an older push does not bring it back. */
  done: ReadonlyMap<string, number>;
}

export const NO_SESSIONS: KnownSessions = { version: 0, sessions: new Map(), done: new Map() };

/** `missed`: there was a push in between that never came; only the list tells what it said. */
export function applyPush(known: KnownSessions, push: SessionPush): { known: KnownSessions; missed: boolean } {
  // Older than the list, which does not have this session: it was done meanwhile.
  if (push.version <= known.version && !known.sessions.has(push.session.id)) return { known, missed: false };
  return {
    known: { ...withSession(known, push.session), version: Math.max(known.version, push.version) },
    missed: push.version > known.version + 1,
  };
}

/** The list is all there is. */
export function applyList(known: KnownSessions, list: SessionList): KnownSessions {
  const sessions = new Map<string, Session>();
  for (const session of list.sessions) {
    const here = known.sessions.get(session.id);
    sessions.set(session.id, here && here.revision > session.revision ? here : session);
  }
  return { version: list.version, sessions, done: known.done };
}

function withSession(known: KnownSessions, session: Session): KnownSessions {
  const here = known.sessions.get(session.id)?.revision ?? known.done.get(session.id) ?? -1;
  if (session.revision <= here) return known;
  const sessions = new Map(known.sessions);
  if (!session.done) {
    sessions.set(session.id, session);
    return { ...known, sessions };
  }
  sessions.delete(session.id);
  return { ...known, sessions, done: new Map(known.done).set(session.id, session.revision) };
}

export function peerOf(session: Session, own: string): string {
  return session.inviter === own ? session.target : session.inviter;
}

/** The newest session with this agent that has not ended. */
export function openSessionWith(sessions: Iterable<Session>, peer: string, own: string): Session | undefined {
  return newest([...sessions].filter((session) => session.state !== "ended" && peerOf(session, own) === peer));
}

/**
 * The session that a message or chat state belongs to: by its thread; else, for ordinary clients keep no thread of
 * ours, the newest one that was open at the time. `began`: when an ordinary client's first message came.
 */
export function sessionFor(
  message: { from: string; to?: string; thread?: string; at?: number },
  sessions: Iterable<Session>,
  own: string,
  began: ReadonlyMap<string, number>,
): Session | undefined {
  const from = bareOf(message.from);
  const peer = from === own && message.to !== undefined ? bareOf(message.to) : from;
  const shared = [...sessions].filter((session) => peerOf(session, own) === peer);
  const named = shared.find((session) => session.id === message.thread);
  if (named) return named;
  const { at } = message;
  if (at === undefined) return newest(shared.filter((session) => session.state !== "ended"));
  return newest(
    shared.filter((session) => at >= (began.get(session.id) ?? session.createdAt) - ROUNDING_MS && at <= (session.endedAt ?? Infinity)),
  );
}

/** Archives may stamp whole seconds. */
const ROUNDING_MS = 1_000;

function newest(sessions: readonly Session[]): Session | undefined {
  return sessions.reduce<Session | undefined>(
    (found, session) => (found && found.createdAt >= session.createdAt ? found : session),
    undefined,
  );
}
