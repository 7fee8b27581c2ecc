/** Runs the figures one after the other. bin/bench.mjs starts it. */
import { writeFile } from "node:fs/promises";
import { notification } from "./figures/notification.ts";
import { roundTrip } from "./figures/round-trip.ts";
import { search } from "./figures/search.ts";
import { signIn } from "./figures/sign-in.ts";
import { size } from "./figures/size.ts";
import { transcript } from "./figures/transcript.ts";
import type { Figure, Row } from "./harness/figure.ts";
import { BenchStage } from "./harness/stage.ts";
import { tableOf } from "./harness/table.ts";

export interface BenchOptions {
  /** Figures whose name holds one of these words; none: all. */
  filters: readonly string[];
  /** Where the rows are to be written as JSON. */
  json: string | undefined;
  /** Told what happens. */
  say(text: string): void;
}

/** Where the size of the directory does not matter. */
const FEW_AGENTS = 100;

const FIGURES: readonly Figure[] = [roundTrip, signIn, notification, search, transcript, size];

/** Resolves to whether every goal was met. Rejects when there is no such figure. */
export async function runBench({ filters, json, say }: BenchOptions): Promise<boolean> {
  const figures = FIGURES.filter(({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)));
  if (figures.length === 0) throw new Error(`There is no such figure. There are: ${FIGURES.map(({ name }) => name).join(", ")}`);
  const rows: Row[] = [];
  try {
    for (const agents of new Set(figures.map(sizeFor)))
      await measure(
        figures.filter((figure) => sizeFor(figure) === agents),
        agents,
        { rows, say },
      );
  } finally {
    // What was measured before something failed is worth having.
    if (rows.length > 0) say(`\n${tableOf(rows)}`);
  }
  if (json !== undefined) await writeFile(json, `${JSON.stringify(rows, undefined, 2)}\n`);
  return rows.every(({ met }) => met);
}

const sizeFor = ({ agents = FEW_AGENTS }: Figure): number => agents;

/** On a stage of their own. */
async function measure(
  figures: readonly Figure[],
  agents: number,
  { rows, say }: { rows: Row[]; say: BenchOptions["say"] },
): Promise<void> {
  say(`• starting Prosody, the service with ${agents} agents, and Chromium`);
  const stage = await BenchStage.open(agents);
  try {
    for (const figure of figures) {
      say(`• ${figure.name}`);
      rows.push(...(await figure.run(stage)));
      await stage.leave();
    }
  } finally {
    await stage.close();
  }
}
