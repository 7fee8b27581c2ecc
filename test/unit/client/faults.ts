import fc from "fast-check";
import { expect, it } from "vitest";
import { Connection, OfflineError, type SavedStream, xml } from "../../../src/client/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { ModelServer } from "../../support/model-server.ts";

type Step = { type: "send" | "say" | "reload" | "restart" } | { type: "cut"; frames: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Step>({ type: "send" }) },
  { weight: 4, arbitrary: fc.constant<Step>({ type: "say" }) },
  { weight: 4, arbitrary: fc.nat(14).map((frames): Step => ({ type: "cut", frames })) },
  { weight: 1, arbitrary: fc.constant<Step>({ type: "reload" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ type: "restart" }) },
);

async function play(steps: readonly Step[]) {
  const server = new ModelServer();
  const clock = new FakeClock();
  const told = { sent: [] as string[], acked: [] as string[], lost: [] as string[], said: [] as string[], received: [] as string[] };
  let wasForgotten = false;

  const open = (saved?: SavedStream) => {
    const made = new Connection({
      websocket: "ws://localhost:1",
      domain: "localhost",
      username: "alice",
      credentials: { password: "secret" },
      webSocket: server.webSocket,
      clock,
      random: () => 0,
      saved,
    });
    made.acked.on(({ attrs }) => told.acked.push(attrs["id"]!));
    made.lost.on(({ attrs }) => told.lost.push(attrs["id"]!));
    made.use(({ attrs }) => void told.received.push(attrs["id"]!));
    made.start();
    return made;
  };
  let connection = open();
  const online = async () => {
    // The end of a stream is told a moment after it.
    await new Promise(setImmediate);
    // An attempt may be cut as well; each is followed by another.
    for (let state = connection.state.get(); state.type !== "online"; state = connection.state.get()) {
      if (state.type === "waiting") clock.advance(0);
      else await connection.state.waitFor((next) => next !== state, { what: "the end of the attempt", timeoutMs: 2_000 });
    }
  };

  await online();
  let number = 0;
  for (const { ...now } of steps) {
    await online();
    number += 1;
    if (now.type === "send") {
      try {
        await connection.send(xml("message", { id: `out-${number}` }));
        told.sent.push(`out-${number}`);
      } catch (error) {
        // Cut in this moment: the sender knows that it was not sent.
        if (!(error instanceof OfflineError)) throw error;
      }
    } else if (now.type === "say") {
      if (server.say(`in-${number}`)) told.said.push(`in-${number}`);
    } else if (now.type === "cut") {
      server.cutAfter(now.frames);
    } else if (now.type === "reload") {
      const saved = JSON.parse(JSON.stringify(connection.snapshot() ?? null)) as SavedStream | null;
      connection.abandon();
      connection = open(saved ?? undefined);
    } else {
      wasForgotten = true;
      server.forget();
      server.cutAfter(0);
    }
  }
  server.cutAfter(Number.POSITIVE_INFINITY);
  await online();
  await connection.send(xml("message", { id: "end" }));
  told.sent.push("end");
  connection.abandon();
  return { ...told, delivered: server.delivered, wasForgotten };
}

it("whatever is cut, reloaded or restarted, each message is told once: taken over or unknown; none is delivered or received twice", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const { sent, acked, lost, said, received, delivered, wasForgotten } = await play(steps);
      // Each exactly once, and in order.
      expect([...acked, ...lost].toSorted()).toEqual(sent.toSorted());
      expect(acked).toEqual(sent.filter((id) => acked.includes(id)));
      expect(delivered).toEqual([...new Set(delivered)]);
      expect(delivered).toEqual(sent.filter((id) => delivered.includes(id)));
      expect(received).toEqual([...new Set(received)]);
      // Taken over means delivered.
      expect(acked.filter((id) => !delivered.includes(id))).toEqual([]);
      // While the server keeps the session, nothing is in doubt in either direction.
      if (wasForgotten) return;
      expect(lost).toEqual([]);
      expect(received).toEqual(said);
    }),
    { numRuns: 300 },
  );
});
