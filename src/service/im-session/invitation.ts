/** What an invitation comes to: pure. docs/protocol/im-session.md, "Invite". */
import type { Right } from "../../extensions/directory/types.ts";
import { missingToInvite, missingToTakePart } from "../rights.ts";
import { connected, refused, unchanged, type Outcome, type Told } from "./outcome.ts";
import type { SessionRecord } from "./record.ts";

/** Open sessions of one agent, as inviter and target together. */
export const MAX_OPEN_SESSIONS = 50;

export interface Party {
  jid: string;
  rights: readonly Right[];
  /** Sessions that are not ended. */
  open: number;
  /** Sessions that are not done. */
  listed: number;
}

export interface Invitation {
  id: string;
  /** The target wrote from an ordinary client, and this answers: connected at once, the other way round. */
  answering: boolean;
  /** Who asks, and by which client (a full JID). */
  from: Party;
  client: string;
  /** None: no agent has this JID. */
  to: Party | undefined;
  /** Clients of `to` that are there: with our extension, and without. */
  presence: { capable: boolean; plain: boolean };
  /** The open session of the two, if there is one. */
  open: SessionRecord | undefined;
  now: number;
  timeoutMs: number;
  maxListed: number;
}

/** `created`: a session that was not there before. */
export type InvitationOutcome = Outcome | { type: "created"; session: SessionRecord; told: Told };

/** Decides an invitation whose id is new; a known id is answered with its session before it comes to this. */
export function decideInvitation(invitation: Invitation): InvitationOutcome {
  const { from, to, presence, open, now, client } = invitation;
  if (to?.jid === from.jid) return refused({ type: "bad-field", field: "to" });

  // An answer needs no right to make: but only where there is an ordinary client that can have written.
  const answering = invitation.answering && (presence.plain || !presence.capable);
  const missing = answering ? missingToTakePart(from.rights) : missingToInvite(from.rights);
  if (missing) return refused({ type: "right-missing", right: missing, whose: "own" });
  if (!to) return refused({ type: "unknown-agent" });
  const targetMissing = missingToTakePart(to.rights);
  if (targetMissing) return refused({ type: "right-missing", right: targetMissing, whose: "target" });

  if (open) {
    if (open.state === "connected") return unchanged(open);
    const wereInvited = open.target.jid === from.jid;
    const gotReply = answering && open.mode === "plain";
    return wereInvited || gotReply ? connected(open, { now, client }) : unchanged(open);
  }
  if (isFull(from, invitation)) return refused({ type: "limit", limit: "open-sessions" });
  if (isFull(to, invitation)) return refused({ type: "limit", limit: "open-sessions-of-target" });
  return created(invitation, to, answering);
}

const isFull = (party: Party, { maxListed }: Invitation) => party.open >= MAX_OPEN_SESSIONS || party.listed >= maxListed;

function created({ id, from, client, presence, now, timeoutMs }: Invitation, to: Party, answering: boolean): InvitationOutcome {
  const session: SessionRecord = {
    id,
    revision: 1,
    state: "not-connected",
    mode: presence.capable && !answering ? "parley" : "plain",
    createdAt: now,
    expiresAt: now + timeoutMs,
    offered: false,
    timedOut: false,
    inviter: { jid: from.jid, done: false, present: true },
    target: { jid: to.jid, done: false, present: true },
  };

  if (!presence.capable && !presence.plain) {
    return {
      type: "created",
      session: {
        ...session,
        state: "ended",
        endedAt: now,
        inviter: { ...session.inviter, reason: "unreachable" },
        target: { ...session.target, done: true, present: false },
      },
      told: { inviter: "changed" },
    };
  }
  if (answering) {
    return {
      type: "created",
      session: {
        ...session,
        state: "connected",
        acceptedAt: now,
        acceptedBy: client,
        offered: true,
        inviter: { ...session.target, reason: "accepted" },
        target: { ...session.inviter, reason: "accepted" },
      },
      told: { inviter: "changed", target: "changed" },
    };
  }
  return presence.capable
    ? { type: "created", session: { ...session, offered: true }, told: { inviter: "changed", target: "offer" } }
    : { type: "created", session, told: { inviter: "changed" } };
}
