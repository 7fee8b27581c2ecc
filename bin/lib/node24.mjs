import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runQuietly } from "./run.mjs";

/** The path of a Node 24, this one or one fetched from npm. It is not a dependency: 190 MB that only this run needs. */
export async function node24() {
  if (process.versions.node.startsWith("24.")) return process.execPath;
  const folder = join(ROOT, "node_modules/.cache/node24");
  const program = join(folder, "node_modules/node/bin/node");
  if (!existsSync(program)) {
    const npm = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "node@24"];
    await runQuietly("npm", npm, "Node 24 could not be fetched from npm:");
  }
  return program;
}
