/**
 * The settings, read once at the start. Nothing else in the service looks at the environment.
 * `settingsTable` is the source of the table in README.md.
 */
import { join, resolve } from "node:path";
import * as v from "valibot";

/** Settings that are unknown or not what they must be. The message has a line for each of them. */
export class SettingsError extends Error {
  override name = "SettingsError";

  constructor(readonly problems: string[]) {
    super(problems.join("\n"));
  }
}

function wholeNumber(least: number, most: number) {
  return v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.minValue(least), v.maxValue(most));
}
const port = wholeNumber(1, 65535);
const seconds = wholeNumber(1, 86400);
const path = v.pipe(v.string(), v.trim(), v.minLength(1));
/** In lower case: addresses are compared as strings, in the form to which servers normalise them. */
const hostname = v.pipe(v.string(), v.maxLength(253), v.regex(/^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/));
const address = v.union([hostname, v.pipe(v.string(), v.ip())]);
const yesOrNo = v.pipe(
  v.picklist(["yes", "no"]),
  v.transform((word) => word === "yes"),
);
/** Without white space, `;` and `,`: the origin goes into the Content-Security-Policy. */
const websocketUrl = v.pipe(v.string(), v.url(), v.regex(/^wss?:\/\/[^\s;,@#'"]+$/));
const postgresUrl = v.pipe(v.string(), v.url(), v.regex(/^postgres(ql)?:\/\//));
const frameAncestors = v.pipe(v.string(), v.regex(/^('none'|('self'|https?:\/\/[a-z0-9.*:-]+)( ('self'|https?:\/\/[a-z0-9.*:-]+))*)$/));
const logLevel = v.picklist(["fatal", "error", "warn", "info", "debug", "trace", "silent"]);

const schema = v.object({
  PARLEY_PORT: v.optional(port, "8080"),
  PARLEY_XMPP_PORT: v.optional(port, "5222"),
  PARLEY_WS_PORT: v.optional(port, "5280"),
  PARLEY_COMPONENT_PORT: v.optional(port, "5347"),
  PARLEY_ADMIN_PORT: v.optional(port, "8081"),
  PARLEY_LISTEN: v.optional(address, "127.0.0.1"),
  PARLEY_DATA: v.optional(path, ".parley"),
  PARLEY_DOMAIN: v.optional(hostname, "localhost"),
  PARLEY_INVITE_TIMEOUT_S: v.optional(seconds, "30"),
  PARLEY_GRACE_S: v.optional(seconds, "300"),
  PARLEY_WEBSOCKET_URL: v.optional(websocketUrl),
  PARLEY_COMPONENT_HOST: v.optional(address, "127.0.0.1"),
  PARLEY_COMPONENT_SECRET_FILE: v.optional(path),
  PARLEY_FRAME_ANCESTORS: v.optional(frameAncestors, "'self'"),
  PARLEY_BEHIND_TLS: v.optional(yesOrNo, "no"),
  PARLEY_LOG_LEVEL: v.optional(logLevel, "info"),
  DATABASE_URL: v.optional(postgresUrl),
});

/** The name of a setting. */
export type SettingName = keyof typeof schema.entries;

const PORT = "a port, 1 to 65535";
const SECONDS = "whole seconds, 1 to 86400";
const ADDRESS = "an IP address or a host name in lower case";

/** `allowed` completes "must be …". The value of a `secret` is not repeated in errors. */
const WORDS: Record<SettingName, { allowed: string; meaning: string; unset?: string; secret?: true }> = {
  PARLEY_PORT: { allowed: PORT, meaning: "Web page" },
  PARLEY_XMPP_PORT: { allowed: PORT, meaning: "XMPP for other clients" },
  PARLEY_WS_PORT: { allowed: PORT, meaning: "XMPP over WebSocket, for browsers" },
  PARLEY_COMPONENT_PORT: { allowed: PORT, meaning: "Where the service connects to the XMPP server (XEP-0114)" },
  PARLEY_ADMIN_PORT: { allowed: PORT, meaning: "`/healthz` and `/metrics`, on loopback only" },
  PARLEY_LISTEN: { allowed: ADDRESS, meaning: "Address on which the web page and the XMPP server listen" },
  PARLEY_DATA: { allowed: "a folder", meaning: "Data, generated secrets and the socket of the command line" },
  PARLEY_DOMAIN: { allowed: "a domain in lower case", meaning: "XMPP domain of the agents; the service is `parley.<domain>`" },
  PARLEY_INVITE_TIMEOUT_S: { allowed: SECONDS, meaning: "How long the notification of an invitation stays" },
  PARLEY_GRACE_S: { allowed: SECONDS, meaning: "How long a session outlives the connection of one of its agents" },
  PARLEY_WEBSOCKET_URL: {
    allowed: "a ws: or wss: address",
    meaning: "What browsers connect to",
    unset: "ws://localhost:<PARLEY_WS_PORT>/xmpp-websocket",
  },
  PARLEY_COMPONENT_HOST: {
    allowed: ADDRESS,
    meaning: "XMPP server as the service reaches it: loopback or a private network, the stream is not encrypted",
  },
  PARLEY_COMPONENT_SECRET_FILE: {
    allowed: "a file",
    meaning: "Secret shared with the XMPP server",
    unset: "<PARLEY_DATA>/component-secret",
  },
  PARLEY_FRAME_ANCESTORS: {
    allowed: "'none', or 'self' and http(s) origins with a space between them",
    meaning: "Pages that may show Parley in a frame",
  },
  PARLEY_BEHIND_TLS: {
    allowed: "yes or no",
    meaning: "`yes`: a proxy serves the page by https, and browsers are told to stay with it (HSTS)",
  },
  PARLEY_LOG_LEVEL: { allowed: logLevel.options.join(", "), meaning: "How much is logged" },
  DATABASE_URL: {
    allowed: "a postgres: address",
    meaning: "PostgreSQL database",
    unset: "embedded database in `<PARLEY_DATA>/db`",
    secret: true,
  },
};

/** One row of the table in README.md. */
export interface SettingRow {
  name: SettingName;
  /** The value, or what takes its place, when it is not set. */
  fallback: string;
  meaning: string;
}

export const settingsTable: SettingRow[] = (Object.keys(WORDS) as SettingName[]).map((name) => ({
  name,
  fallback: WORDS[name].unset ?? String(v.getDefault(schema.entries[name])),
  meaning: WORDS[name].meaning,
}));

export interface Settings {
  webPort: number;
  adminPort: number;
  listen: string;
  /** Absolute. */
  data: string;
  /** Of the agents. */
  domain: string;
  /** Of the service, an external component. */
  serviceDomain: string;
  inviteTimeoutS: number;
  graceS: number;
  /** What browsers are told to connect to. */
  websocket: string;
  component: { host: string; port: number; secretFile: string };
  frameAncestors: string;
  behindTls: boolean;
  logLevel: v.InferOutput<typeof logLevel>;
  /** None: the embedded database. */
  databaseUrl: string | undefined;
}

/** Reads the settings from an environment. Throws a SettingsError that names everything that is wrong. */
export function parseSettings(environment: Record<string, string | undefined>): Settings {
  const known = Object.keys(schema.entries) as SettingName[];
  // An empty value is how shells and compose files write "not set".
  const given = Object.fromEntries(known.map((name) => [name, environment[name] || undefined]));
  const result = v.safeParse(schema, given);
  const problems = [
    ...Object.keys(environment)
      .filter((name) => name.startsWith("PARLEY_") && !(known as string[]).includes(name))
      .map((name) => `${name} is not a setting of Parley. The settings are: ${known.join(", ")}.`),
    ...(result.issues ?? []).map((issue) => describeIssue(issue.path?.[0].key as SettingName, environment)),
  ];
  if (!result.success || problems.length > 0) throw new SettingsError([...new Set(problems)]);

  const { output } = result;
  const clash = firstClash(output);
  if (clash) throw new SettingsError([clash]);
  const data = resolve(output.PARLEY_DATA);
  return {
    webPort: output.PARLEY_PORT,
    adminPort: output.PARLEY_ADMIN_PORT,
    listen: output.PARLEY_LISTEN,
    data,
    domain: output.PARLEY_DOMAIN,
    serviceDomain: `parley.${output.PARLEY_DOMAIN}`,
    inviteTimeoutS: output.PARLEY_INVITE_TIMEOUT_S,
    graceS: output.PARLEY_GRACE_S,
    websocket: output.PARLEY_WEBSOCKET_URL ?? `ws://localhost:${output.PARLEY_WS_PORT}/xmpp-websocket`,
    component: {
      host: output.PARLEY_COMPONENT_HOST,
      port: output.PARLEY_COMPONENT_PORT,
      secretFile: resolve(output.PARLEY_COMPONENT_SECRET_FILE ?? join(data, "component-secret")),
    },
    frameAncestors: output.PARLEY_FRAME_ANCESTORS,
    behindTls: output.PARLEY_BEHIND_TLS,
    logLevel: output.PARLEY_LOG_LEVEL,
    databaseUrl: output.DATABASE_URL,
  };
}

function describeIssue(name: SettingName, environment: Record<string, string | undefined>): string {
  const { allowed, secret } = WORDS[name];
  const was = secret ? "something else" : JSON.stringify(environment[name]);
  return `${name} is ${was}; it must be ${allowed}.`;
}

function firstClash(output: v.InferOutput<typeof schema>): string | undefined {
  const ports = ["PARLEY_PORT", "PARLEY_XMPP_PORT", "PARLEY_WS_PORT", "PARLEY_COMPONENT_PORT", "PARLEY_ADMIN_PORT"] as const;
  for (const [index, name] of ports.entries()) {
    const other = ports.slice(0, index).find((earlier) => output[earlier] === output[name]);
    if (other) return `${other} and ${name} are both ${output[name]}; each must have its own port.`;
  }
  return undefined;
}
