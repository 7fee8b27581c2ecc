import type { BenchStage } from "./stage.ts";

/** What is measured, and what came out: one line of the table, and of the JSON file. */
export interface Row {
  name: string;
  unit: string;
  ours: number;
  /** The same done by somebody else, in the same run. */
  peer: number | null;
  ratio: number | null;
  /** "ratio <= 1.3", "<= 100 ms"; "none" for what is told for its own sake. */
  goal: string;
  met: boolean;
}

export interface Figure {
  /** What `npm run bench -- <filter>` is compared with. */
  name: string;
  /** How it is measured, in a line or two. */
  method: string;
  /** The size of the directory, where it matters. */
  agents?: number;
  run(stage: BenchStage): Promise<Row[]>;
}

export type Goal = { ratio: number } | { most: number };

export interface Measurement {
  name: string;
  unit: string;
  ours: number;
  peer?: number;
  goal?: Goal;
}

export function row({ name, unit, ours, peer, goal }: Measurement): Row {
  const ratio = peer === undefined ? null : ours / peer;
  return {
    name,
    unit,
    ours: rounded(ours),
    peer: peer === undefined ? null : rounded(peer),
    ratio: ratio === null ? null : rounded(ratio),
    goal: goal === undefined ? "none" : "ratio" in goal ? `ratio <= ${goal.ratio}` : `<= ${goal.most} ${unit}`,
    met: isMet(ours, ratio, goal),
  };
}

/** What was measured decides, not what is shown of it. A ratio that could not be had is a goal missed. */
function isMet(ours: number, ratio: number | null, goal: Goal | undefined): boolean {
  if (goal === undefined) return true;
  if ("ratio" in goal) return ratio !== null && ratio <= goal.ratio;
  return ours <= goal.most;
}

/** Three digits that count are more than a shared machine can repeat. */
function rounded(value: number): number {
  return Number(value.toPrecision(value >= 1000 ? 4 : 3));
}
