#!/usr/bin/env node
/**
 * `npm run bench`: builds what is needed, measures, and prints one table. docs/benchmarks.md says what and how.
 *
 *     npm run bench                         everything
 *     npm run bench -- search transcript    the figures whose name holds one of the words
 *     npm run bench -- --json FILE          besides, the rows as JSON: a list of {name, unit, ours, peer, ratio, goal, met}
 *
 * The exit code is 0 when everything was measured, whether or not a goal was missed: the table says that.
 */
import { join } from "node:path";
import { ensureBuild } from "./lib/build.mjs";
import { checkNode, ensureNpmPackages } from "./lib/packages.mjs";
import { ROOT } from "./lib/run.mjs";
import { main, say, Trouble } from "./lib/say.mjs";
import { ensureTools } from "./lib/tools.mjs";

await main(async () => {
  checkNode();
  const { filters, json } = understand(process.argv.slice(2));
  await ensureNpmPackages();
  await ensureTools(["e2e"]);
  await ensureBuild();
  // Only now are the packages there for certain. Vite reads the TypeScript that Node 20 does not.
  const { runnerImport } = await import("vite");
  const { module } = await runnerImport(join(ROOT, "test/bench/main.ts"), { root: ROOT, configFile: false, logLevel: "error" });
  await module.runBench({ filters, json, say });
});

function understand(args) {
  const at = args.indexOf("--json");
  const json = at < 0 ? undefined : args[at + 1];
  if (at >= 0 && (json === undefined || json.startsWith("-")))
    throw new Trouble("--json needs the name of a file: npm run bench -- --json FILE");
  const filters = at < 0 ? args : args.toSpliced(at, 2);
  const unknown = filters.find((word) => word.startsWith("-"));
  if (unknown) throw new Trouble(`There is no option ${unknown}. There is --json FILE, and words that name figures.`);
  return { filters, json };
}
