/**
 * The processes that make up a running Parley. They live and die together: when one ends, for whatever reason, all are
 * stopped, in the opposite order of their start; and when this process is killed, a reaper stops them in its place.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT, lastLines } from "./run.mjs";
import { Trouble } from "./say.mjs";

/** How long a part may take to stop before it is killed. */
const STOP_MS = 8_000;

export class Parts {
  #logs;
  #running = [];
  #reaper;
  #reaperGone;
  #stopping = false;
  #failed;
  /** Rejects with a Trouble when a part ends by itself. */
  failure = new Promise((_, failed) => (this.#failed = failed));

  /** @param {string} logs the folder of the parts' logs */
  constructor(logs) {
    this.#logs = logs;
    this.failure.catch(() => {});
    // Survives this process on purpose; the end of its standard input tells it that we are gone.
    this.#reaper = spawn(process.execPath, [join(import.meta.dirname, "reaper.mjs")], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    this.#reaperGone = new Promise((done) => this.#reaper.once("exit", done).once("error", done));
    this.#reaper.stdin.on("error", () => {});
    this.#reaper.unref();
  }

  /** Starts a part and waits until `isReady()` resolves to true. */
  async start({ name, command, args, env = process.env, isReady, patience = 60_000 }) {
    const log = join(this.#logs, `${name}.log`);
    const output = openSync(log, "w", 0o600);
    // A process group of its own: Ctrl-C reaches this process alone, which then stops the parts in order.
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ["ignore", output, output], detached: true });
    closeSync(output);

    const part = { name, child, gone: false, end: undefined };
    part.end = new Promise((done) => {
      const ended = (how) => {
        part.gone = true;
        this.#tellReaper();
        if (!this.#stopping) this.#failed(new Trouble(`${name} ${how}. All of Parley was stopped. The end of ${log}:\n\n${tail(log)}`));
        done();
      };
      child.once("error", (error) => ended(`could not be started: ${error.message}`));
      child.once("exit", (code, signal) => ended(signal ? `was ended by ${signal}` : `ended with code ${code}`));
    });
    this.#running.push(part);
    this.#tellReaper();

    const deadline = performance.now() + patience;
    while (!(await Promise.race([isReady(), this.failure]))) {
      if (performance.now() > deadline) {
        throw new Trouble(`${name} was not ready after ${patience / 1000} s. The end of ${log}:\n\n${tail(log)}`);
      }
      await Promise.race([sleep(50), this.failure]);
    }
  }

  /** Stops every part, the last started first; one that does not stop is killed. */
  async stop() {
    this.#stopping = true;
    for (const part of this.#running.reverse()) {
      const { pid } = part.child;
      if (!part.gone) signalGroup(pid, "SIGTERM");
      const impatience = setTimeout(() => signalGroup(pid, "SIGKILL"), STOP_MS);
      await part.end;
      clearTimeout(impatience);
      // What the part left behind in its group goes with it.
      signalGroup(pid, "SIGKILL");
    }
    this.#running = [];
    this.#reaper.ref();
    this.#reaper.stdin.end();
    await this.#reaperGone;
  }

  #tellReaper() {
    const groups = this.#running.filter((part) => !part.gone && part.child.pid).map((part) => part.child.pid);
    this.#reaper.stdin.write(`${JSON.stringify(groups)}\n`);
  }
}

function signalGroup(pid, signal) {
  if (!pid) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

const tail = (file) => lastLines(readFileSync(file, "utf8"), 20);
