/** The parts of the service put together, in the order in which they start; they stop in the opposite one. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Component } from "../client/component.ts";
import type { LogEvent } from "../client/log.ts";
import { accounts } from "./accounts/accounts.ts";
import { adminApi, type AdminService } from "./admin/admin-api.ts";
import { listenOnAdminSocket } from "./admin/admin-socket.ts";
import type { Database } from "./database/database.ts";
import { measured } from "./database/measured.ts";
import { migrate } from "./database/migrate.ts";
import { openPglite } from "./database/pglite.ts";
import { openPostgres } from "./database/postgres.ts";
import { adminPages } from "./http/admin-pages.ts";
import { type HealthReport, judgeHealth, judgeStream } from "./http/health.ts";
import { listen } from "./http/listen.ts";
import { watchStream } from "./http/stream-watch.ts";
import type { Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { readSecret } from "./secret.ts";
import { createService } from "./service.ts";
import type { Settings } from "./settings.ts";
import { readPageFiles } from "./web-page/files.ts";
import { within } from "./within.ts";
import { webPage } from "./web-page/web-page.ts";

export interface AssemblyOptions {
  settings: Settings;
  log: Log;
  /** The built web page. */
  pageFolder: string;
}

export interface Assembly {
  /** Resolves with what ended a part while the service ran. Never rejects. */
  failed: Promise<Error>;
  stop(): Promise<void>;
}

/** Starts the service. Rejects, with everything stopped again, when a part can not start. An absent XMPP server is waited for. */
export async function startAssembly({ settings, log, pageFolder }: AssemblyOptions): Promise<Assembly> {
  const stops: (() => Promise<void> | void)[] = [];
  async function stop(): Promise<void> {
    for (const stopPart of stops.splice(0).reverse()) {
      await Promise.resolve(stopPart()).catch((error: unknown) => log.error({ err: error }, "a part did not stop as it should"));
    }
  }
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => (fail = resolve));

  let adminService: AdminService | undefined;
  let health = async (): Promise<HealthReport> => judgeHealth({ database: undefined, xmpp: undefined });
  const metrics = createMetrics();

  try {
    await mkdir(settings.data, { recursive: true, mode: 0o700 });
    // First of all: it keeps a second service away from the embedded database, and stays until that is closed.
    const adminSocket = await listenOnAdminSocket(settings.data, adminApi({ service: () => adminService, log }), fail);
    stops.push(() => adminSocket.close());
    const pages = adminPages({
      health: () => health(),
      registry: metrics.registry,
      onError: (error) => log.error({ err: error }, "a figure could not be told"),
    });
    const adminPort = await listenOnPort(pages, { port: settings.adminPort, host: "127.0.0.1", name: "PARLEY_ADMIN_PORT", fail });
    stops.push(() => adminPort.close());

    const files = await readPageFiles(pageFolder);
    if (files.size === 0) log.warn("the web page is not built: only other XMPP clients can be used");
    const page = await listenOnPort(webPage({ ...settings, files }), {
      port: settings.webPort,
      host: settings.listen,
      name: "PARLEY_PORT",
      fail,
    });
    stops.push(() => page.close());

    const secret = await readSecret(settings.component.secretFile);
    const database = await openDatabase(settings, log);
    stops.push(() => database.close());
    await migrate(database);

    const { host, port } = settings.component;
    const component = new Component({ host, port, secret, domain: settings.serviceDomain, log: (event) => logEvent(log, event) });
    stops.push(() => component.stop());
    const service = createService({ stream: component, database: measured(database, metrics.querySeconds), settings, log, metrics });
    await service.start();
    stops.push(() => service.stop());

    let known: string | undefined;
    const watch = watchStream(component, (state) => {
      metrics.componentOnline.set(state.type === "online" ? 1 : 0);
      const { problem } = judgeStream(state);
      if (state.type === "online") log.info("connected to the XMPP server");
      // Attempts that fail for the same reason are told once.
      else if (problem !== known && state.type !== "connecting" && state.type !== "offline") log.warn(problem);
      known = problem;
      if (state.type === "refused") fail(new Error(problem));
    });
    stops.push(watch.stop);
    component.start();

    health = async () => judgeHealth({ database: await databaseProblem(database), xmpp: watch.current() });
    const { agents, sessions, audit } = service;
    adminService = { agents, sessions, audit, accounts: accounts({ iq: component.iq }, settings), domain: settings.domain };
    stops.push(() => {
      adminService = undefined;
    });
    return { failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabase({ databaseUrl, data }: Settings, log: Log): Promise<Database> {
  if (!databaseUrl) return openPglite(join(data, "db"));
  return openPostgres({ url: databaseUrl, onError: (error) => log.warn({ err: error }, "a connection to the database broke") });
}

/** Whoever asks for our health does not wait for long. */
const HEALTH_MS = 1000;

/** Why the database does not answer; undefined when it does. */
async function databaseProblem(database: Database): Promise<string | undefined> {
  try {
    await within(database.query("SELECT 1"), { ms: HEALTH_MS, what: "the database" });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
}

interface PortOptions {
  port: number;
  host: string;
  /** Of the setting. */
  name: string;
  fail: (error: Error) => void;
}

async function listenOnPort(listener: Parameters<typeof listen>[0], { port, host, name, fail }: PortOptions) {
  return listen(listener, { port, host }, { onError: fail }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") throw new Error(`Port ${port} is in use: stop what uses it, or set ${name}`);
    if (error.code === "EACCES") throw new Error(`Port ${port} may not be used by this user: set ${name}`);
    if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
      throw new Error(`${host} is not an address of this machine: set PARLEY_LISTEN`);
    throw error;
  });
}

function logEvent(log: Log, { level, event, detail, error }: LogEvent): void {
  log[level]({ part: "component", ...detail, ...(error === undefined ? {} : { err: error }) }, event);
}
