import type { SessionReason, SessionRefusal } from "../../extensions/im-session/types.ts";
import { other, type SessionRecord, type Side } from "./record.ts";

/** Who is told of a change, and how. The agent who asked is told on all devices. */
export type Told = Partial<Record<Side, "offer" | "changed">>;

/** What a decision comes to. `changed`: to be stored, with its revision already counted on. */
export type Outcome =
  | { type: "refused"; refusal: SessionRefusal }
  | { type: "unchanged"; session: SessionRecord }
  | { type: "changed"; session: SessionRecord; told: Told };

export const refused = (refusal: SessionRefusal): Outcome => ({ type: "refused", refusal });

export const unchanged = (session: SessionRecord): Outcome => ({ type: "unchanged", session });

/** The next revision. A target that was never told of the session is not told now. */
export function changed(session: SessionRecord, change: Partial<SessionRecord>, told: Told): Outcome {
  const next = { ...session, ...change, revision: session.revision + 1 };
  const { target, ...inviterOnly } = told;
  return { type: "changed", session: next, told: next.offered && target ? { ...inviterOnly, target } : inviterOnly };
}

export interface Ending {
  now: number;
  endedBy?: Side;
  /** As each side is told; none: that side ended it and knows. */
  reasons: Partial<Record<Side, SessionReason>>;
  /** Sides for which this closes it altogether. */
  done?: Side;
}

/** Over for both sides at once; a target that was never told has nothing to mark done. */
export function ended(session: SessionRecord, { now, endedBy, reasons, done }: Ending): Outcome {
  const side = (name: Side) => {
    const { reason: _before, graceUntil: _grace, ...kept } = session[name];
    const reason = reasons[name];
    return {
      ...kept,
      ...(reason && { reason }),
      done: done === name || (name === "target" && !session.offered),
    };
  };
  return changed(
    session,
    { state: "ended", endedAt: now, ...(endedBy && { endedBy }), inviter: side("inviter"), target: side("target") },
    { inviter: "changed", target: "changed" },
  );
}

/** Connected by `client` (a full JID), on `side`. */
export function connected(session: SessionRecord, { now, client }: { now: number; client: string }): Outcome {
  return changed(
    session,
    {
      state: "connected",
      acceptedAt: now,
      acceptedBy: client,
      offered: true,
      inviter: { ...session.inviter, reason: "accepted" },
      target: { ...session.target, reason: "accepted" },
    },
    { inviter: "changed", target: "changed" },
  );
}

/** One side as it now is; the other hears of it. */
export function sideChanged(session: SessionRecord, side: Side, change: Partial<SessionRecord["inviter"]>): Outcome {
  return changed(session, { [side]: { ...session[side], ...change } }, { [other(side)]: "changed" });
}
