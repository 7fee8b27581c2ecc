/** `npm start`: everything comes up together, goes down together, and says what is wrong. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freePorts } from "../support/ports.ts";
import { withoutSettings } from "../support/service.ts";

const root = resolve(import.meta.dirname, "../..");

let data: string;
let ports: Record<"PARLEY_PORT" | "PARLEY_ADMIN_PORT" | "PARLEY_XMPP_PORT" | "PARLEY_WS_PORT" | "PARLEY_COMPONENT_PORT", string>;
let starter: Starter | undefined;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "parley-start-"));
  const [web, admin, xmpp, websocket, component] = (await freePorts(5)).map(String) as [string, string, string, string, string];
  ports = {
    PARLEY_PORT: web,
    PARLEY_ADMIN_PORT: admin,
    PARLEY_XMPP_PORT: xmpp,
    PARLEY_WS_PORT: websocket,
    PARLEY_COMPONENT_PORT: component,
  };
});
afterEach(async () => {
  await starter?.interrupt();
  starter = undefined;
});
afterAll(() => rm(data, { recursive: true, force: true }));

/** A running `npm start`, without npm. */
class Starter {
  output = "";
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(env: Record<string, string> = {}) {
    this.#process = spawn(process.execPath, ["bin/start.mjs"], {
      cwd: root,
      env: { ...withoutSettings(process.env), ...ports, PARLEY_DATA: data, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.#ended = once(this.#process, "close");
  }

  async isRunning(): Promise<void> {
    const up = async () => {
      while (!this.output.includes("Parley is running.")) await once(this.#process.stdout ?? this.#process, "data");
    };
    await Promise.race([up(), this.#ended.then(() => Promise.reject(new Error(`ended:\n${this.output}`)))]);
  }

  /** The processes it has started: name → process id. */
  parts(): Map<string, number> {
    const listed = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(this.#process.pid)], { encoding: "utf8" });
    const names = {
      prosody: /prosody\.cfg\.lua/,
      service: /dist\/service\/main\.js/,
      colleague: /examples\/colleague/,
      reaper: /reaper\.mjs/,
    };
    return new Map(
      Object.entries(names).map(([name, pattern]) => {
        const line = listed.split("\n").find((row) => pattern.test(row));
        if (!line) throw new Error(`no ${name} among:\n${listed}`);
        return [name, Number.parseInt(line, 10)];
      }),
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Resolves to the exit code. */
  async end(): Promise<number | null> {
    await this.#ended;
    return this.#process.exitCode;
  }

  /** As Ctrl-C; nothing when it has ended. */
  async interrupt(): Promise<number | null> {
    this.signal("SIGINT");
    return this.end();
  }
}

async function start(): Promise<Starter> {
  starter = new Starter();
  await starter.isRunning();
  return starter;
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("npm start", () => {
  test("serves the page, tells where everything is, and leaves nothing behind after Ctrl-C", async () => {
    const running = await start();
    const page = await fetch(`http://localhost:${ports.PARLEY_PORT}/`);
    expect(page.status).toBe(200);
    expect(running.output).toContain(`http://localhost:${ports.PARLEY_PORT}`);
    expect(running.output).toContain("demo");
    const parts = running.parts();

    expect(await running.interrupt()).toBe(0);
    expect([...parts].filter(([, pid]) => isAlive(pid))).toEqual([]);
  });

  test("goes on with the same data, without making the agents again", async () => {
    const running = await start();
    expect(running.output).not.toContain("making the demo agents");
  });

  test("refuses to run twice on the same data", async () => {
    await start();
    const second = new Starter();
    expect(await second.end()).toBe(1);
    expect(second.output).toContain("already running");
  });

  test.each(["prosody", "service", "colleague"])("says so when %s dies, and stops everything", async (name) => {
    const running = await start();
    const parts = running.parts();
    process.kill(parts.get(name) ?? 0, "SIGKILL");
    expect(await running.end()).toBe(1);
    expect(running.output).toContain(`${name} was ended by SIGKILL`);
    expect([...parts].filter(([, pid]) => isAlive(pid))).toEqual([]);
  });

  test("leaves nothing running when it is killed itself", async () => {
    const running = await start();
    const parts = running.parts();
    running.signal("SIGKILL");
    await running.end();
    await expect.poll(() => [...parts].filter(([, pid]) => isAlive(pid)), { timeout: 20_000 }).toEqual([]);
  });

  test.each([
    ["PARLEY_PORT", "web page"],
    ["PARLEY_WS_PORT", "XMPP for browsers"],
    ["PARLEY_COMPONENT_PORT", "XMPP for the service"],
  ] as const)("names the setting when the port of %s is taken", async (setting, what) => {
    const occupant = createServer().listen(Number(ports[setting]), "127.0.0.1");
    await once(occupant, "listening");
    const refused = new Starter();
    expect(await refused.end()).toBe(1);
    expect(refused.output).toContain(`Port ${ports[setting]} (${what}) is taken`);
    expect(refused.output).toContain(`${setting}=`);
    occupant.close();
    await once(occupant, "close");
  });

  test("names a setting that does not exist", async () => {
    const refused = new Starter({ PARLEY_PROT: "8080" });
    expect(await refused.end()).toBe(1);
    expect(refused.output).toContain("PARLEY_PROT");
  });
});
