import type { Presences } from "../presence/presences.ts";
import type { SessionFact } from "./facts.ts";
import type { SessionRecord, Side } from "./record.ts";

/**
 * What is known of the presence of one side, as a fact for its session; undefined when nothing certain is known, or
 * the session knows it already. An ordinary client can hold a session of mode plain only.
 */
export function presenceFactOf(
  session: SessionRecord,
  side: Side,
  presences: Pick<Presences, "isKnown" | "standing">,
): SessionFact | undefined {
  const { jid, present } = session[side];
  if (session.state === "ended" || !presences.isKnown(jid)) return undefined;
  const { capable, plain, undecided, capableLeft, lastLeft } = presences.standing(jid);
  const isThere = capable || (plain && session.mode === "plain");
  if (isThere) return present ? undefined : { type: "present", side };
  if (undecided) return undefined;
  if ((session.mode === "plain" ? lastLeft : capableLeft) === "signed-out") return { type: "signed-out", side };
  return present ? { type: "absent", side } : undefined;
}
