import fc from "fast-check";
import { expect, it } from "vitest";
import { MalformedError, parse, xml, type Element } from "../../../src/client/index.ts";
import {
  buildCommand,
  buildSessionList,
  buildSessionPush,
  NS_IM_SESSION,
  parseCommand,
  parseSessionList,
  parseSessionPush,
  type Session,
  type SessionCommand,
  type SessionPush,
  SESSION_COMMANDS,
} from "../../../src/extensions/im-session/index.ts";
import { checkSchema } from "../../support/protocol.ts";

const uuid = fc.uuid();
const jid = fc.tuple(fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}$/), fc.domain()).map(([local, domain]) => `${local}@${domain}`);
const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
const reason = fc.constantFrom(
  "accepted",
  "rejected",
  "timed-out",
  "unreachable",
  "cancelled",
  "answered-elsewhere",
  "signed-out",
  "ended-by-peer",
);

const session: fc.Arbitrary<Session> = fc
  .record(
    {
      id: uuid,
      revision: fc.maxSafeNat(),
      mode: fc.constantFrom("parley" as const, "plain" as const),
      reason,
      inviter: jid,
      target: jid,
      createdAt: time,
      expiresAt: time,
      peerReachable: fc.boolean(),
      done: fc.boolean(),
    },
    { requiredKeys: ["id", "revision", "mode", "inviter", "target", "createdAt", "expiresAt", "peerReachable", "done"] },
  )
  .chain((common) =>
    fc.oneof(
      fc.constant({ ...common, state: "not-connected" as const }),
      fc.record({ acceptedAt: time }).map((times) => ({ ...common, ...times, state: "connected" as const })),
      fc.record({ endedAt: time }).map((times) => ({ ...common, ...times, state: "ended" as const })),
      fc.record({ acceptedAt: time, endedAt: time }).map((times) => ({ ...common, ...times, state: "ended" as const })),
    ),
  );

const push: fc.Arbitrary<SessionPush> = fc.record({
  type: fc.constantFrom("offer" as const, "changed" as const),
  version: fc.maxSafeNat(),
  session,
});

const command: fc.Arbitrary<SessionCommand> = fc.oneof(
  fc.record({ type: fc.constant("invite" as const), id: uuid, to: jid, answering: fc.boolean() }),
  fc.record({ type: fc.constantFrom("accept" as const, "reject" as const, "end" as const, "done" as const), id: uuid }),
);

const overTheWire = (element: Element) => parse(element.toString());

it("reads every command as it was built", () => {
  fc.assert(
    fc.property(command, (asked) => {
      expect(parseCommand(overTheWire(buildCommand(asked)))).toEqual(asked);
    }),
  );
});

it("reads every push as it was built", () => {
  fc.assert(
    fc.property(push, (pushed) => {
      expect(parseSessionPush(overTheWire(buildSessionPush(pushed)))).toEqual(pushed);
    }),
  );
});

it("reads every list as it was built", () => {
  const list = fc.record({ version: fc.maxSafeNat(), sessions: fc.array(session, { maxLength: 5 }) });
  fc.assert(
    fc.property(list, (all) => {
      expect(parseSessionList(overTheWire(buildSessionList(all)))).toEqual(all);
    }),
  );
});

it("builds what the schema allows", async () => {
  const built = [...fc.sample(push, 40).map(buildSessionPush), ...fc.sample(command, 40).map(buildCommand)];
  const complaints = await checkSchema("im-session", new Map(built.map((element, index) => [`sample-${index}`, element])));
  expect([...complaints.values()].flat()).toEqual([]);
});

it("refuses whatever else may come, by saying so", () => {
  const attributes = fc.dictionary(fc.constantFrom("id", "to", "answering", "version"), fc.string());
  fc.assert(
    fc.property(fc.constantFrom(...SESSION_COMMANDS, "offer", "changed", "sessions"), attributes, (name, attrs) => {
      const element = xml(name, { ...attrs, xmlns: NS_IM_SESSION });
      for (const read of [parseCommand, parseSessionPush, parseSessionList])
        expect(complaintOf(() => read(element))).toBeOneOf([undefined, MalformedError]);
    }),
  );
});

function complaintOf(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error as Error).constructor;
  }
}
