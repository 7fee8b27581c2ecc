/** The real service as a process, as built into dist/, on free ports with a data folder of its own, beside a Prosody of the test. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePorts } from "./ports.ts";
import type { Prosody } from "./prosody.ts";

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CliRunOptions {
  /** Given on standard input, which is no terminal. */
  input?: string;
  env?: Readonly<Record<string, string>>;
}

export interface ServiceProcess {
  readonly webUrl: string;
  readonly webPort: number;
  readonly adminPort: number;
  /** PARLEY_DATA. */
  readonly data: string;
  /** Runs `parley …` and returns what it printed on standard output. Rejects unless the exit code is 0. */
  cli(...args: string[]): Promise<string>;
  /** Runs `parley …` whatever comes of it. */
  run(args: readonly string[], options?: CliRunOptions): Promise<CliResult>;
  /** The answer of /healthz. */
  health(): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Everything it has logged so far. */
  log(): string;
  /** Waits for a line of the log from now on, or from the start when `fromStart`. */
  logged(pattern: RegExp, options?: { fromStart?: boolean }): Promise<void>;
  /** How the process ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends it without warning (SIGKILL). */
  kill(): Promise<void>;
  /** Stops it in the middle of whatever it does, with its connections open (SIGSTOP); it goes on with `resume`. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same ports and data; a running one is stopped first. */
  restart(): Promise<void>;
  /** Stops it (SIGTERM) and removes its data. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** "ready": connected to Prosody. "started": Prosody may be absent. "spawned": it may not even start. */
  until?: "ready" | "started" | "spawned";
}

const ROOT = resolve(import.meta.dirname, "../..");
const MAIN = join(ROOT, "dist/service/main.js");
const CLI = join(ROOT, "bin/parley.mjs");
/** A loaded machine may take this long to start an embedded database. */
const PATIENCE_MS = 60_000;

/** Starts the service; `env` overrides its settings. */
export async function startService(
  prosody: Prosody,
  env: Readonly<Record<string, string>> = {},
  { until = "ready" }: ServiceOptions = {},
): Promise<ServiceProcess> {
  if (!existsSync(MAIN)) throw new Error("The service is not built: npx tsc --build src/service");
  const [adminPort] = (await freePorts(1)) as [number];
  const folder = await mkdtemp(join(tmpdir(), "parley-service-"));
  const environment: Record<string, string> = {
    ...withoutSettings(process.env),
    PARLEY_DOMAIN: prosody.domain,
    PARLEY_DATA: folder,
    PARLEY_PORT: String(prosody.webPort),
    PARLEY_ADMIN_PORT: String(adminPort),
    PARLEY_XMPP_PORT: String(prosody.c2sPort),
    PARLEY_WS_PORT: String(prosody.websocketPort),
    PARLEY_COMPONENT_PORT: String(prosody.componentPort),
    PARLEY_COMPONENT_SECRET_FILE: prosody.componentSecretFile,
    ...env,
  };
  const service = new Running(environment);
  await service.start(until);
  return service.handle(folder, until);
}

class Running {
  #process: ChildProcess | undefined;
  #log = "";
  #listeners = new Set<() => void>();
  #ended: ServiceProcess["ended"] = Promise.resolve({ code: null, signal: null });

  constructor(readonly environment: Record<string, string>) {}

  async start(until: NonNullable<ServiceOptions["until"]>): Promise<void> {
    const child = spawn(process.execPath, [MAIN], { env: this.environment, cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    const endWithParent = () => child.kill("SIGKILL");
    process.once("exit", endWithParent);
    this.#ended = new Promise((ended) => {
      child.once("close", (code, signal) => {
        process.off("exit", endWithParent);
        ended({ code, signal });
        this.#wake();
      });
    });
    const beginning = this.#log.length;
    const read = (chunk: string) => {
      this.#log += chunk;
      this.#wake();
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    if (until !== "spawned") await this.#waitForLog(/"msg":"started"/, beginning);
    if (until === "ready") await this.#waitForLog(/"msg":"connected to the XMPP server"/, beginning);
  }

  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    child.kill(signal);
    await this.#ended;
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#process?.kill(signal);
  }

  handle(folder: string, until: NonNullable<ServiceOptions["until"]>): ServiceProcess {
    const { environment } = this;
    const ended = () => this.#ended;
    const [webPort, adminPort] = [Number(environment["PARLEY_PORT"]), Number(environment["PARLEY_ADMIN_PORT"])];
    const run = (args: readonly string[], options: CliRunOptions = {}) =>
      runCli(args, { ...options, env: { ...environment, ...options.env } });
    return {
      webUrl: `http://localhost:${webPort}/`,
      webPort,
      adminPort,
      data: environment["PARLEY_DATA"]!,
      run,
      async cli(...args) {
        const { code, stdout, stderr } = await run(args);
        if (code !== 0) throw new Error(`parley ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
        return stdout;
      },
      async health() {
        const response = await fetch(`http://127.0.0.1:${adminPort}/healthz`);
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
      },
      log: () => this.#log,
      logged: (pattern, { fromStart = false } = {}) => this.#waitForLog(pattern, fromStart ? 0 : this.#log.length),
      get ended() {
        return ended();
      },
      kill: () => this.end("SIGKILL"),
      pause: () => this.signal("SIGSTOP"),
      resume: () => this.signal("SIGCONT"),
      restart: async () => {
        await this.end("SIGTERM");
        await this.start(until);
      },
      stop: async () => {
        await this.end("SIGTERM");
        await rm(folder, { recursive: true, force: true });
      },
    };
  }

  #wake(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #waitForLog(pattern: RegExp, since: number): Promise<void> {
    return new Promise((found, failed) => {
      const child = this.#process;
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        finish();
      };
      const give = (why: string) =>
        settle(() => failed(new Error(`The service ${why} before it logged ${pattern}:\n${this.#log.slice(since)}`)));
      const look = () => {
        if (pattern.test(this.#log.slice(since))) settle(found);
        else if (!child || child.exitCode !== null || child.signalCode !== null) give("ended");
      };
      const timer = setTimeout(() => give(`took more than ${PATIENCE_MS} ms`), PATIENCE_MS);
      this.#listeners.add(look);
      look();
    });
  }
}

async function runCli(args: readonly string[], { input = "", env }: CliRunOptions): Promise<CliResult> {
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  // A command that does not read its input may be gone before it is written.
  child.stdin.on("error", () => {}).end(input);
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}

/** The settings of whoever runs the tests are not those of the service under test. */
export function withoutSettings(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && !name.startsWith("PARLEY_") && name !== "DATABASE_URL",
  );
  return Object.fromEntries(kept) as Record<string, string>;
}
