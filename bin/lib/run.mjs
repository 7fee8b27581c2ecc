import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { Trouble } from "./say.mjs";

/** The project's folder: every command runs there, wherever the script was called from. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** The full path of a program on PATH, or undefined. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** A program of an npm package, without the wait that npx takes. */
export const npmProgram = (name) => join(ROOT, "node_modules/.bin", name);

/** Runs a program with its output shown; resolves to its exit code. Nothing is read from standard input. */
export function run(command, args, { env = process.env, cwd = ROOT } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", (error) => {
      process.stderr.write(`${error.message}\n`);
      done(127);
    });
    child.once("exit", (code, signal) => done(signal ? 1 : code));
  });
}

/** Runs a program and shows its output only when it fails, with `explanation` before it. */
export function runQuietly(command, args, explanation, { env = process.env, cwd = ROOT } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", (error) => failed(new Trouble(`${explanation}\n${error.message}`)));
    child.once("close", (code) => (code === 0 ? done(output) : failed(new Trouble(`${explanation}\n\n${lastLines(output, 40)}`))));
  });
}

/** Whether a program runs and succeeds. */
export const succeeds = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

export const lastLines = (text, count) => text.trimEnd().split("\n").slice(-count).join("\n");
