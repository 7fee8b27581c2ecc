import type { Row } from "./figure.ts";

const HEADINGS = ["figure", "unit", "ours", "peer", "ratio", "goal", "met"] as const;

/** As Markdown, which reads well in a terminal too. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ name, unit, ours, peer, ratio, goal, met }) => [
    name,
    unit,
    String(ours),
    peer === null ? "" : String(peer),
    ratio === null ? "" : String(ratio),
    goal === "none" ? "" : goal,
    goal === "none" ? "" : met ? "yes" : "NO",
  ]);
  const widths = HEADINGS.map((heading, column) => Math.max(heading.length, ...cells.map((line) => line[column]!.length)));
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => (column >= 2 && column <= 4 ? text.padStart(widths[column]!) : text.padEnd(widths[column]!))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column >= 2 && column <= 4 ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  return [line(HEADINGS), line(rule), ...cells.map(line)].join("\n");
}
