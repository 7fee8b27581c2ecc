#!/usr/bin/env node
// The command line of Parley, as built into dist/.
import { existsSync } from "node:fs";

const built = new URL("../dist/service/cli.js", import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  console.error("Parley is not built yet: npm start builds and starts it");
  process.exitCode = 3;
}
