/** Made-up agents, sessions and lines: the states that the gallery shows and the tests of the elements start from. */
import type { AgentRow, SessionView, TeamState, Transcript, TranscriptLine } from "../../src/desk/types.ts";

export const NOON = Date.UTC(2026, 10, 23, 12, 0, 0);

export function sampleRow(change: Partial<AgentRow> = {}): AgentRow {
  const logon = change.logon ?? "b.agent";
  return {
    jid: `${logon}@localhost`,
    logon,
    name: "Bea Agent",
    readiness: "ready",
    since: NOON,
    plain: false,
    groups: ["Billing"],
    skills: ["refunds"],
    favorite: false,
    mayIm: true,
    ...change,
  };
}

export const SAMPLE_ROWS: readonly AgentRow[] = [
  sampleRow({ favorite: true }),
  sampleRow({ logon: "c.agent", name: "Cem Agent", groups: ["Claims", "Second level"] }),
  sampleRow({ logon: "colleague.bot", name: "Demo Colleague", groups: ["Demo"] }),
  sampleRow({ logon: "d.agent", name: "Dora Agent", readiness: "not-ready", reason: "Training", groups: ["Billing"] }),
  sampleRow({ logon: "f.agent", name: "Farah Agent", readiness: "away", groups: ["Claims"] }),
  sampleRow({ logon: "g.agent", name: "Gil Agent", readiness: "ready", plain: true, groups: ["Field"] }),
  sampleRow({ logon: "h.agent", name: "Hana Agent", readiness: "unreachable", groups: ["Claims"] }),
  sampleRow({ logon: "e.agent", name: "Emil Agent", readiness: "signed-out", groups: ["Sales"], mayIm: false }),
];

export function sampleTeam(rows: readonly AgentRow[] = SAMPLE_ROWS, change: Partial<TeamState> = {}): TeamState {
  return { text: "", filter: "all", count: rows.length, rows: new Map(rows.entries()), loading: false, ...change };
}

export function sampleSession(change: Partial<SessionView> = {}): SessionView {
  const logon = change.peerLogon ?? "b.agent";
  return {
    id: `session-${logon}`,
    peerJid: `${logon}@localhost`,
    peerLogon: logon,
    peerName: "Bea Agent",
    role: "inviter",
    mode: "parley",
    state: "connected",
    reason: "accepted",
    pending: false,
    notifying: false,
    expiresAt: NOON + 30_000,
    createdAt: NOON,
    open: true,
    unread: 0,
    peerReachable: true,
    peerTyping: false,
    maySend: { allowed: true },
    mayEnd: { allowed: true },
    mayMarkDone: { allowed: false, reason: "not-ended" },
    busy: false,
    ...change,
  };
}

export const PENDING: Partial<SessionView> = {
  role: "target",
  state: "not-connected",
  pending: true,
  notifying: true,
  open: false,
  maySend: { allowed: false, reason: "not-connected" },
  mayEnd: { allowed: false, reason: "not-connected" },
  mayMarkDone: { allowed: false, reason: "not-ended" },
};

export const ENDED: Partial<SessionView> = {
  state: "ended",
  reason: "ended-by-peer",
  maySend: { allowed: false, reason: "ended" },
  mayEnd: { allowed: false, reason: "ended" },
  mayMarkDone: { allowed: true },
};

export function sampleMessage(key: string, change: Partial<Extract<TranscriptLine, { kind: "message" }>> = {}): TranscriptLine {
  return { kind: "message", key, logon: "b.agent", own: false, text: "Looking at the case now.", at: NOON, ...change };
}

const own = (key: string, text: string, offsetS: number, change: Partial<Extract<TranscriptLine, { kind: "message" }>> = {}) =>
  sampleMessage(key, { logon: "a.agent", own: true, text, at: NOON + offsetS * 1_000, progress: "read", ...change });

const other = (key: string, text: string, offsetS: number) => sampleMessage(key, { text, at: NOON + offsetS * 1_000 });

export const SAMPLE_LINES: readonly TranscriptLine[] = [
  { kind: "notice", key: "n1", notice: "invited", logon: "a.agent", at: NOON },
  own("m1", "Customer was charged twice for the same order. Can I refund without approval?", 4),
  { kind: "notice", key: "n2", notice: "accepted", logon: "b.agent", at: NOON + 11_000 },
  other(
    "m2",
    "Looking at the case now. Up to 50 you can, use reason code 7.\nThe steps are in https://wiki.example.org/refunds?code=7 (second part).",
    40,
  ),
  own("m3", "Thanks, doing it.", 65, { progress: "delivered" }),
  other("m4", "שלום, the field name is “Refund ref.” 👍", 80),
  own("m5", "It says the order is locked.", 95, { progress: "sent" }),
  own("m6", "I will try again in a minute.", 110, { progress: "queued" }),
  own("m7", "And could you look at order 78-1142 as well?", 120, { progress: "failed", problem: { code: "message-not-sent" } }),
];

export function sampleTranscript(lines: readonly TranscriptLine[] = SAMPLE_LINES, change: Partial<Transcript> = {}): Transcript {
  return { lines, hasOlder: false, loadingOlder: false, ...change };
}
