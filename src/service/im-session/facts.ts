/** What happens to a session without anybody's asking: pure. docs/protocol/im-session.md, "Business rules". */
import { changed, ended, sideChanged, unchanged, type Outcome } from "./outcome.ts";
import { other, type SessionRecord, type Side } from "./record.ts";

/** Each says how things are, not what to do: the same fact told twice changes nothing the second time. */
export type SessionFact =
  /** It is `now`; deadlines may have passed. */
  | { type: "time" }
  /** None of the side's clients is there, without a sign-out: the connection died. */
  | { type: "absent"; side: Side }
  | { type: "present"; side: Side }
  /** The side's last client signed out, or the agent was removed. */
  | { type: "signed-out"; side: Side };

export interface FactContext {
  now: number;
  graceMs: number;
}

export function decideFact(session: SessionRecord, fact: SessionFact, { now, graceMs }: FactContext): Outcome {
  if (session.state === "ended") return unchanged(session);
  switch (fact.type) {
    case "time":
      return decideTime(session, now);
    case "absent":
      if (!session[fact.side].present) return unchanged(session);
      return sideChanged(session, fact.side, { present: false, graceUntil: now + graceMs });
    case "present": {
      if (session[fact.side].present) return unchanged(session);
      const { graceUntil: _over, ...side } = session[fact.side];
      return changed(session, { [fact.side]: { ...side, present: true } }, { [other(fact.side)]: "changed" });
    }
    case "signed-out":
      return signedOut(withAbsent(session, fact.side), fact.side, now);
  }
}

function decideTime(session: SessionRecord, now: number): Outcome {
  const over = (["inviter", "target"] as const).some((side) => (session[side].graceUntil ?? Number.POSITIVE_INFINITY) <= now);
  if (over) return ended(session, { now, reasons: { inviter: "unreachable", target: "unreachable" } });

  if (session.state === "not-connected" && !session.timedOut && session.expiresAt <= now) {
    const inviter = { ...session.inviter, reason: "timed-out" as const };
    const target = { ...session.target, reason: "timed-out" as const };
    return changed(session, { timedOut: true, inviter, target }, { inviter: "changed", target: "changed" });
  }
  return unchanged(session);
}

function signedOut(session: SessionRecord, side: Side, now: number): Outcome {
  if (session.state === "connected") {
    return ended(session, { now, endedBy: side, reasons: { [other(side)]: "signed-out" } });
  }
  // To the target an invitation is taken back with its inviter; to the inviter a target that left is not there.
  return side === "inviter"
    ? ended(session, { now, endedBy: side, reasons: { inviter: "cancelled", target: "cancelled" } })
    : ended(session, { now, reasons: { inviter: "unreachable", target: "signed-out" } });
}

const withAbsent = (session: SessionRecord, side: Side): SessionRecord => ({ ...session, [side]: { ...session[side], present: false } });

/** When the session next changes by itself; undefined when it does not. */
export function deadlineOf(session: SessionRecord): number | undefined {
  if (session.state === "ended") return undefined;
  const times = [
    session.inviter.graceUntil,
    session.target.graceUntil,
    session.state === "not-connected" && !session.timedOut ? session.expiresAt : undefined,
  ];
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
