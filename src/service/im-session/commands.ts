/** What an agent's command does to a session: pure. docs/protocol/im-session.md, "States". */
import type { Right } from "../../extensions/directory/types.ts";
import type { SessionCommand } from "../../extensions/im-session/types.ts";
import { missingToRelease, missingToTakePart } from "../rights.ts";
import { connected, changed, ended, refused, unchanged, type Outcome } from "./outcome.ts";
import { other, type SessionRecord, type Side } from "./record.ts";

export interface CommandContext {
  /** Milliseconds since the epoch. */
  now: number;
  /** Of the agent who asks. */
  rights: readonly Right[];
  /** Full JID of the client that asks. */
  client: string;
}

/** What an agent asks of a session that there is. */
export type SessionVerb = Exclude<SessionCommand["type"], "invite">;

/** Decides a command of the agent on `side` of the session. */
export function decideCommand(session: SessionRecord, side: Side, verb: SessionVerb, context: CommandContext): Outcome {
  // A target that was never told knows no such session, whatever id it guesses.
  if (side === "target" && !session.offered) return refused({ type: "unknown-session" });
  return DECISIONS[verb](session, side, context);
}

type Decide = (session: SessionRecord, side: Side, context: CommandContext) => Outcome;

const wrongState = (session: SessionRecord): Outcome => refused({ type: "wrong-state", state: session.state });

const DECISIONS: Record<SessionVerb, Decide> = {
  accept(session, side, { now, client, rights }) {
    // The target answers; an ordinary client can not, there the inviter tells that the first reply came.
    const mayAnswer = side === (session.mode === "plain" ? "inviter" : "target");
    if (session.acceptedAt !== undefined && (mayAnswer || session.mode === "plain")) return unchanged(session);
    if (!mayAnswer || session.state !== "not-connected") return wrongState(session);
    const missing = missingToTakePart(rights);
    return missing ? refused({ type: "right-missing", right: missing, whose: "own" }) : connected(session, { now, client });
  },

  reject(session, side, { now }) {
    if (side !== "target") return wrongState(session);
    if (session.target.reason === "rejected") return unchanged(session);
    if (session.state !== "not-connected") return wrongState(session);
    return ended(session, { now, endedBy: side, reasons: { inviter: "rejected", target: "rejected" }, done: "target" });
  },

  end(session, side, { now, rights }) {
    if (session.state === "ended") return unchanged(session);
    if (session.state === "not-connected") return side === "inviter" ? withdrawn(session, { now }) : wrongState(session);
    const missing = missingToRelease(rights);
    if (missing) return refused({ type: "right-missing", right: missing, whose: "own" });
    return ended(session, { now, endedBy: side, reasons: { [other(side)]: "ended-by-peer" } });
  },

  done(session, side, { now }) {
    if (session.state === "connected") return wrongState(session);
    if (session.state === "not-connected") return side === "inviter" ? withdrawn(session, { now, done: side }) : wrongState(session);
    if (session[side].done) return unchanged(session);
    return changed(session, { [side]: { ...session[side], done: true } }, { [side]: "changed" });
  },
};

/** The inviter takes the invitation back. */
function withdrawn(session: SessionRecord, { now, done }: { now: number; done?: Side }): Outcome {
  return ended(session, { now, endedBy: "inviter", reasons: { target: "cancelled" }, ...(done && { done }) });
}
