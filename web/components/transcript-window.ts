import type { TranscriptLine } from "../../src/desk/types.ts";

/** How many lines are shown at first, and how many more each time the reader asks for older ones. */
export const PAGE = 100;

/** Index of the first line to show: the window's first line where the reader is reading, else the last page. */
export function windowStart(lines: readonly TranscriptLine[], firstKey: string | undefined): number {
  const kept = firstKey === undefined ? -1 : lines.findIndex(({ key }) => key === firstKey);
  return kept >= 0 ? kept : Math.max(0, lines.length - PAGE);
}

/** Whether the divider still tells something: whoever has written since has seen what was new. */
export function isDividerNeeded(lines: readonly TranscriptLine[], firstNewKey: string | undefined): boolean {
  const first = lines.findIndex(({ key }) => key === firstNewKey);
  return first >= 0 && !lines.slice(first).some((line) => line.kind === "message" && line.own);
}

/** Messages of the other side after the line that was last seen. */
export function countUnseen(lines: readonly TranscriptLine[], seenKey: string | undefined): number {
  const seen = lines.findIndex(({ key }) => key === seenKey);
  return lines.slice(seen + 1).filter((line) => line.kind === "message" && !line.own).length;
}
