import { once } from "node:events";
import { stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Connection, newId, xml } from "../../src/client/index.ts";
import { createClient } from "../../src/extensions/create-client.ts";
import { ServiceAwayError } from "../../src/extensions/service-request.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import { freePorts } from "../support/ports.ts";
import { type PostgresCluster, startPostgres } from "../support/postgres.ts";
import { startCutter } from "../support/cutter.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { type ServiceOptions, type ServiceProcess, startService } from "../support/service.ts";
import { until } from "../support/service-core.ts";

let prosody: Prosody;
const services: ServiceProcess[] = [];

beforeAll(async () => {
  prosody = await startProsody();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});
afterAll(() => prosody?.stop());

async function start(env: Record<string, string> = {}, options: ServiceOptions = {}): Promise<ServiceProcess> {
  const service = await startService(prosody, env, options);
  services.push(service);
  return service;
}

const freePort = async () => String((await freePorts(1))[0]);

describe("the service", () => {
  test("tells an XMPP server that is absent from a healthy one, and connects when it comes", async () => {
    await prosody.kill();
    const service = await start({}, { until: "started" });
    await service.logged(/"msg":"the XMPP server can not be reached .*trying again"/, { fromStart: true });
    expect(await service.health()).toEqual({
      status: 503,
      body: {
        ok: false,
        status: "failing",
        database: "ok",
        xmpp: "connecting",
        problems: [expect.stringMatching(/^the XMPP server can not be reached .*ECONNREFUSED.*: trying again$/)],
      },
    });
    expect(await service.run(["agent", "add", "x.agent"])).toMatchObject({
      code: 1,
      stderr: "The XMPP server can not be reached: accounts can not be changed now\n",
    });
    expect(await service.run(["agent", "list"])).toMatchObject({ code: 0, stdout: "No agents\n" });

    const connected = service.logged(/"msg":"connected to the XMPP server"/);
    await prosody.restart();
    await connected;
    expect(await service.health()).toEqual({ status: 200, body: { ok: true, status: "ok", database: "ok", xmpp: "ok", problems: [] } });
    expect(await service.cli("agent", "add", "x.agent")).toContain("Added x.agent@localhost");
  });

  test("ends with 2 and names every setting that is wrong", async () => {
    const service = await start(
      { PARLEY_PROT: "1", PARLEY_GRACE_S: "never", DATABASE_URL: "mysql://secret@db/parley" },
      { until: "spawned" },
    );
    expect(await service.ended).toEqual({ code: 2, signal: null });
    expect(service.log()).toMatch(
      /^PARLEY_PROT is not a setting of Parley[^]*PARLEY_GRACE_S is "never"; it must be whole seconds[^]*DATABASE_URL is something else; it must be a postgres: address/,
    );
    expect(service.log()).not.toContain("secret@");
  });

  test.each([
    [
      "a port is in use",
      async () => ({ PARLEY_ADMIN_PORT: String(prosody.websocketPort), PARLEY_WS_PORT: "1" }),
      /Port \d+ is in use: stop what uses it, or set PARLEY_ADMIN_PORT/,
    ],
    [
      "the address is not this machine's",
      async () => ({ PARLEY_LISTEN: "192.0.2.1" }),
      /192\.0\.2\.1 is not an address of this machine: set PARLEY_LISTEN/,
    ],
    [
      "there is no secret",
      async () => ({ PARLEY_COMPONENT_SECRET_FILE: "/nowhere/component-secret" }),
      /The component secret can not be read \(ENOENT\): \/nowhere\/component-secret/,
    ],
    [
      "the database is away",
      async () => ({ DATABASE_URL: `postgres://parley:hunter2@127.0.0.1:${await freePort()}/parley` }),
      /ECONNREFUSED/,
    ],
  ])("ends with 1 when %s, and leaves nothing running", async (_what, env, message) => {
    const service = await start(await env(), { until: "spawned" });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.log()).toMatch(message);
    expect(service.log()).not.toContain("hunter2");
    expect(await service.run(["agent", "list"])).toMatchObject({ code: 3 });
  });

  test("ends with 1 when the XMPP server refuses its secret", async () => {
    const secretFile = join((await start()).data, "wrong");
    await writeFile(secretFile, "wrong\n");
    const service = await start({ PARLEY_COMPONENT_SECRET_FILE: secretFile, PARLEY_PORT: await freePort() }, { until: "spawned" });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.log()).toMatch(/"level":"fatal".*the XMPP server refuses the service .*component secret/);
  });

  test("refuses to run twice on the same data, and the first goes on", async () => {
    const first = await start();
    const second = await start({ PARLEY_DATA: first.data, PARLEY_PORT: await freePort() }, { until: "spawned" });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.log()).toContain(`A Parley service runs on ${first.data} already`);
    expect((await first.health()).status).toBe(200);
    expect(await first.cli("agent", "list")).toBe("No agents\n");
  });

  test("takes over the data of one that was killed, agents and all", async () => {
    const service = await start();
    await service.cli("agent", "add", "kept.agent", "--existing-account");
    await service.kill();
    expect(await service.run(["agent", "list"])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^The service is not running .*: start it with npm start\n$/),
    });
    await service.restart();
    expect(await service.cli("agent", "list")).toContain("kept.agent");
    await service.cli("agent", "remove", "kept.agent");
  });

  test("stands by while another instance is connected, says so, and takes over", async () => {
    const first = await start();
    const second = await start({ PARLEY_PORT: await freePort() }, { until: "started" });
    await second.logged(/this one is on standby/, { fromStart: true });
    expect(await second.health()).toEqual({
      status: 503,
      body: {
        ok: false,
        status: "standby",
        database: "ok",
        xmpp: "standby",
        problems: ["another instance of the service is connected: this one is on standby"],
      },
    });
    const tookOver = second.logged(/"msg":"connected to the XMPP server"/);
    await first.kill();
    await tookOver;
    expect((await second.health()).status).toBe(200);
  });

  test("stops on SIGTERM with 0, and takes its socket away", async () => {
    const service = await start();
    const { ended, data } = service;
    expect((await stat(join(data, "admin.sock"))).mode & 0o777).toBe(0o600);
    await service.stop();
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(service.log()).toMatch(/"msg":"stopping"[^]*"msg":"stopped"/);
    await expect(stat(join(data, "admin.sock"))).rejects.toThrow("ENOENT");
  });

  test("answers only reading requests for /healthz and /metrics", async () => {
    const { adminPort } = await start();
    const at = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${adminPort}${path}`, init);
    expect((await at("/healthz", { method: "POST" })).status).toBe(405);
    expect((await at("/healthz", { method: "HEAD" })).status).toBe(200);
    expect((await at("/")).status).toBe(404);
    const metrics = await at("/metrics");
    expect(metrics.headers.get("content-type")).toContain("application/openmetrics-text");
    const text = await metrics.text();
    expect(text).toMatch(/^parley_component_online 1$/m);
    expect(text).toMatch(/^parley_sessions\{state="connected"\} 0$/m);
    expect(text).toMatch(/^parley_database_query_duration_seconds_count [1-9]/m);
    expect(text.endsWith("# EOF\n")).toBe(true);
  });
});

describe("the service on PostgreSQL", () => {
  let postgres: PostgresCluster;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  test("says that the database is away, lives on, and is healthy when it is back", async () => {
    const service = await start({ DATABASE_URL: await postgres.createDatabase() });
    await service.cli("agent", "add", "pg.agent");
    await postgres.kill();
    expect(await service.health()).toEqual({
      status: 503,
      body: {
        ok: false,
        status: "failing",
        database: "failing",
        xmpp: "ok",
        problems: [expect.stringMatching(/^the database does not answer: /)],
      },
    });
    expect(await service.run(["audit"])).toMatchObject({ code: 1, stderr: "The service failed: its log says why\n" });
    await postgres.start();
    expect((await service.health()).status).toBe(200);
    expect(await service.cli("agent", "list")).toContain("pg.agent");
    await service.cli("agent", "remove", "pg.agent");
  });

  test("says within a second that the database is silent, and stops all the same", async () => {
    const network = await startCutter(await postgres.createDatabase());
    const service = await start({ DATABASE_URL: network.url });
    network.stall();
    const asked = performance.now();
    expect(await service.health()).toMatchObject({ status: 503, body: { database: "failing", xmpp: "ok" } });
    expect(performance.now() - asked).toBeLessThan(2000);
    await service.stop();
    expect(await service.ended).toEqual({ code: 0, signal: null });
    await network.close();
  });

  test("hands over to the standby on the same database, agents and all", async () => {
    const url = await postgres.createDatabase();
    const first = await start({ DATABASE_URL: url });
    const second = await start({ DATABASE_URL: url, PARLEY_PORT: await freePort() }, { until: "started" });
    await second.logged(/this one is on standby/, { fromStart: true });
    await first.cli("agent", "add", "both.agent", "--existing-account");
    expect(await second.cli("agent", "list")).toContain("both.agent");
    const tookOver = second.logged(/"msg":"connected to the XMPP server"/);
    await first.kill();
    await tookOver;
    expect(await second.cli("agent", "remove", "both.agent")).toBe("Removed both.agent\n");
  });
});

describe("a service that hangs", () => {
  test("is away for clients, who chat on; what was asked of it meanwhile can be asked again", async () => {
    const service = await start();
    const sign = async (logon: string) => {
      await service.run(["agent", "add", logon, "--password-stdin"], { input: "secret\n" });
      const client = createClient({
        websocket: prosody.websocket,
        domain: prosody.domain,
        username: logon,
        credentials: { password: "secret" },
        webSocket: NodeWebSocket,
      });
      client.connection.start();
      await client.established.waitFor((is) => is, { what: `${logon} to be signed in`, timeoutMs: 20_000 });
      await until(`${logon} to be ready`, async () => (await service.cli("agent", "list", logon)).includes("ready"));
      return client;
    };
    const [a, b] = [await sign("hung.a"), await sign("hung.b")];
    const [id, to] = [newId(), `hung.b@${prosody.domain}`];

    service.pause();
    const asked = performance.now();
    await expect(a.imSession.invite({ id, to })).rejects.toBeInstanceOf(ServiceAwayError);
    expect(performance.now() - asked).toBeLessThan(7000);
    const heard = b.chat.received.next(({ body }) => body === "Still here", { what: "the message", timeoutMs: 5000 });
    await a.chat.send({ id: newId(), to, body: "Still here" });
    await heard;

    const offered = b.imSession.pushes.next((push) => push.session.id === id, { what: "the offer", timeoutMs: 20_000 });
    service.resume();
    await offered;
    expect((await a.imSession.invite({ id, to })).session).toMatchObject({ id, state: "not-connected" });
    expect((await a.imSession.list()).sessions).toHaveLength(1);
    expect((await b.imSession.accept(id)).session.state).toBe("connected");
    await Promise.all([a.signOut(), b.signOut()]);
    for (const logon of ["hung.a", "hung.b"]) await service.cli("agent", "remove", logon);
  });
});

describe("what the service keeps to itself", () => {
  const CANARIES = { logon: "canarylogon", name: "Canaryname", password: "canarypassword", reason: "canaryreason", text: "canarytext" };

  test("no logon, name, password or text is in its log, at any level, nor in its figures", async () => {
    const service = await start({ PARLEY_LOG_LEVEL: "trace" });
    const { logon, name, password, reason, text } = CANARIES;
    await service.run(["agent", "add", logon, "--name", name, "--password-stdin"], { input: `${password}\n` });
    await service.run(["agent", "add", logon, "--password-stdin"], { input: `${password}\n` });
    await service.run(["agent", "add", `${logon}2`, "--name", name, "--password-stdin"], { input: `${password}\n` });
    await service.run(["agent", "rights", logon, `+${text}`]);

    const connection = new Connection({
      websocket: prosody.websocket,
      domain: prosody.domain,
      username: logon,
      credentials: { password },
      webSocket: NodeWebSocket,
    });
    connection.start();
    await connection.state.waitFor(({ type }) => type === "online", { what: "the sign-in", timeoutMs: 20_000 });
    await connection.send(xml("presence", {}, xml("show", {}, "dnd"), xml("status", {}, reason)));
    await connection.send(xml("message", { to: prosody.serviceDomain, type: "chat" }, xml("body", {}, text)));
    const ask = (type: "get" | "set", payload: Parameters<typeof xml>[2]) =>
      connection.iq.request({ type, to: prosody.serviceDomain, payload: payload as never }).catch((error: Error) => error);
    const answers = [
      await ask(
        "set",
        xml("invite", { xmlns: "urn:parley:im-session:0", id: "5f0c2f0e-8b1c-4b7a-9f6e-2f3d1c0b9a87", to: `${logon}2@localhost` }),
      ),
      await ask("set", xml("invite", { xmlns: "urn:parley:im-session:0", id: text, to: text })),
      await ask("set", xml(text, { xmlns: text })),
      await ask("get", xml("search", { xmlns: "urn:parley:directory:0", filter: "all" }, xml("text", {}, text))),
    ];
    expect(answers[0]).not.toBeInstanceOf(Error);
    await connection.stop();

    const sessions = await service.cli("session", "list", "--agent", logon);
    expect(sessions).toMatch(/5f0c2f0e-8b1c-4b7a-9f6e-2f3d1c0b9a87 {2}ended .*canarylogon@localhost \(unreachable.*canarylogon2@localhost/);
    expect(JSON.parse(await service.cli("session", "list", "--state", "connected", "--json"))).toEqual([]);
    const audit = JSON.parse(await service.cli("audit", "--agent", logon, "--since", "1h", "--json")) as {
      action: string;
      outcome: string;
    }[];
    expect(audit.map(({ action }) => action)).toEqual(expect.arrayContaining(["agent.add", "im-session.invite"]));
    const metrics = await (await fetch(`http://127.0.0.1:${service.adminPort}/metrics`)).text();
    expect(metrics).toMatch(/^parley_commands_total\{verb="[^"]*invite[^"]*",outcome="done"\} 1$/m);

    await service.cli("agent", "remove", logon);
    await service.cli("agent", "remove", `${logon}2`);
    const { ended } = service;
    await service.stop();
    await ended;
    for (const canary of Object.values(CANARIES)) {
      expect(service.log()).not.toContain(canary);
      expect(metrics).not.toContain(canary);
    }
    // What administrators read has the logons, and nothing else.
    for (const canary of [name, password, reason, text]) expect(sessions + JSON.stringify(audit)).not.toContain(canary);
  });
});

describe("the administrators' socket", () => {
  /** As curl would: any request at all. */
  async function ask(
    service: ServiceProcess,
    method: string,
    path: string,
    body = "",
  ): Promise<{ status: number; answer: { error?: { code: string } } }> {
    const call = request({ socketPath: join(service.data, "admin.sock"), method, path, agent: false });
    call.end(body);
    const [response] = await once(call, "response");
    let text = "";
    for await (const chunk of response) text += chunk;
    return { status: response.statusCode, answer: JSON.parse(text) };
  }

  test("refuses what it does not know, and lives on", async () => {
    const service = await start();
    const bad = { status: 400, answer: { error: { code: "bad-request", message: expect.any(String), field: expect.any(String) } } };
    expect(await ask(service, "GET", "/nothing")).toEqual(bad);
    expect(await ask(service, "GET", "/__proto__")).toEqual(bad);
    expect(await ask(service, "GET", "/%ff")).toEqual(bad);
    expect(await ask(service, "POST", "/agents", "{")).toEqual(bad);
    expect(await ask(service, "POST", "/agents", '{"logon":5}')).toEqual(bad);
    expect(await ask(service, "POST", "/agents", '{"logon":"a","admin":true}')).toEqual(bad);
    expect(await ask(service, "POST", "/agents", `{"logon":"${"a".repeat(70_000)}"}`)).toEqual(bad);
    expect(await ask(service, "GET", "/agents?limit=-1")).toEqual(bad);
    expect(await ask(service, "GET", "/sessions?state=open")).toEqual(bad);
    expect(await ask(service, "GET", "/agents/%2e%2e")).toMatchObject({ status: 400 });
    expect(await ask(service, "GET", "/agents/x.y")).toMatchObject({ status: 404, answer: { error: { code: "unknown-agent" } } });
    expect(await ask(service, "GET", "/agents")).toEqual({ status: 200, answer: { agents: [], count: 0 } });
  });
});
