import { describe, expect, test } from "vitest";
import { Writable } from "node:stream";
import { AuthenticationError, OfflineError, StreamError } from "../../../src/client/errors.ts";
import type { ConnectionState } from "../../../src/client/stream.ts";
import { Value } from "../../../src/client/value.ts";
import { measured } from "../../../src/service/database/measured.ts";
import { judgeHealth } from "../../../src/service/http/health.ts";
import { watchStream } from "../../../src/service/http/stream-watch.ts";
import { createLog } from "../../../src/service/log.ts";
import { createMetrics } from "../../../src/service/metrics.ts";

const online: ConnectionState = { type: "online", jid: "parley.localhost", resumed: false };
const waiting = (reason: OfflineError | StreamError): ConnectionState => ({ type: "waiting", attempt: 3, retryAt: 0, reason });

describe("health", () => {
  test.each([
    [{ database: undefined, xmpp: online }, { ok: true, status: "ok", database: "ok", xmpp: "ok" }, []],
    [{ database: undefined, xmpp: undefined }, { ok: false, status: "starting" }, [/starting/]],
    [
      { database: "ECONNREFUSED", xmpp: online },
      { ok: false, status: "failing", database: "failing", xmpp: "ok" },
      [/database does not answer: ECONNREFUSED/],
    ],
    [
      { database: undefined, xmpp: waiting(new OfflineError("connect ECONNREFUSED")) },
      { ok: false, status: "failing", xmpp: "connecting" },
      [/can not be reached \(connect ECONNREFUSED\): trying again/],
    ],
    [
      { database: undefined, xmpp: waiting(new StreamError("conflict")) },
      { ok: false, status: "standby", database: "ok", xmpp: "standby" },
      [/another instance/],
    ],
    [
      { database: "XX000", xmpp: waiting(new StreamError("conflict")) },
      { ok: false, status: "failing", xmpp: "standby" },
      [/database/, /another instance/],
    ],
    [
      { database: undefined, xmpp: waiting(new StreamError("system-shutdown")) },
      { status: "failing", xmpp: "connecting" },
      [/system-shutdown/],
    ],
    [
      { database: undefined, xmpp: { type: "refused", reason: new AuthenticationError("not-authorized") } as const },
      { status: "failing", xmpp: "refused" },
      [/not-authorized.*component secret/],
    ],
    [{ database: undefined, xmpp: { type: "offline" } as const }, { status: "failing", xmpp: "connecting" }, [/not connected yet/]],
  ])("of %j", (facts, report, problems) => {
    const judged = judgeHealth(facts);
    expect(judged).toMatchObject(report);
    expect(judged.problems).toEqual(problems.map((problem) => expect.stringMatching(problem)));
  });

  test("keeps the reason of the last attempt while the next one is under way", () => {
    const state = new Value<ConnectionState>({ type: "offline" });
    const told: string[] = [];
    const watch = watchStream({ state }, ({ type }) => told.push(type));
    state.set({ type: "connecting", attempt: 1 });
    state.set(waiting(new StreamError("conflict")));
    state.set({ type: "connecting", attempt: 2 });
    expect(watch.current()).toMatchObject({ type: "waiting" });
    state.set(online);
    expect(watch.current()).toBe(online);
    state.set({ type: "connecting", attempt: 1 });
    expect(watch.current()).toMatchObject({ type: "connecting" });
    watch.stop();
    state.set(online);
    expect(told).toEqual(["connecting", "waiting", "online", "connecting"]);
  });
});

describe("the log", () => {
  function logged(write: (log: ReturnType<typeof createLog>) => void): string {
    let text = "";
    const stream = new Writable({
      write(chunk, _encoding, written) {
        text += chunk;
        written();
      },
    });
    write(createLog("trace", stream));
    return text;
  }

  test("is lines of JSON with time, level and message", () => {
    expect(JSON.parse(logged((log) => log.warn({ port: 8080 }, "taken")))).toEqual({
      level: "warn",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      port: 8080,
      msg: "taken",
    });
  });

  test.each(["jid", "from", "to", "logon", "name", "password", "secret", "body", "text", "payload", "stanza"])(
    "hides the field %s, however deep",
    (field) => {
      const text = logged((log) => {
        log.info({ [field]: "canary" }, "a");
        log.info({ a: { [field]: "canary" } }, "b");
        log.info({ a: { b: { [field]: "canary" } } }, "c");
      });
      expect(text.match(/\[personal\]/g)).toHaveLength(3);
      expect(text).not.toContain("canary");
    },
  );

  test("tells the class, code and place of an error, and its message only when the system wrote it", () => {
    const quoting = Object.assign(new Error('Key (jid)=(canary@localhost) already exists: "canary"'), {
      code: "23505",
      detail: "canary",
      parameters: ["canary"],
    });
    const text = logged((log) => log.error({ err: quoting }, "not stored"));
    expect(text).not.toContain("canary");
    expect(JSON.parse(text).err).toEqual({
      type: "Error",
      code: "23505",
      at: expect.arrayContaining([expect.stringMatching(/^at .*figures-and-log/)]),
    });

    const system = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED", syscall: "connect" });
    expect(JSON.parse(logged((log) => log.error({ err: system }, "x"))).err).toMatchObject({
      message: "connect ECONNREFUSED 127.0.0.1:5432",
    });
    const secondLine = new Error("first\n    at canary line");
    expect(logged((log) => log.error({ err: secondLine }, "x"))).not.toContain("canary");
  });
});

describe("the figures", () => {
  test("are OpenMetrics, with the units and endings that it demands", async () => {
    const metrics = createMetrics();
    metrics.sessions.set({ state: "connected" }, 2);
    metrics.commands.inc({ verb: "im-session.invite", outcome: "done" });
    metrics.pushes.inc({ kind: "offer" });
    metrics.searchSeconds.observe(0.003);
    const text = await metrics.registry.metrics();
    expect(metrics.registry.contentType).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(text).toMatch(/^# TYPE parley_commands counter\nparley_commands_total\{verb="im-session.invite",outcome="done"\} 1$/m);
    expect(text).toMatch(/^parley_pushes_total\{kind="offer"\} 1$/m);
    expect(text).toMatch(/^parley_sessions\{state="connected"\} 2$/m);
    expect(text).toMatch(/^parley_search_duration_seconds_bucket\{le="0\.005"\} 1$/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    expect(text.endsWith("# EOF\n")).toBe(true);
    for (const [, name] of text.matchAll(/^# TYPE (\S+) counter$/gm)) expect(name).not.toMatch(/_total$/);
  });

  test("count every query and transaction, the failing ones too", async () => {
    const { querySeconds, registry } = createMetrics();
    const database = measured(
      {
        engine: "pglite",
        query: async () => {
          throw new Error("no");
        },
        transaction: async (work) => work({ query: async () => [] }),
        close: async () => {},
      },
      querySeconds,
    );
    await expect(database.query("SELECT 1")).rejects.toThrow("no");
    expect(await database.transaction(async () => 7)).toBe(7);
    expect(await registry.metrics()).toMatch(/^parley_database_query_duration_seconds_count 2$/m);
  });
});
