/** How a Prosody is run: as a process of this machine, or in the project's container image. A test sees no difference. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { resolve } from "node:path";

export interface Server {
  /** Starts it and resolves when every port answers. */
  start(): Promise<void>;
  /** Ends it: with a closing of streams ("SIGTERM") or without ("SIGKILL"). Resolves when it is gone. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Freezes it: sockets stay open and nothing answers. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  prosodyctl(...args: string[]): Promise<string>;
  log(): string;
}

export interface ServerSettings {
  /** Holds prosody/ and the component's secret. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What differs between the two ways. */
interface Runner {
  readonly run: readonly [command: string, ...args: string[]];
  readonly control: readonly [command: string, ...args: string[]];
  readonly env: NodeJS.ProcessEnv;
  signal(process: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void;
  freeze(process: ChildProcess): void;
  thaw(process: ChildProcess): void;
}

/** The configuration every test runs on: the one that ships. */
const CONFIGURATION = resolve(import.meta.dirname, "../../prosody/prosody.cfg.lua");
const SERVICES = ["c2s", "http", "component"];

export function nativeServer({ environment }: ServerSettings): Server {
  return supervised({
    run: ["prosody", "--config", CONFIGURATION, "-F"],
    control: ["prosodyctl", "--config", CONFIGURATION],
    env: { ...process.env, ...environment },
    signal: (prosody, signal) => prosody.kill(signal),
    freeze: (prosody) => prosody.kill("SIGSTOP"),
    thaw: (prosody) => prosody.kill("SIGCONT"),
  });
}

/** Needs the image: docker build -f docker/prosody.Dockerfile -t parley-prosody . */
export function containerServer({ folder, environment }: ServerSettings): Server {
  const image = process.env["PARLEY_TEST_IMAGE"] ?? "parley-prosody";
  const name = `parley-prosody-${randomUUID()}`;
  const configuration = "/etc/parley/prosody/prosody.cfg.lua";
  // On the host's network the ports, and so the addresses in a test, are those of a native server.
  const network = { PARLEY_LISTEN: "127.0.0.1", PROSODY_COMPONENT_LISTEN: "127.0.0.1" };
  const variables = Object.entries({ ...network, ...environment }).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const docker = (...args: string[]) => execFileSync("docker", args, { stdio: "ignore" });
  return supervised({
    run: [
      ...(["docker", "run", "--rm", "--name", name, "--network", "host", "--user", user] as const),
      ...["--volume", `${folder}:${folder}`, ...variables, image],
    ],
    control: ["docker", "exec", name, "prosodyctl", "--config", configuration],
    env: process.env,
    signal: (_prosody, signal) => docker("kill", "--signal", signal, name),
    freeze: () => docker("pause", name),
    thaw: () => docker("unpause", name),
  });
}

function supervised({ run, control, env, ...runner }: Runner): Server {
  let running: ChildProcess | undefined;
  let frozen = false;
  let log = "";
  const endWithParent = () => running && runner.signal(running, "SIGKILL");

  async function start(): Promise<void> {
    if (running) return;
    const [command, ...args] = run;
    const prosody = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
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
        if (now.includes("already in use")) failed(new Error(`a port of prosody is in use:\n${now}`));
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
    if (!running) return;
    const gone = once(running, "exit");
    await thaw();
    runner.signal(running, signal);
    await gone;
  }

  async function thaw(): Promise<void> {
    if (running && frozen) runner.thaw(running);
    frozen = false;
  }

  function runControl(args: readonly string[]): Promise<{ failed: boolean; output: string }> {
    const [command, ...first] = control;
    return new Promise((done) => {
      execFile(command, [...first, ...args], { env }, (error, stdout, stderr) => done({ failed: error !== null, output: stdout + stderr }));
    });
  }

  return {
    start,
    end,
    async freeze() {
      if (running) runner.freeze(running);
      frozen = true;
    },
    thaw,
    async prosodyctl(...args) {
      // COMPAT: Prosody up to 13 does not wait for SQLite when another process, here the server itself, is writing.
      for (let attempt = 1; ; attempt++) {
        const { failed, output } = await runControl(args);
        if (!failed) return output;
        if (attempt === 10 || !output.includes("database is locked")) throw new Error(`prosodyctl ${args[0]}: ${output}`);
      }
    },
    log: () => log,
  };
}
