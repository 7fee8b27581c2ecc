/** Prosody as a process of this machine. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { CONFIGURATION, type Server, type ServerSettings } from "./prosody.ts";

export function nativeServer({ environment }: ServerSettings): Server {
  let running: ChildProcess | undefined;
  let log = "";
  const env = { ...process.env, ...environment };
  const endWithParent = () => running?.kill("SIGKILL");

  async function start(): Promise<void> {
    if (running) return;
    const prosody = spawn("prosody", ["--config", CONFIGURATION, "-F"], { env, stdio: ["ignore", "pipe", "pipe"] });
    running = prosody;
    process.once("exit", endWithParent);
    const beginning = log.length;

    await new Promise<void>((ready, failed) => {
      prosody.once("error", (error) => failed(new Error(`prosody could not be run: ${error.message}`)));
      prosody.once("exit", (code, signal) => {
        if (running === prosody) running = undefined;
        process.off("exit", endWithParent);
        failed(new Error(`prosody ended (${signal ?? code}):\n${log.slice(beginning)}`));
      });
      const read = (chunk: string) => {
        log += chunk;
        const now = log.slice(beginning);
        if (now.includes("already in use") || now.includes("Address in use")) failed(new Error(`a port of prosody is in use:\n${now}`));
        if (SERVICES.every((service) => now.includes(`Activated service '${service}' on [`))) ready();
      };
      prosody.stdout.setEncoding("utf8").on("data", read);
      prosody.stderr.setEncoding("utf8").on("data", read);
    }).catch(async (error: unknown) => {
      await end("SIGKILL");
      throw error;
    });
  }

  async function end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const prosody = running;
    if (!prosody || prosody.exitCode !== null || prosody.signalCode !== null) return;
    const gone = once(prosody, "exit");
    // A frozen process takes no other signal.
    prosody.kill("SIGCONT");
    prosody.kill(signal);
    await gone;
  }

  return {
    start,
    end,
    async freeze() {
      running?.kill("SIGSTOP");
    },
    async thaw() {
      running?.kill("SIGCONT");
    },
    prosodyctl: (...args) =>
      new Promise((done, failed) => {
        execFile("prosodyctl", ["--config", CONFIGURATION, ...args], { env }, (error, stdout, stderr) => {
          if (error) failed(new Error(`prosodyctl ${args[0]}: ${stdout}${stderr}`));
          else done(stdout + stderr);
        });
      }),
    log: () => log,
  };
}

const SERVICES = ["c2s", "http", "component"];
