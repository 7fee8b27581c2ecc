import type { Desk, SessionView, Transcript } from "../../src/desk/types.ts";
import { Value } from "../../src/desk/index.ts";
import { sampleTeam, sampleTranscript } from "./samples.ts";

/** A desk of made-up values that can be set, and commands that are only written down. */
export function sampleDesk(sessions: readonly SessionView[] = [], currentId?: string) {
  const transcripts = new Map<string, Value<Transcript>>();
  const commands: unknown[][] = [];
  const note =
    <Answer>(name: string, answer: Answer) =>
    (...args: unknown[]): Answer => {
      commands.push([name, ...args]);
      return answer;
    };
  const values = {
    connection: new Value<ReturnType<Desk["connection"]["get"]>>({ type: "online" }),
    me: new Value<ReturnType<Desk["me"]["get"]>>({
      jid: "a.agent@localhost",
      logon: "a.agent",
      name: "Ada Agent",
      rights: ["im.use", "im.make", "im.release"],
      inviteTimeoutS: 30,
    }),
    readiness: new Value<ReturnType<Desk["readiness"]["get"]>>({ type: "ready" }),
    sessions: new Value<ReturnType<Desk["sessions"]["get"]>>({ sessions, ...(currentId === undefined ? {} : { currentId }) }),
    serviceThere: new Value(true),
    problems: new Value<ReturnType<Desk["problems"]["get"]>>([]),
  };
  const team = {
    state: new Value(sampleTeam()),
    search: note("search", undefined),
    filter: note("filter", undefined),
    show: note("show", undefined),
    setFavorite: note("setFavorite", Promise.resolve()),
    mayInvite: (row: Parameters<Desk["team"]["mayInvite"]>[0]) => mayInvite(row),
  };
  const desk: Desk = {
    ...values,
    team,
    transcript(sessionId) {
      const known = transcripts.get(sessionId) ?? new Value(sampleTranscript());
      transcripts.set(sessionId, known);
      return known;
    },
    setReadiness: note("setReadiness", undefined),
    invite: note("invite", Promise.resolve("session-b.agent")),
    accept: note("accept", Promise.resolve()),
    reject: note("reject", Promise.resolve()),
    end: note("end", Promise.resolve()),
    markDone: note("markDone", Promise.resolve()),
    send: note("send", Promise.resolve()),
    retry: note("retry", Promise.resolve()),
    discard: note("discard", Promise.resolve()),
    setTyping: note("setTyping", undefined),
    open: note("open", undefined),
    markRead: note("markRead", undefined),
    setAttention: note("setAttention", undefined),
    loadOlder: note("loadOlder", Promise.resolve()),
    readDraft: () => Promise.resolve(""),
    writeDraft: note("writeDraft", undefined),
    dismissProblem: note("dismissProblem", undefined),
    reconnectNow: note("reconnectNow", undefined),
    signOut: note("signOut", Promise.resolve()),
    close: note("close", undefined),
  };
  return { desk, ...values, team, commands, transcript: (id: string) => desk.transcript(id) as Value<Transcript> };
}

function mayInvite({ logon, mayIm, readiness }: Parameters<Desk["team"]["mayInvite"]>[0]): ReturnType<Desk["team"]["mayInvite"]> {
  if (logon === "a.agent") return { allowed: false, reason: "self" };
  if (!mayIm) return { allowed: false, reason: "target-no-right" };
  if (readiness === "signed-out" || readiness === "unreachable") return { allowed: false, reason: readiness };
  return { allowed: true };
}
