import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RIGHTS, type Right } from "../../../src/extensions/directory/types.ts";
import type { Session } from "../../../src/extensions/im-session/types.ts";
import { decideCommand, type SessionVerb } from "../../../src/service/im-session/commands.ts";
import { deadlineOf, decideFact, type SessionFact } from "../../../src/service/im-session/facts.ts";
import {
  decideInvitation,
  type Invitation,
  type InvitationOutcome,
  MAX_OPEN_SESSIONS,
} from "../../../src/service/im-session/invitation.ts";
import type { Outcome } from "../../../src/service/im-session/outcome.ts";
import type { SessionRecord, Side } from "../../../src/service/im-session/record.ts";
import { viewOf } from "../../../src/service/im-session/view.ts";

const A = "a.agent@localhost";
const B = "b.agent@localhost";
const ALL: readonly Right[] = RIGHTS;
const TIMEOUT = 30_000;
const GRACE = 300_000;
const NOW = 1_000_000;

const clientOf = { inviter: `${A}/1`, target: `${B}/1` };

function invitation(change: Partial<Invitation> = {}): Invitation {
  return {
    id: "00000000-0000-4000-8000-000000000001",
    answering: false,
    from: { jid: A, rights: ALL, open: 0, listed: 0 },
    client: clientOf.inviter,
    to: { jid: B, rights: ALL, open: 0, listed: 0 },
    presence: { capable: true, plain: false },
    open: undefined,
    now: NOW,
    timeoutMs: TIMEOUT,
    maxListed: 1000,
    ...change,
  };
}

function created(change: Partial<Invitation> = {}): SessionRecord {
  const outcome = decideInvitation(invitation(change));
  if (outcome.type !== "created") throw new Error(`not created: ${JSON.stringify(outcome)}`);
  return outcome.session;
}

const command = (session: SessionRecord, side: Side, verb: SessionVerb, { now = NOW, rights = ALL } = {}) =>
  decideCommand(session, side, verb, { now, rights, client: clientOf[side] });

function after(outcome: Outcome | InvitationOutcome): SessionRecord {
  if (outcome.type === "refused") throw new Error(JSON.stringify(outcome.refusal));
  return outcome.session;
}

const pending = () => created();
const connected = () => after(command(pending(), "target", "accept"));
const ended = () => after(command(connected(), "inviter", "end"));
const rejected = () => after(command(pending(), "target", "reject"));
const withdrawn = () => after(command(pending(), "inviter", "end"));
const plainPending = () => created({ presence: { capable: false, plain: true } });

describe("a command", () => {
  const unknown = "unknown-session";
  const wrong = "wrong-state";
  // What it comes to: the state, a refusal, or "same".
  const table: [string, () => SessionRecord, Side, SessionVerb, string][] = [
    ["pending", pending, "inviter", "accept", wrong],
    ["pending", pending, "inviter", "reject", wrong],
    ["pending", pending, "inviter", "end", "ended"],
    ["pending", pending, "inviter", "done", "ended"],
    ["pending", pending, "target", "accept", "connected"],
    ["pending", pending, "target", "reject", "ended"],
    ["pending", pending, "target", "end", wrong],
    ["pending", pending, "target", "done", wrong],
    ["connected", connected, "inviter", "accept", wrong],
    ["connected", connected, "inviter", "reject", wrong],
    ["connected", connected, "inviter", "end", "ended"],
    ["connected", connected, "inviter", "done", wrong],
    ["connected", connected, "target", "accept", "same"],
    ["connected", connected, "target", "reject", wrong],
    ["connected", connected, "target", "end", "ended"],
    ["connected", connected, "target", "done", wrong],
    ["ended", ended, "inviter", "accept", wrong],
    ["ended", ended, "inviter", "reject", wrong],
    ["ended", ended, "inviter", "end", "same"],
    ["ended", ended, "inviter", "done", "ended"],
    ["ended", ended, "target", "accept", "same"],
    ["ended", ended, "target", "reject", wrong],
    ["ended", ended, "target", "end", "same"],
    ["ended", ended, "target", "done", "ended"],
    ["rejected", rejected, "target", "reject", "same"],
    ["rejected", rejected, "target", "accept", wrong],
    ["rejected", rejected, "target", "done", "same"],
    ["rejected", rejected, "inviter", "done", "ended"],
    ["withdrawn", withdrawn, "target", "accept", wrong],
    ["withdrawn", withdrawn, "target", "reject", wrong],
    ["withdrawn", withdrawn, "target", "done", "ended"],
    ["withdrawn", withdrawn, "inviter", "end", "same"],
    ["plain pending", plainPending, "inviter", "accept", "connected"],
    ["plain pending", plainPending, "inviter", "end", "ended"],
    ["plain pending", plainPending, "target", "accept", unknown],
    ["plain pending", plainPending, "target", "reject", unknown],
    ["plain pending", plainPending, "target", "end", unknown],
    ["plain pending", plainPending, "target", "done", unknown],
  ];

  it.each(table)("%s: of the %3$s, %4$s comes to %5$s", (_name, make, side, verb, expected) => {
    const before = make();
    const outcome = command(before, side, verb);
    if (outcome.type === "refused") return expect(outcome.refusal.type).toBe(expected);
    expect(outcome.type === "unchanged" ? "same" : outcome.session.state).toBe(expected);
    if (outcome.type === "unchanged") expect(outcome.session).toBe(before);
    else expect(outcome.session.revision).toBe(before.revision + 1);
  });

  it("needs im.use to accept and im.release to end what is connected", () => {
    expect(command(pending(), "target", "accept", { rights: ["im.make"] })).toEqual({
      type: "refused",
      refusal: { type: "right-missing", right: "im.use", whose: "own" },
    });
    expect(command(connected(), "target", "end", { rights: ["im.use"] })).toMatchObject({ refusal: { right: "im.release" } });
    expect(command(connected(), "target", "end", { rights: ["im.release"] })).toMatchObject({ refusal: { right: "im.use" } });
    expect(after(command(pending(), "inviter", "end", { rights: [] })).state).toBe("ended");
  });
});

describe("an invitation", () => {
  const refusalOf = (change: Partial<Invitation>) => {
    const outcome = decideInvitation(invitation(change));
    return outcome.type === "refused" ? outcome.refusal : undefined;
  };
  const party = (jid: string, rights: readonly Right[], open = 0, listed = 0) => ({ jid, rights, open, listed });

  it.each<[string, Partial<Invitation>, object]>([
    ["oneself", { to: party(A, ALL) }, { type: "bad-field", field: "to" }],
    ["nobody", { to: undefined }, { type: "unknown-agent" }],
    ["without im.use", { from: party(A, ["im.make"]) }, { type: "right-missing", right: "im.use", whose: "own" }],
    ["without im.make", { from: party(A, ["im.use"]) }, { type: "right-missing", right: "im.make", whose: "own" }],
    ["a target without im.use", { to: party(B, ["im.make"]) }, { type: "right-missing", right: "im.use", whose: "target" }],
    ["with too many open", { from: party(A, ALL, MAX_OPEN_SESSIONS) }, { type: "limit", limit: "open-sessions" }],
    ["a target with too many open", { to: party(B, ALL, MAX_OPEN_SESSIONS) }, { type: "limit", limit: "open-sessions-of-target" }],
    ["with too many not done", { from: party(A, ALL, 0, 1000) }, { type: "limit", limit: "open-sessions" }],
    [
      "an answer where nobody can have written",
      { answering: true, from: party(A, ["im.use"]) },
      { type: "right-missing", right: "im.make", whose: "own" },
    ],
  ])("%s is refused", (_what, change, refusal) => expect(refusalOf(change)).toEqual(refusal));

  it("tells an ordinary client nothing", () => {
    expect(decideInvitation(invitation({ presence: { capable: false, plain: true } }))).toMatchObject({
      session: { mode: "plain", offered: false },
      told: { inviter: "changed" },
    });
  });

  it("to nobody who is there ends at once, and only the inviter is told", () => {
    const outcome = decideInvitation(invitation({ presence: { capable: false, plain: false } }));
    expect(outcome).toMatchObject({
      type: "created",
      told: { inviter: "changed" },
      session: { state: "ended", inviter: { reason: "unreachable" }, target: { done: true } },
    });
  });

  it("that answers an ordinary client is the other one's, connected", () => {
    const outcome = decideInvitation(
      invitation({ answering: true, from: party(A, ["im.use"]), presence: { capable: false, plain: true } }),
    );
    expect(outcome).toMatchObject({
      session: { state: "connected", mode: "plain", inviter: { jid: B }, target: { jid: A }, acceptedBy: clientOf.inviter },
    });
  });

  it("to somebody who has invited oneself accepts that", () => {
    const theirs = created({ from: party(B, ALL), to: party(A, ALL), client: clientOf.target });
    expect(decideInvitation(invitation({ open: theirs }))).toMatchObject({
      type: "changed",
      session: { id: theirs.id, state: "connected" },
    });
  });

  it("to somebody who is invited already changes nothing", () => {
    const open = pending();
    expect(decideInvitation(invitation({ open }))).toEqual({ type: "unchanged", session: open });
  });
});

describe("whatever happens, in any order", () => {
  type Step =
    | { verb: SessionVerb; side: Side; rights: readonly Right[] }
    | { fact: SessionFact; wait: number }
    | { invite: Side; answering: boolean };

  const side = fc.constantFrom<Side>("inviter", "target");
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        verb: fc.constantFrom<SessionVerb>("accept", "reject", "end", "done"),
        side,
        rights: fc.constantFrom<readonly Right[]>(ALL, ALL, ALL, ["im.use"], []),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        fact: fc.oneof(
          fc.constant<SessionFact>({ type: "time" }),
          fc.record({ type: fc.constantFrom("absent" as const, "present" as const, "signed-out" as const), side }),
        ),
        wait: fc.constantFrom(0, 1000, TIMEOUT, GRACE),
      }),
    },
    { weight: 1, arbitrary: fc.record({ invite: side, answering: fc.boolean() }) },
  );
  const start = fc.record({ capable: fc.boolean(), plain: fc.boolean() }).map((presence) => created({ presence }));

  function decide(session: SessionRecord, next: Step, now: number): Outcome | InvitationOutcome {
    if ("verb" in next) return decideCommand(session, next.side, next.verb, { now, rights: next.rights, client: clientOf[next.side] });
    if ("fact" in next) return decideFact(session, next.fact, { now, graceMs: GRACE });
    if (session.state === "ended") return { type: "unchanged", session };
    const [from, to] = next.invite === "inviter" ? [A, B] : [B, A];
    return decideInvitation(
      invitation({
        from: { jid: from, rights: ALL, open: 1, listed: 1 },
        to: { jid: to, rights: ALL, open: 1, listed: 1 },
        client: clientOf[next.invite],
        open: session,
        answering: next.answering,
        presence: { capable: true, plain: true },
        now,
      }),
    );
  }

  const ORDER = ["not-connected", "connected", "ended"];
  /** What a side sees of it, apart from the number of the revision. */
  const seen = (session: SessionRecord, which: Side): Partial<Session> | undefined => {
    if (which === "target" && !session.offered) return undefined;
    const { revision: _revision, ...view } = viewOf(session, which);
    return view;
  };

  it("keeps the session's rules", () => {
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 25 }), (first, steps) => {
        let session = first;
        let now = NOW;
        for (const next of steps) {
          if ("fact" in next) now += next.wait;
          const frozen = structuredClone(session);
          const outcome = decide(session, next, now);
          expect(session, "a decision does not touch what it decides on").toEqual(frozen);
          if (outcome.type === "refused" || outcome.type === "unchanged") continue;

          const before = session;
          session = outcome.session;
          expect(session.revision).toBe(before.revision + 1);
          expect(ORDER.indexOf(session.state)).toBeGreaterThanOrEqual(ORDER.indexOf(before.state));
          expect(session.state === "ended").toBe(session.endedAt !== undefined);
          if (session.state === "connected") expect(session.acceptedAt).toBeDefined();
          for (const which of ["inviter", "target"] as const) {
            if (session[which].done) expect(session.state).toBe("ended");
            if (before[which].done) expect(session[which].done).toBe(true);
            // Whoever sees something else than before has been told, and nobody who sees nothing.
            const changed = JSON.stringify(seen(session, which)) !== JSON.stringify(seen(before, which));
            if (changed) expect(outcome.told[which], `${which} after ${JSON.stringify(next)}`).toBeDefined();
            if (seen(session, which) === undefined) expect(outcome.told[which]).toBeUndefined();
          }
          // Nobody is connected who has not answered, or whose ordinary client's reply was not told by the inviter.
          if (session.state === "connected" && before.state !== "connected") {
            const answered = "verb" in next ? next.verb === "accept" : "invite" in next;
            expect(answered).toBe(true);
            if (session.mode === "parley") expect(session.acceptedBy).toBe(clientOf.target);
          }
          if (before.state === "ended") expect("verb" in next && next.verb).toBe("done");
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("the same command twice is the same as once", () => {
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 15 }), (first, steps) => {
        let session = first;
        for (const next of steps) {
          const outcome = decide(session, next, NOW);
          if (outcome.type === "refused") continue;
          session = outcome.session;
          const again = decide(session, next, NOW);
          if (again.type !== "refused") expect(again).toEqual({ type: "unchanged", session });
          else expect("verb" in next).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("every deadline is followed by something, and there is an end to them", () => {
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 15 }), (first, steps) => {
        let session = first;
        let now = NOW;
        for (const next of steps) {
          const outcome = decide(session, next, now);
          if (outcome.type !== "refused") session = outcome.session;
        }
        for (let round = 0; round < 3; round++) {
          const at = deadlineOf(session);
          if (at === undefined) return;
          now = Math.max(now, at);
          const outcome = decideFact(session, { type: "time" }, { now, graceMs: GRACE });
          expect(outcome.type).toBe("changed");
          session = after(outcome);
        }
        expect(deadlineOf(session)).toBeUndefined();
      }),
    );
  });
});
