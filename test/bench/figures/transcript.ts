import type { Figure } from "../harness/figure.ts";
import { row } from "../harness/figure.ts";
import { call } from "../harness/stage.ts";
import { median, quantile } from "../harness/statistics.ts";
import type { TranscriptPage } from "../page/transcript.ts";

const LINES = 10_000;
const ROUNDS = 7;
const APPENDED = 40;

export const transcript: Figure = {
  name: "transcript",
  method:
    "The web client's transcript element with 10 000 lines, from having the lines to their paint, and one line more. Peer: plain rows for all lines, rendered by Lit in the same page.",
  async run(stage) {
    const page = await stage.page("transcript");
    const opening = { ours: [] as number[], allRows: [] as number[] };
    for (let round = -1; round < ROUNDS; round++) {
      for (const side of ["ours", "allRows"] as const) {
        const took = await call<TranscriptPage, "open">(page, "open", side, LINES);
        if (round >= 0) opening[side].push(took);
      }
    }
    const appending = {
      ours: await call<TranscriptPage, "append">(page, "append", "ours", LINES, APPENDED),
      allRows: await call<TranscriptPage, "append">(page, "append", "allRows", LINES, APPENDED),
    };
    return [
      row({
        name: "transcript of 10 000 lines, open, p50",
        unit: "ms",
        ours: median(opening.ours),
        peer: median(opening.allRows),
        goal: { ratio: 0.1 },
      }),
      row({
        name: "transcript of 10 000 lines, append one, p95",
        unit: "ms",
        ours: quantile(appending.ours, 0.95),
        peer: quantile(appending.allRows, 0.95),
      }),
    ];
  },
};
