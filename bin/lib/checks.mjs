/** The checks of `npm test` that are no tests of their own: each counts as one. */
import { npmProgram, run } from "./run.mjs";

export const CHECKS = [
  { part: "lint", what: "lint (oxlint)", command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { part: "lint", what: "format (biome)", command: "biome", args: ["format"] },
  { part: "lint", what: "unused code and dependencies (knip)", command: "knip", args: [] },
  { part: "types", what: "types (tsc)", command: "tsc", args: ["--build"] },
];

/** Resolves to true when the check found nothing. */
export async function passes({ command, args }) {
  return (await run(npmProgram(command), args)) === 0;
}
