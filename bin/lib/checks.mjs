/** The checks of `npm test` that are no tests of their own: each counts as one. */
import { npmProgram, run } from "./run.mjs";

export const CHECKS = [
  { part: "lint", what: "Prosody's modules (luacheck)", program: "luacheck", args: ["--quiet", "prosody/modules"] },
  { part: "lint", what: "lint (oxlint)", program: npmProgram("oxlint"), args: ["--type-aware", "--deny-warnings"] },
  { part: "lint", what: "format (biome)", program: npmProgram("biome"), args: ["format"] },
  { part: "lint", what: "unused code and dependencies (knip)", program: npmProgram("knip"), args: [] },
  { part: "types", what: "types (tsc)", program: npmProgram("tsc"), args: ["--build"] },
];

/** Resolves to true when the check found nothing. */
export async function passes({ program, args }) {
  return (await run(program, args)) === 0;
}
