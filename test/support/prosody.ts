/**
 * A real Prosody for a test: the project's own prosody/prosody.cfg.lua on free ports with a data folder of its own.
 * Native by default; in the project's container image when PARLEY_TEST_PROSODY=container.
 */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "./ports.ts";
import { containerServer, nativeServer } from "./prosody-server.ts";

export interface ProsodyOptions {
  /** Default "localhost". */
  readonly domain?: string;
  /** Pages that may open the WebSocket; default http://localhost and http://127.0.0.1 on `webPort`. */
  readonly origins?: readonly string[];
  /** Further environment for prosody.cfg.lua. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Prosody {
  readonly domain: string;
  readonly serviceDomain: string;
  readonly guestDomain: string;
  /** The URL browsers and libraries connect to. */
  readonly websocket: string;
  readonly c2sPort: number;
  readonly websocketPort: number;
  readonly componentPort: number;
  readonly componentSecret: string;
  readonly componentSecretFile: string;
  /** A free port kept for the web page, whose origins the WebSocket admits. */
  readonly webPort: number;
  /** Makes an account, as an administrator would. */
  register(logon: string, password: string): Promise<void>;
  /** Runs prosodyctl against this server's configuration and returns what it printed. */
  prosodyctl(...args: string[]): Promise<string>;
  /** Ends it without warning (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same ports and data; a running one is stopped first. */
  restart(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
  /** Everything it has logged so far. */
  log(): string;
}

export async function startProsody(options: ProsodyOptions = {}): Promise<Prosody> {
  // Another test may take a port between the asking and the binding.
  for (let attempt = 1; ; attempt++) {
    const folder = await mkdtemp(join(tmpdir(), "parley-prosody-"));
    try {
      return await startIn(folder, options);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (attempt === 3 || !String(error).includes("in use")) throw error;
    }
  }
}

async function startIn(folder: string, { domain = "localhost", origins, env = {} }: ProsodyOptions): Promise<Prosody> {
  const [c2sPort, websocketPort, componentPort, webPort] = (await freePorts(4)) as [number, number, number, number];
  const componentSecret = randomBytes(18).toString("base64url");
  const componentSecretFile = join(folder, "component-secret");
  await mkdir(join(folder, "prosody"));
  await writeFile(componentSecretFile, componentSecret, { mode: 0o600 });

  const environment = {
    PARLEY_DOMAIN: domain,
    PARLEY_DATA: folder,
    PARLEY_PORT: String(webPort),
    PARLEY_XMPP_PORT: String(c2sPort),
    PARLEY_WS_PORT: String(websocketPort),
    PARLEY_COMPONENT_PORT: String(componentPort),
    ...(origins ? { PROSODY_ORIGINS: origins.join(" ") } : {}),
    ...env,
  };
  const settings = { folder, environment };
  const server = process.env["PARLEY_TEST_PROSODY"] === "container" ? containerServer(settings) : nativeServer(settings);
  await server.start();

  return {
    domain,
    serviceDomain: `parley.${domain}`,
    guestDomain: `guest.${domain}`,
    websocket: `ws://localhost:${websocketPort}/xmpp-websocket`,
    c2sPort,
    websocketPort,
    componentPort,
    componentSecret,
    componentSecretFile,
    webPort,
    async register(logon, password) {
      await server.prosodyctl("register", logon, domain, password);
    },
    prosodyctl: (...args) => server.prosodyctl(...args),
    kill: () => server.end("SIGKILL"),
    async restart() {
      await server.end("SIGTERM");
      await server.start();
    },
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    async stop() {
      await server.end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
    log: () => server.log(),
  };
}
