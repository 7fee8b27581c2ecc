import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSettings, type SettingName, type Settings, SettingsError, settingsTable } from "../../../src/service/settings.ts";

interface Example {
  good: [value: string, pick: (settings: Settings) => unknown, meaning: unknown][];
  bad: string[];
}

const port = (pick?: (settings: Settings) => unknown): Example => ({
  good: pick
    ? [
        ["1", pick, 1],
        ["65535", pick, 65535],
      ]
    : [
        ["1", () => 1, 1],
        ["65535", () => 1, 1],
      ],
  bad: ["0", "65536", "-1", "80.5", "http", " 80", "0x50", "123456"],
});
const seconds = (pick: (settings: Settings) => unknown): Example => ({
  good: [
    ["1", pick, 1],
    ["86400", pick, 86400],
  ],
  bad: ["0", "86401", "1.5", "30s", "-5", "1e3"],
});

const EXAMPLES: Record<SettingName, Example> = {
  PARLEY_PORT: port((settings) => settings.webPort),
  PARLEY_XMPP_PORT: port(),
  PARLEY_WS_PORT: port((settings) => Number(new URL(settings.websocket).port)),
  PARLEY_COMPONENT_PORT: port((settings) => settings.component.port),
  PARLEY_ADMIN_PORT: port((settings) => settings.adminPort),
  PARLEY_LISTEN: {
    good: [
      ["0.0.0.0", (settings) => settings.listen, "0.0.0.0"],
      ["::1", (settings) => settings.listen, "::1"],
      ["desk.example.org", (settings) => settings.listen, "desk.example.org"],
    ],
    bad: ["Desk.example.org", "a b", "http://desk", "-desk", "desk..org"],
  },
  PARLEY_DATA: {
    good: [
      ["/var/lib/parley", (settings) => settings.data, "/var/lib/parley"],
      ["data", (settings) => settings.data, resolve("data")],
    ],
    bad: ["  "],
  },
  PARLEY_DOMAIN: {
    good: [["example.org", (settings) => [settings.domain, settings.serviceDomain], ["example.org", "parley.example.org"]]],
    bad: ["Example.org", "exämple.org", "a@example.org", "example.org/", "example..org", "a".repeat(64)],
  },
  PARLEY_INVITE_TIMEOUT_S: seconds((settings) => settings.inviteTimeoutS),
  PARLEY_GRACE_S: seconds((settings) => settings.graceS),
  PARLEY_WEBSOCKET_URL: {
    good: [["wss://chat.example.org/xmpp-websocket", (settings) => settings.websocket, "wss://chat.example.org/xmpp-websocket"]],
    bad: [
      "https://chat.example.org/",
      "chat.example.org",
      "wss://me@chat.example.org/",
      "wss://a.org; script-src *",
      "wss://a.org/#x",
      "wss://",
    ],
  },
  PARLEY_COMPONENT_HOST: { good: [["prosody", (settings) => settings.component.host, "prosody"]], bad: ["prosody:5347", "Prosody"] },
  PARLEY_COMPONENT_SECRET_FILE: { good: [["/run/secret", (settings) => settings.component.secretFile, "/run/secret"]], bad: [" "] },
  PARLEY_FRAME_ANCESTORS: {
    good: [
      ["'none'", (settings) => settings.frameAncestors, "'none'"],
      [
        "'self' https://crm.example.org https://*.example.com:8443",
        (settings) => settings.frameAncestors,
        "'self' https://crm.example.org https://*.example.com:8443",
      ],
    ],
    bad: ["self", "*", "https://a.org; script-src *", "'none' https://a.org", "'self'  https://a.org", "https://a.org,https://b.org"],
  },
  PARLEY_BEHIND_TLS: {
    good: [
      ["yes", (settings) => settings.behindTls, true],
      ["no", (settings) => settings.behindTls, false],
    ],
    bad: ["true", "1", "YES"],
  },
  PARLEY_LOG_LEVEL: { good: [["debug", (settings) => settings.logLevel, "debug"]], bad: ["verbose", "INFO", "30"] },
  DATABASE_URL: {
    good: [
      ["postgres://parley:s3cret@db/parley", (settings) => settings.databaseUrl, "postgres://parley:s3cret@db/parley"],
      ["postgresql:///parley?host=/run", (settings) => settings.databaseUrl, "postgresql:///parley?host=/run"],
    ],
    bad: ["mysql://s3cret@db/parley", "/s3cret/db.sqlite"],
  },
};

function problemsOf(environment: Record<string, string>): string[] {
  try {
    parseSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe("settings", () => {
  test("are all of their defaults in an empty environment", () => {
    expect(parseSettings({ HOME: "/root" })).toEqual({
      webPort: 8080,
      adminPort: 8081,
      listen: "127.0.0.1",
      data: resolve(".parley"),
      domain: "localhost",
      serviceDomain: "parley.localhost",
      inviteTimeoutS: 30,
      graceS: 300,
      websocket: "ws://localhost:5280/xmpp-websocket",
      component: { host: "127.0.0.1", port: 5347, secretFile: join(resolve(".parley"), "component-secret") },
      frameAncestors: "'self'",
      behindTls: false,
      logLevel: "info",
      databaseUrl: undefined,
    });
  });

  test.each(Object.entries(EXAMPLES).flatMap(([name, { good }]) => good.map(([value, pick, meaning]) => ({ name, value, pick, meaning }))))(
    "take $name=$value",
    ({ name, value, pick, meaning }) => {
      expect(pick(parseSettings({ [name]: value }))).toEqual(meaning);
    },
  );

  test.each(Object.entries(EXAMPLES).flatMap(([name, { bad }]) => bad.map((value) => ({ name, value }))))(
    "refuse $name=$value, naming the variable and what is allowed",
    ({ name, value }) => {
      const [problem, ...others] = problemsOf({ [name]: value });
      expect(others).toEqual([]);
      expect(problem).toContain(`${name} is`);
      expect(problem).toMatch(/it must be .{5,}/);
      if (name === "DATABASE_URL") expect(problem).not.toContain("s3cret");
      else expect(problem).toContain(JSON.stringify(value));
    },
  );

  test("take an empty value as not set", () => {
    expect(parseSettings({ PARLEY_PORT: "", DATABASE_URL: "" })).toEqual(parseSettings({}));
  });

  test("refuse an unknown PARLEY_ variable by its name, and leave others alone", () => {
    expect(problemsOf({ PARLEY_INVITE_TIMEOUT: "30", OTHER: "x" })).toEqual([
      expect.stringMatching(/^PARLEY_INVITE_TIMEOUT is not a setting of Parley.*PARLEY_INVITE_TIMEOUT_S/),
    ]);
  });

  test("name everything that is wrong at once", () => {
    const problems = problemsOf({ PARLEY_PROT: "1", PARLEY_PORT: "x", PARLEY_GRACE_S: "never" });
    expect(problems).toHaveLength(3);
    expect(problems.join("\n")).toMatch(/PARLEY_PROT[^]*PARLEY_PORT is "x"[^]*PARLEY_GRACE_S is "never"/);
  });

  test("refuse one port for two things, defaults included", () => {
    expect(problemsOf({ PARLEY_PORT: "9000", PARLEY_ADMIN_PORT: "9000" })).toEqual([
      expect.stringContaining("PARLEY_PORT and PARLEY_ADMIN_PORT are both 9000"),
    ]);
    expect(problemsOf({ PARLEY_WS_PORT: "5222" })).toEqual([expect.stringContaining("PARLEY_XMPP_PORT and PARLEY_WS_PORT")]);
  });

  test("have a table with every variable, its default and its meaning", () => {
    expect(settingsTable.map(({ name }) => name).toSorted()).toEqual(Object.keys(EXAMPLES).toSorted());
    for (const { fallback, meaning } of settingsTable) {
      expect(fallback).not.toBe("undefined");
      expect(meaning).not.toBe("");
    }
  });

  test("are what README.md says they are", async () => {
    const readme = await readFile(resolve(import.meta.dirname, "../../../README.md"), "utf8");
    for (const { name, fallback, meaning } of settingsTable) {
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\` `));
      expect(row, `README.md, row of ${name}`).toBeDefined();
      expect(row).toContain(fallback);
      expect(row).toContain(meaning);
    }
  });
});
