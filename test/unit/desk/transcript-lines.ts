import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineKey, type MessageLine, TranscriptLines } from "../../../src/desk/transcript-lines.ts";
import type { TranscriptLine } from "../../../src/desk/types.ts";

const A = "a@example.org";
const B = "b@example.org";

function line(from: string, id: number, at = id): MessageLine {
  const own = from === A;
  return {
    kind: "message",
    key: lineKey(from, String(id)),
    logon: from,
    own,
    text: `${id}`,
    at,
    ...(own && { progress: "sent" as const }),
  };
}
const queued = (id: number): MessageLine => ({ ...line(A, id), progress: "queued" });
const page = (...lines: MessageLine[]) => lines.map((one) => ({ line: one, archiveId: one.text }));
const texts = (lines: readonly TranscriptLine[]) => lines.map((one) => (one.kind === "message" ? one.text : one.notice));
const all = (lines: TranscriptLines) => texts([...lines.settled(), ...lines.unsent()]);

describe("lines of a conversation", () => {
  it("keep the order in which they come, own unsent ones below", () => {
    const lines = new TranscriptLines();
    lines.queue(queued(1));
    lines.receive(line(B, 2));
    expect(all(lines)).toEqual(["2", "1"]);
    lines.settle(lineKey(A, "1"));
    lines.receive(line(B, 3));
    expect(all(lines)).toEqual(["2", "1", "3"]);
  });

  it("stay above what has come since, when the archive is asked for their order and says nothing of it", () => {
    const lines = new TranscriptLines();
    for (const id of [1, 2, 3]) lines.queue(queued(id));
    for (const id of [1, 2, 3]) lines.settle(lineKey(A, String(id)));
    // Came while the archive answered: not in the answer.
    lines.receive(line(B, 4), "4");
    lines.mergePage(page(line(A, 2), line(A, 3)), "again");
    expect(all(lines)).toEqual(["1", "2", "3", "4"]);
    lines.mergePage(page(line(A, 1)), "again");
    expect(all(lines)).toEqual(["1", "2", "3", "4"]);
  });

  it("drop a message that is known, but not the same id from somebody else", () => {
    const lines = new TranscriptLines();
    expect(lines.receive(line(B, 1))).toBe(true);
    expect(lines.receive(line(B, 1))).toBe(false);
    expect(lines.receive(line(A, 1))).toBe(true);
    expect(lines.mergePage(page(line(B, 1), line(B, 1), line(A, 1)), "newer")).toEqual([]);
    expect(lines.size).toBe(2);
  });

  it("never go back in progress, and read means all above", () => {
    const lines = new TranscriptLines();
    for (const id of [1, 2, 3]) lines.receive(line(A, id));
    lines.mark(lineKey(A, "2"), "read");
    lines.mark(lineKey(A, "2"), "delivered");
    lines.mark(lineKey(A, "1"), "delivered");
    lines.mark(lineKey(A, "3"), "delivered");
    expect(lines.settled()).toMatchObject([{ progress: "read" }, { progress: "read" }, { progress: "delivered" }]);
  });

  it("apply a mark that comes before its line, and to older lines that are read in later", () => {
    const lines = new TranscriptLines();
    lines.mark(lineKey(A, "3"), "read");
    lines.mergePage(page(line(A, 3)), "older");
    lines.mergePage(page(line(A, 1), line(B, 2)), "older");
    expect(lines.settled()).toMatchObject([{ text: "1", progress: "read" }, { text: "2" }, { text: "3", progress: "read" }]);
  });

  it("take a receipt as proof that the message was sent", () => {
    const lines = new TranscriptLines();
    lines.queue(queued(1));
    lines.mark(lineKey(A, "1"), "delivered");
    expect(lines.unsent()).toEqual([]);
    expect(lines.settled()).toMatchObject([{ progress: "delivered" }]);
  });

  it("take the archive's order for own messages that were acknowledged late", () => {
    const lines = new TranscriptLines();
    lines.receive(line(B, 1));
    lines.queue(queued(2));
    lines.receive(line(B, 3));
    lines.settle(lineKey(A, "2"));
    expect(all(lines)).toEqual(["1", "3", "2"]);
    lines.mergePage(page(line(B, 1), line(A, 2), line(B, 3)), "newer");
    expect(all(lines)).toEqual(["1", "2", "3"]);
  });

  it("fill a gap above what came live after it", () => {
    const lines = new TranscriptLines();
    lines.receive(line(B, 1));
    lines.openGap();
    lines.receive(line(B, 5));
    lines.mergePage(page(line(B, 2), line(B, 3)), "newer");
    lines.mergePage(page(line(A, 4), line(B, 5)), "newer");
    lines.mergePage(page(line(B, 6)), "newer");
    lines.closeGap();
    expect(all(lines)).toEqual(["1", "2", "3", "4", "5", "6"]);
  });

  it("stand where the last copy of a message is that was sent again, whichever way it is read", () => {
    const copies = [
      { line: line(B, 1), archiveId: "x" },
      { line: line(A, 2), archiveId: "y" },
      { line: line(B, 1), archiveId: "z" },
      { line: line(A, 3), archiveId: "w" },
    ];
    const live = new TranscriptLines();
    for (const { line: one, archiveId } of copies) live.receive(one, archiveId);
    live.receive(line(B, 1), "z");
    const forwards = new TranscriptLines();
    const backwards = new TranscriptLines();
    for (const copy of copies) forwards.mergePage([copy], "newer");
    for (const copy of copies.toReversed()) backwards.mergePage([copy], "older");
    const whole = new TranscriptLines();
    whole.mergePage(copies, "older");
    for (const lines of [live, forwards, backwards, whole]) expect(all(lines)).toEqual(["2", "1", "3"]);
  });

  it("fill a gap above own messages that were sent and acknowledged after it", () => {
    const lines = new TranscriptLines();
    lines.receive(line(B, 1));
    lines.openGap();
    for (const id of [6, 7, 8]) {
      lines.queue(queued(id));
      lines.settle(lineKey(A, String(id)));
    }
    lines.mergePage(page(line(B, 2), line(A, 3)), "newer");
    expect(all(lines)).toEqual(["1", "2", "3", "6", "7", "8"]);
    lines.mergePage(page(line(B, 4), line(A, 6)), "newer");
    lines.mergePage(page(line(A, 7), line(A, 8)), "newer");
    expect(all(lines)).toEqual(["1", "2", "3", "4", "6", "7", "8"]);
  });

  it("keep a failed line at the bottom until it is retried or taken away", () => {
    const lines = new TranscriptLines();
    lines.queue(queued(1));
    lines.fail(lineKey(A, "1"), { code: "message-not-sent" });
    lines.receive(line(B, 2));
    expect(lines.unsent()).toMatchObject([{ progress: "failed", problem: { code: "message-not-sent" } }]);
    lines.fail(lineKey(A, "1"), undefined);
    expect(lines.unsent()[0]).not.toHaveProperty("problem");
    lines.remove(lineKey(A, "1"));
    expect(all(lines)).toEqual(["2"]);
  });

  it("hand out copies that do not change, and the same objects for lines that did not", () => {
    const lines = new TranscriptLines();
    lines.receive(line(B, 1));
    const before = lines.settled();
    lines.receive(line(B, 2));
    expect(before).toHaveLength(1);
    expect(lines.settled()[0]).toBe(before[0]);
  });

  it("come to the archive's order by whatever way the messages came", () => {
    const history = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 }), (writers, seenFrom, goneAt, pageSize) => {
        const archive = writers.map((own, index) => line(own ? A : B, index));
        const start = seenFrom % (archive.length + 1);
        const gone = start + (goneAt % (archive.length - start + 1));
        const lines = new TranscriptLines();
        // Live from `start`; own messages are acknowledged after what came meanwhile.
        const live = archive.slice(start, gone);
        for (const one of live) {
          if (one.own) lines.queue({ ...one, progress: "queued" });
          else lines.receive(one);
        }
        for (const one of live) lines.settle(one.key);
        // Away; back with the last one live before the gap is read.
        const missed = archive.slice(gone);
        lines.openGap();
        const last = missed.at(-1);
        if (last && !last.own) lines.receive(last);
        const from = live.findLastIndex((one) => !one.own) + 1 + start;
        for (let index = from; index < archive.length; index += pageSize)
          lines.mergePage(page(...archive.slice(index, index + pageSize)), "newer");
        lines.closeGap();
        for (let end = archive.length; end > 0; end -= pageSize)
          lines.mergePage(page(...archive.slice(Math.max(0, end - pageSize), end)), "older");
        expect(lines.settled().map(({ key }) => key)).toEqual(archive.map(({ key }) => key));
        expect(lines.unsent()).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a transcript of 10 000 lines", () => {
  it("takes one more line about as fast as a short one", () => {
    const cost = (length: number) => {
      const lines = new TranscriptLines();
      lines.mergePage(page(...Array.from({ length }, (_, index) => line(index % 2 ? A : B, index))), "older");
      const rounds = 2000;
      const begin = performance.now();
      for (let index = 0; index < rounds; index++) {
        lines.receive(line(B, length + index));
        lines.mark(lineKey(A, String(length - 1)), "delivered");
      }
      return ((performance.now() - begin) / rounds) * 1000;
    };
    cost(100);
    const [short, long] = [cost(100), cost(10_000)];
    // Rebuilding or sorting 10 000 lines takes a hundred times as long and more; twenty leaves room for a busy machine.
    expect(long).toBeLessThan(Math.max(20 * short, 20));
  });
});
