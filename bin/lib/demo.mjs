/** The agents of `npm start`. Nothing else ever makes accounts with a known password. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runQuietly } from "./run.mjs";
import { step } from "./say.mjs";

const AGENTS = join(import.meta.dirname, "demo-agents.csv");

/** Makes the demo agents once for each database; later changes to them are kept. */
export async function ensureDemoAgents({ data, env }) {
  const marker = join(data, "demo-agents");
  const made = createHash("sha256")
    .update(readFileSync(AGENTS))
    .update(env.DATABASE_URL ?? "")
    .digest("hex");
  if (existsSync(marker) && readFileSync(marker, "utf8") === made) return;
  await step("making the demo agents", () =>
    runQuietly(process.execPath, [join(ROOT, "bin/parley.mjs"), "agent", "import", AGENTS], "The demo agents could not be made:", { env }),
  );
  writeFileSync(marker, made);
}
