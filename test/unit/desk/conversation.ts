import { describe, expect, it } from "vitest";
import { Conversation } from "../../../src/desk/conversation.ts";
import type { ArchiveEntry } from "../../../src/desk/port.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { OWN, PEER, rest, ScriptedClient } from "../../support/scripted-client.ts";

const client = new ScriptedClient();

function conversation(length: number): Conversation {
  const made = new Conversation(
    {
      query: async () => ({ items: [], complete: true }),
      clock: new FakeClock(),
      own: OWN,
      logonOf: (jid) => jid,
      sessionOf: () => "s",
      wasReturned: () => false,
      isUncertain: () => false,
      hasUndecided: () => false,
    },
    {
      id: "s",
      revision: 1,
      state: "connected",
      mode: "parley",
      inviter: OWN,
      target: PEER,
      createdAt: 0,
      expiresAt: 1,
      acceptedAt: 1,
      peerReachable: true,
      done: false,
    },
    { isNew: true, readKey: undefined },
  );
  const entries = Array.from({ length }, (_, index): ArchiveEntry => {
    const message = client.message(`old ${index}`, { at: index, ...(index % 2 && { from: OWN, to: PEER, direction: "out" as const }) });
    return { archiveId: `${index}`, at: index, message };
  });
  made.fillGap(entries);
  return made;
}

describe("a conversation", () => {
  it("tells of a page of the archive once, not line by line", async () => {
    const long = conversation(0);
    let told = 0;
    long.transcript.subscribe(() => told++);
    for (let index = 0; index < 50; index++) long.receive(client.message(`new ${index}`));
    await rest();
    expect(told).toBe(1);
    expect(long.transcript.get().lines).toHaveLength(52);
  });

  it("of 10 000 lines shows one more in well under a frame, and leaves the others as they are", async () => {
    const long = conversation(10_000);
    await rest();
    const before = long.transcript.get().lines;
    const rounds = 200;
    const begin = performance.now();
    for (let index = 0; index < rounds; index++) {
      long.receive(client.message(`new ${index}`));
      await Promise.resolve();
    }
    const each = (performance.now() - begin) / rounds;
    const after = long.transcript.get().lines;
    expect(after).toHaveLength(before.length + rounds);
    expect(before.every((line, index) => line === after[index])).toBe(true);
    // A frame has 16 ms.
    expect(each).toBeLessThan(4);
  });
});
