/** Builds the service, the examples and the web page, unless they are built already from exactly these sources. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmProgram, ROOT, runQuietly } from "./run.mjs";
import { step } from "./say.mjs";

const STAMP = join(ROOT, "dist/.built-from");
const SOURCES = ["src", "web", "examples", "vite.config.ts", "tsconfig.base.json", "package-lock.json"];
const RESULTS = ["dist/desk/index.js", "dist/service/main.js", "dist/service/cli.js", "dist/web/index.html"];

export async function ensureBuild() {
  const sources = fingerprint();
  const built = RESULTS.every((file) => existsSync(join(ROOT, file))) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === sources;
  if (built) return;
  rmSync(STAMP, { force: true });
  await step("building", async () => {
    await runQuietly(npmProgram("tsc"), ["--build", "src/service", "src/desk", "examples"], "The build failed (tsc --build):");
    await runQuietly(npmProgram("vite"), ["build"], "The build of the web page failed (vite build):");
  });
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  writeFileSync(STAMP, sources);
}

function fingerprint() {
  const hash = createHash("sha256").update(process.versions.node);
  for (const source of SOURCES) {
    for (const file of filesIn(source)) hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest("hex");
}

function filesIn(path) {
  if (!existsSync(join(ROOT, path))) return [];
  if (statSync(join(ROOT, path)).isFile()) return [path];
  return readdirSync(join(ROOT, path))
    .toSorted()
    .flatMap((name) => filesIn(`${path}/${name}`));
}
