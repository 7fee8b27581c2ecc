/** The command line; bin/parley.mjs starts it. */
import { readFile } from "node:fs/promises";
import { runCli } from "./cli/program.ts";

const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
const { argv, env, stdin, stdout, stderr } = process;

process.exitCode = await runCli({ args: argv.slice(2), environment: env, version, stdin, stdout, stderr });
// A terminal or pipe that is still open for reading would keep the command from ending.
stdin.destroy();
