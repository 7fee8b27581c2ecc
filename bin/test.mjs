#!/usr/bin/env node
/**
 * `npm test`: installs what is missing, then lints, type-checks and runs every test.
 *
 *     npm test                        everything, Prosody as a process of this machine
 *     npm test -- unit                one part: lint, types, unit, interop, web or e2e; several may be named
 *     npm test -- im-session          the test files whose path holds the word
 *     npm test -- e2e -t "scenario 12"   what follows a part or a word is given to vitest
 *     npm test -- --container         besides, interop against the container image of Prosody 13
 *     npm test -- --node24            besides, unit and interop on Node 24
 *     npm test -- --only --node24     nothing but what the other options name
 *
 * The last line is `N passed, N failed, N skipped`; the exit code is 0 only when nothing failed and something ran.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuild } from "./lib/build.mjs";
import { CHECKS, passes } from "./lib/checks.mjs";
import { buildTestImage } from "./lib/container.mjs";
import { node24 } from "./lib/node24.mjs";
import { checkNode, ensureNpmPackages } from "./lib/packages.mjs";
import { ROOT, run } from "./lib/run.mjs";
import { bold, main, red, say, Trouble } from "./lib/say.mjs";
import { ensureTools } from "./lib/tools.mjs";

const PARTS = ["lint", "types", "unit", "interop", "web", "e2e"];
const OPTIONS = ["--only", "--container", "--node24"];
const PROJECTS = ["unit", "interop", "web", "e2e"];

const total = { passed: 0, failed: 0, skipped: 0 };
const remarks = [];
const times = [];

await main(async () => {
  checkNode();
  try {
    await runAll(understand(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    total.failed++;
    remarks.push(`${red("failed:")} ${error.message}`);
  }
  say(`\n${times.map(({ what, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${what}`).join("\n")}\n`);
  for (const remark of remarks) say(remark);
  if (total.passed + total.failed === 0) say(red("Nothing ran."));
  say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
});

async function runAll({ parts, filters, options, container, onNode24 }) {
  await ensureNpmPackages();
  await ensureTools([...parts, ...(container || onNode24 ? ["interop"] : [])]);

  for (const check of CHECKS.filter(({ part }) => parts.includes(part))) await runCheck(check);
  const projects = PROJECTS.filter((project) => parts.includes(project));
  // Everything but a few unit tests in a hurry may start the built service.
  if (container || onNode24 || projects.some((project) => project !== "unit" || filters.length === 0)) await timed("build", ensureBuild);
  if (projects.length > 0) await runTests("tests", { projects, filters, options });
  if (container) {
    await timed("container image", buildTestImage);
    await runTests("interop on Prosody 13", { projects: ["interop"], filters, options, env: { PARLEY_TEST_PROSODY: "container" } });
  }
  if (onNode24) {
    const node = await timed("Node 24", node24);
    await runTests("unit and interop on Node 24", { projects: ["unit", "interop"], filters, options, node });
  }
}

/** Splits the arguments into our own options, parts, words for file names, and what is vitest's. */
function understand(args) {
  const rest = args.filter((arg) => !OPTIONS.includes(arg));
  const [only, container, onNode24] = OPTIONS.map((option) => args.includes(option));
  const firstOption = rest.findIndex((arg) => arg.startsWith("-"));
  const words = firstOption < 0 ? rest : rest.slice(0, firstOption);
  const options = firstOption < 0 ? [] : rest.slice(firstOption);
  const named = words.filter((word) => PARTS.includes(word));
  const filters = words.filter((word) => !PARTS.includes(word));
  const everything = filters.length > 0 || options.length > 0 ? PROJECTS : PARTS;
  const parts = only ? [] : named.length > 0 ? named : everything;
  return { parts, filters, options, container, onNode24 };
}

async function runCheck(check) {
  const passed = await timed(check.what, () => passes(check));
  total[passed ? "passed" : "failed"]++;
  if (!passed) remarks.push(`${red("failed:")} ${check.what}`);
}

async function runTests(what, { projects, filters, options, env = {}, node = process.execPath }) {
  const folder = mkdtempSync(join(tmpdir(), "parley-test-"));
  const counts = join(folder, "counts.json");
  const reporters = ["--reporter=default", `--reporter=${join(ROOT, "bin/lib/vitest-reporter.mjs")}`];
  const code = await timed(what, () =>
    run(
      node,
      [
        join(ROOT, "node_modules/vitest/vitest.mjs"),
        "run",
        ...projects.flatMap((project) => ["--project", project]),
        ...reporters,
        "--allowOnly=false",
        ...filters,
        ...options,
      ],
      {
        env: {
          ...process.env,
          ...env,
          PARLEY_TEST_COUNTS: counts,
          PARLEY_TEST_NAMES: options.some((option) => /^(-t|--testNamePattern)/.test(option)) ? "some" : "",
        },
      },
    ),
  );
  const done = readCounts(counts);
  rmSync(folder, { recursive: true, force: true });

  for (const key of ["passed", "failed", "skipped"]) total[key] += done[key];
  for (const complaint of done.complaints) remarks.push(`${red("failed:")} ${complaint}`);
  for (const reason of done.reasons) remarks.push(`skipped: ${reason}`);
  if (code !== 0 && done.failed === 0) {
    total.failed++;
    remarks.push(`${red("failed:")} ${what} ended with code ${code}`);
  }
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: 0, reasons: [], complaints: [] };
  }
}

async function timed(what, work) {
  say(`\n${bold(what)}`);
  const started = performance.now();
  try {
    return await work();
  } finally {
    times.push({ what, seconds: (performance.now() - started) / 1000 });
  }
}
