/** The service's core in this process, beside a real Prosody, and agents' clients that talk to it. */
import { newId, systemClock } from "../../src/client/clock.ts";
import { Component } from "../../src/client/component.ts";
import type { Element } from "../../src/client/xml.ts";
import { type Client, createClient } from "../../src/extensions/create-client.ts";
import type { SessionPush } from "../../src/extensions/im-session/types.ts";
import type { CoreSettings, ParleyService } from "../../src/service/api.ts";
import type { Database } from "../../src/service/database/database.ts";
import { migrate } from "../../src/service/database/migrate.ts";
import { openPglite } from "../../src/service/database/pglite.ts";
import { createLog } from "../../src/service/log.ts";
import { createMetrics } from "../../src/service/metrics.ts";
import { createService } from "../../src/service/service.ts";
import { NodeWebSocket } from "./node-websocket.ts";
import type { Prosody } from "./prosody.ts";

export const PASSWORD = "secret";

export const ALL_IM_RIGHTS = ["im.use", "im.make", "im.release"];

export interface Core {
  readonly service: ParleyService;
  readonly component: Component;
  readonly database: Database;
  /** Resolves when the component is online. */
  start(): Promise<void>;
  /** Stops the service and its component; the database stays. */
  stop(): Promise<void>;
  /** As a crash would: the socket goes, nothing is said or written any more. */
  crash(): Promise<void>;
}

export interface CoreOptions {
  database?: Database;
  settings?: Partial<CoreSettings>;
}

/** A service on a database that is new unless given. Not started yet. */
export async function createCore(prosody: Prosody, { database, settings }: CoreOptions = {}): Promise<Core> {
  const used = database ?? (await openPglite());
  if (!database) await migrate(used);
  const component = new Component({
    host: "127.0.0.1",
    port: prosody.componentPort,
    domain: prosody.serviceDomain,
    secret: prosody.componentSecret,
  });
  const service = createService({
    stream: component,
    database: used,
    settings: { domain: prosody.domain, serviceDomain: prosody.serviceDomain, inviteTimeoutS: 30, graceS: 30, ...settings },
    log: createLog(process.env["PARLEY_TEST_LOG"] ?? "silent"),
    metrics: createMetrics(),
  });
  return {
    service,
    component,
    database: used,
    async start() {
      await service.start();
      component.start();
      await component.state.waitFor(({ type }) => type === "online", { what: "the component", timeoutMs: 20_000 });
    },
    async stop() {
      await service.stop();
      await component.stop();
    },
    async crash() {
      await component.stop();
      await service.stop();
    },
  };
}

/** An agent at one client, with everything the service pushed to it. */
export interface Actor {
  readonly client: Client;
  readonly jid: string;
  /** Full JID. */
  readonly full: string;
  readonly pushes: SessionPush[];
  /** The first push, now or later, for which `isIt` holds. */
  pushed(what: string, isIt: (push: SessionPush) => boolean): Promise<SessionPush>;
  /** Every stanza that came in, as text. */
  readonly stanzas: string[];
}

export interface SignInOptions {
  resource?: string;
  /** An ordinary client: nothing of ours is advertised or spoken. */
  plain?: boolean;
}

/** Signs in, and resolves when the service knows of this client. */
export async function signIn(
  prosody: Prosody,
  core: Core,
  logon: string,
  { resource = newId(), plain = false }: SignInOptions = {},
): Promise<Actor> {
  const client = createClient({
    websocket: prosody.websocket,
    domain: prosody.domain,
    username: logon,
    resource,
    credentials: { password: PASSWORD },
    webSocket: NodeWebSocket,
  });
  if (plain) speakPlainly(client);
  const pushes: SessionPush[] = [];
  const stanzas: string[] = [];
  client.stream.use((stanza: Element) => void stanzas.push(stanza.toString()));
  client.imSession.pushes.on((push) => pushes.push(push));
  client.connection.start();
  await client.established.waitFor((is) => is, { what: `${logon} to be signed in`, timeoutMs: 20_000 });
  const actor: Actor = {
    client,
    jid: `${logon}@${prosody.domain}`,
    full: client.stream.jid,
    pushes,
    stanzas,
    async pushed(what, isIt) {
      const already = pushes.find(isIt);
      return already ?? client.imSession.pushes.next(isIt, { what: `${logon}: ${what}`, timeoutMs: 15_000 });
    },
  };
  if (plain) await until(`${logon} to be seen`, async () => isSeen(await core.service.agents.get(logon)));
  else await until(`${logon} to be ready`, async () => isSeen(await core.service.agents.get(logon)));
  return actor;
}

const isSeen = ({ readiness }: { readiness: string }) => ["ready", "not-ready", "away"].includes(readiness);

/** Takes our features out of what the client says of itself. */
function speakPlainly(client: Client) {
  client.stream.filter((stanza) => {
    if (!stanza.is("presence")) return;
    const caps = stanza.getChild("c", "http://jabber.org/protocol/caps");
    if (caps) stanza.remove(caps);
  });
}

/** Asks again until it is so: for facts that nobody announces. */
export async function until(what: string, isSo: () => Promise<boolean> | boolean, timeoutMs = 15_000): Promise<void> {
  const deadline = systemClock.now() + timeoutMs;
  while (!(await isSo())) {
    if (systemClock.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
