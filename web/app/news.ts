import type { SessionView } from "../../src/desk/types.ts";

/** Something the agent should notice. */
export type News =
  | { type: "invitation"; session: SessionView }
  | { type: "message"; session: SessionView }
  | { type: "status"; session: SessionView };

/** What is new between two states of the sessions. */
export function newsBetween(before: readonly SessionView[], after: readonly SessionView[]): News[] {
  const known = new Map(before.map((session) => [session.id, session]));
  return after.flatMap((session): News[] => {
    const old = known.get(session.id);
    if (session.notifying && !old?.notifying) return [{ type: "invitation", session }];
    if (!old) return [];
    const news: News[] = [];
    if (session.unread > old.unread) news.push({ type: "message", session });
    if (session.state !== old.state || session.reason !== old.reason) news.push({ type: "status", session });
    return news;
  });
}
