import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gateOf } from "../../../src/desk/gate.ts";
import { sizeOf, sendable, tooLong } from "../../../src/desk/message-text.ts";
import { applyList, applyPush, NO_SESSIONS, openSessionWith, sessionFor } from "../../../src/desk/session-list.ts";
import type { Session, SessionPush } from "../../../src/extensions/im-session/types.ts";

const A = "a@example.org";
const B = "b@example.org";

function session(id: string, more: Partial<Session> = {}): Session {
  return {
    id,
    revision: 1,
    state: "connected",
    mode: "parley",
    inviter: A,
    target: B,
    createdAt: 1000,
    expiresAt: 31_000,
    peerReachable: true,
    done: false,
    ...more,
  };
}

describe("the sessions as the service told them", () => {
  it("are what the service has, whatever is lost, late or repeated on the way, once the list was read", () => {
    const step = fc.record({ id: fc.constantFrom("p", "q", "r"), isDone: fc.boolean(), arrives: fc.boolean(), twice: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(), (steps, late) => {
        const truth = new Map<string, Session>();
        const pushes: SessionPush[] = [];
        let known = NO_SESSIONS;
        steps.forEach(({ id, isDone, arrives, twice }, index) => {
          const next = session(id, { revision: (truth.get(id)?.revision ?? 0) + 1, done: isDone || (truth.get(id)?.done ?? false) });
          truth.set(id, next);
          const push: SessionPush = { type: "changed", version: index + 1, session: next };
          pushes.push(push);
          if (!arrives) return;
          const applied = applyPush(known, push);
          expect(applied.missed).toBe(push.version > known.version + 1);
          known = applied.known;
          if (twice) known = applyPush(known, push).known;
        });
        const live = [...truth.values()].filter(({ done }) => !done);
        known = applyList(known, { version: steps.length, sessions: live });
        if (pushes.length > 0) known = applyPush(known, pushes[late % pushes.length]!).known;
        const shown = [...known.sessions.values()];
        expect(shown.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(live.toSorted((a, b) => a.id.localeCompare(b.id)));
      }),
    );
  });

  it("are found by agent while they are open, the newest first", () => {
    const sessions = [
      session("old", { createdAt: 1 }),
      session("new", { createdAt: 2 }),
      session("over", { createdAt: 3, state: "ended" }),
    ];
    expect(openSessionWith(sessions, B, A)?.id).toBe("new");
    expect(openSessionWith(sessions, "c@example.org", A)).toBeUndefined();
  });
});

describe("which session a message belongs to", () => {
  const first = session("first", { state: "ended", createdAt: 10_000, endedAt: 20_000 });
  const second = session("second", { createdAt: 50_000 });
  const find = (message: Parameters<typeof sessionFor>[0], began = new Map<string, number>()) =>
    sessionFor(message, [first, second], A, began)?.id;

  it.each([
    ["its thread", { from: B, thread: "first", at: 60_000 }, "first"],
    ["no thread: the open one", { from: `${B}/phone` }, "second"],
    ["a foreign thread: the open one", { from: B, thread: "theirs" }, "second"],
    ["the archive's time", { from: B, at: 15_000 }, "first"],
    ["the archive's time, now", { from: B, at: 55_000 }, "second"],
    ["a time between the two", { from: B, at: 30_000 }, undefined],
    ["our own, by whom it was for", { from: A, to: B, at: 55_000 }, "second"],
    ["somebody else", { from: "c@example.org", thread: "second" }, undefined],
  ])("%s", (_what, message, expected) => {
    expect(find(message)).toBe(expected);
  });

  it("reaches back to the message that it began with", () => {
    expect(find({ from: B, at: 45_000 }, new Map([["second", 44_000]]))).toBe("second");
  });
});

describe("whether messages may go", () => {
  const here = { isCurrent: true, isThere: true };
  it.each([
    ["connected", session("s"), here, "open"],
    ["not accepted yet", session("s", { state: "not-connected" }), here, "wait"],
    ["to an ordinary client", session("s", { state: "not-connected", mode: "plain" }), here, "open"],
    ["an ordinary client's invitation to us", session("s", { state: "not-connected", mode: "plain", revision: 0 }), here, "wait"],
    ["over", session("s", { state: "ended" }), here, "closed"],
    ["gone", undefined, here, "closed"],
    ["gone, as far as we know", undefined, { isCurrent: true, isThere: false }, "wait"],
    ["while nobody knows what happened meanwhile", session("s"), { isCurrent: false, isThere: true }, "wait"],
    ["while the service is away", session("s"), { isCurrent: true, isThere: false }, "open"],
  ])("%s", (_what, given, standing, expected) => {
    expect(gateOf(given, standing)).toBe(expected);
  });
});

describe("the text of a message", () => {
  it("is measured as it will be sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const escaped = text
          .replaceAll("&", "&amp;")
          .replaceAll("<", "&lt;")
          .replaceAll(">", "&gt;")
          .replaceAll('"', "&quot;")
          .replaceAll("'", "&apos;");
        expect(sizeOf(text)).toBe(new TextEncoder().encode(escaped).length);
      }),
    );
    expect(tooLong("x".repeat(128 * 1024))).toBeUndefined();
    expect(tooLong("&".repeat(64 * 1024))).toMatchObject({ code: "message-too-long" });
  });

  it.each([
    ["", undefined],
    [" \n\t", undefined],
    ["\n\n  indented\nlines \n", "  indented\nlines"],
    ["plain", "plain"],
  ])("%j is sent as %j", (text, expected) => {
    expect(sendable(text)).toBe(expected);
  });
});
