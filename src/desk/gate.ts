/** Whether a session lets messages go. Pure. */
import type { Session } from "../extensions/im-session/types.ts";
import type { Gate } from "./outbox-lane.ts";

/**
 * `isCurrent`: the service told us the list since the connection is there, or does not answer. `isThere`: it answers.
 * While it is away, running sessions go on as we knew them.
 */
export function gateOf(session: Session | undefined, { isCurrent, isThere }: { isCurrent: boolean; isThere: boolean }): Gate {
  // It may have ended while we were away.
  if (!isCurrent) return "wait";
  if (!session) return isThere ? "closed" : "wait";
  if (session.state === "ended") return "closed";
  // An ordinary client is invited by messages; revision 0 is an invitation of theirs that waits for our accept.
  const isOpen = session.state === "connected" || (session.mode === "plain" && session.revision > 0);
  return isOpen ? "open" : "wait";
}
