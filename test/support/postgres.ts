/** A private PostgreSQL cluster for a test: a scratch folder, a Unix socket and a free loopback port, nothing else. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "./ports.ts";

const run = promisify(execFile);

export interface PostgresCluster {
  /** Of a new, empty database. */
  createDatabase(): Promise<string>;
  /** Ends it without warning, as a crash would; connections break. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** Debian keeps the server's programs out of the PATH. */
function programsFolder(): string {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [...versions.map((version) => join(debian, version, "bin")), ...(process.env["PATH"] ?? "").split(delimiter)];
  const found = candidates.find((folder) => existsSync(join(folder, "initdb")));
  if (!found) throw new Error("PostgreSQL's server is not installed: its initdb was not found");
  return found;
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
async function unprivileged(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  return { uid: await id("-u"), gid: await id("-g") };
}

export async function startPostgres(): Promise<PostgresCluster> {
  const programs = programsFolder();
  const user = await unprivileged();
  const folder = await mkdtemp(join(tmpdir(), "parley-postgres-"));
  const data = join(folder, "data");
  await mkdir(data);
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(folder, user.uid, user.gid);
    await chown(data, user.uid, user.gid);
  }
  await chmod(data, 0o700);
  await run(join(programs, "initdb"), ["-D", data, "-U", "parley", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], {
    ...user,
    cwd: folder,
  });
  const [port] = (await freePorts(1)) as [number];

  let server: ChildProcess | undefined;
  let log = "";
  const endWithParent = () => server?.kill("SIGQUIT");

  async function start(): Promise<void> {
    const started = spawn(join(programs, "postgres"), ["-D", data, "-p", String(port), "-k", folder, "-h", "127.0.0.1", "-F"], {
      ...user,
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    server = started;
    process.once("exit", endWithParent);
    const beginning = log.length;
    await new Promise<void>((ready, failed) => {
      const read = (chunk: string) => {
        log += chunk;
        if (log.slice(beginning).includes("ready to accept connections")) ready();
      };
      started.stdout.setEncoding("utf8").on("data", read);
      started.stderr.setEncoding("utf8").on("data", read);
      started.once("error", failed);
      started.once("exit", (code, signal) => failed(new Error(`postgres ended (${signal ?? code}):\n${log.slice(beginning)}`)));
    });
  }

  /** SIGQUIT is its immediate shutdown: no clean-up, recovery at the next start. SIGINT breaks connections but cleans up. */
  async function end(signal: "SIGQUIT" | "SIGINT"): Promise<void> {
    const ending = server;
    server = undefined;
    process.off("exit", endWithParent);
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, "exit");
    ending.kill(signal);
    await gone;
  }

  await start();
  let databases = 0;
  return {
    start,
    kill: () => end("SIGQUIT"),
    async createDatabase() {
      const name = `parley${++databases}`;
      await run(join(programs, "createdb"), ["-h", "127.0.0.1", "-p", String(port), "-U", "parley", name], { cwd: folder });
      return `postgres://parley@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      await end("SIGINT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
