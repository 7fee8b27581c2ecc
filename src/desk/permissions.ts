/** What the agent may do now, and if not, why. Pure; the service checks again. */
import type { Session } from "../extensions/im-session/types.ts";
import type { AgentRow, Me, Permission } from "./types.ts";

const YES: Permission = { allowed: true };
type Reason = Extract<Permission, { allowed: false }>["reason"];
const no = (reason: Reason): Permission => ({ allowed: false, reason });

type Rights = Pick<Me, "jid" | "rights"> | undefined;

/** While the rights are not known, nothing is refused for them: the service decides. */
function lacks(me: Rights, right: "im.use" | "im.make" | "im.release"): boolean {
  return me !== undefined && !(me.rights.includes("im.use") && me.rights.includes(right));
}

export function mayInvite(row: AgentRow, me: Rights, isOnline: boolean): Permission {
  if (row.jid === me?.jid) return no("self");
  if (lacks(me, "im.make")) return no("no-right");
  if (!row.mayIm) return no("target-no-right");
  if (row.readiness === "signed-out" || row.readiness === "unreachable") return no(row.readiness);
  return isOnline ? YES : no("offline");
}

/** Writing needs no connection: the text waits. Before the target accepted, only the inviter writes. */
export function maySend(session: Pick<Session, "state">, isInviter: boolean, me: Rights): Permission {
  if (session.state === "ended") return no("ended");
  if (lacks(me, "im.use")) return no("no-right");
  return session.state === "connected" || isInviter ? YES : no("not-connected");
}

export function mayEnd(session: Pick<Session, "state">, isInviter: boolean, me: Rights, isOnline: boolean): Permission {
  if (session.state === "ended") return no("ended");
  // A target that has not accepted rejects.
  if (session.state === "not-connected" && !isInviter) return no("not-connected");
  // Whoever may invite may take the invitation back.
  if (session.state === "connected" && lacks(me, "im.release")) return no("no-right");
  return isOnline ? YES : no("offline");
}

export function mayMarkDone(session: Pick<Session, "state">, isInviter: boolean, isOnline: boolean): Permission {
  const isOver = session.state === "ended" || (session.state === "not-connected" && isInviter);
  if (!isOver) return no("not-ended");
  return isOnline ? YES : no("offline");
}
