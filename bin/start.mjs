#!/usr/bin/env node
/** `npm start`: everything that a person needs to try Parley on this machine, from a bare checkout. README, "Try it". */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuild } from "./lib/build.mjs";
import { ensureDemoAgents } from "./lib/demo.mjs";
import { checkNode, ensureNpmPackages } from "./lib/packages.mjs";
import { Parts } from "./lib/parts.mjs";
import { answers, checkPorts } from "./lib/ports.mjs";
import { ensureProsody, prosodyCommand } from "./lib/prosody.mjs";
import { ROOT } from "./lib/run.mjs";
import { bold, dim, main, say, step, Trouble } from "./lib/say.mjs";

await main(async () => {
  checkNode();
  await ensureNpmPackages();
  const prosody = await ensureProsody();
  await ensureBuild();

  const settings = await readSettings();
  const { data, ports, listen } = settings;
  if (existsSync(settings.adminSocket) && (await answers(settings.adminSocket))) {
    throw new Trouble(`Parley is already running on ${data}. Stop it, or choose another folder: PARLEY_DATA=<folder> npm start`);
  }
  await checkPorts([
    { port: ports.web, what: "web page", setting: "PARLEY_PORT", listen },
    { port: ports.admin, what: "health and metrics", setting: "PARLEY_ADMIN_PORT", listen: "127.0.0.1" },
    { port: ports.xmpp, what: "XMPP for other clients", setting: "PARLEY_XMPP_PORT", listen },
    { port: ports.websocket, what: "XMPP for browsers", setting: "PARLEY_WS_PORT", listen },
    { port: ports.component, what: "XMPP for the service", setting: "PARLEY_COMPONENT_PORT", listen: "127.0.0.1" },
  ]);
  mkdirSync(join(data, "log"), { recursive: true, mode: 0o700 });
  ensureSecret(settings.secretFile);

  const parts = new Parts(join(data, "log"));
  const stopAsked = new Promise((asked) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, asked);
  });
  try {
    await Promise.race([bringUp(parts, prosody, settings), stopAsked, parts.failure]);
    await Promise.race([stopAsked, parts.failure]);
    say("\nStopping.");
  } finally {
    await parts.stop();
  }
});

async function bringUp(parts, prosody, settings) {
  const { data, ports, env, reach } = settings;
  await step(prosody === "native" ? "starting Prosody" : "starting Prosody (container)", () =>
    parts.start({
      name: "prosody",
      ...prosodyCommand(prosody, settings),
      // A container's ports accept connections before anybody is behind them; an answer is more.
      isReady: async () =>
        (await succeeds(`http://${urlHost(reach)}:${ports.websocket}/xmpp-websocket`)) &&
        (await answers(ports.xmpp, reach)) &&
        (await answers(ports.component)),
    }),
  );
  await step("starting the service", () =>
    parts.start({
      name: "service",
      command: process.execPath,
      args: [join(ROOT, "dist/service/main.js")],
      env,
      isReady: () => succeeds(`http://127.0.0.1:${ports.admin}/healthz`),
    }),
  );
  await ensureDemoAgents({ data, env });
  await step("starting the demo colleague", () =>
    parts.start({
      name: "colleague",
      command: process.execPath,
      args: [join(ROOT, "dist/examples/colleague/main.js")],
      env: { ...env, COLLEAGUE_LOGON: "colleague.bot", COLLEAGUE_PASSWORD: "demo", COLLEAGUE_WEBSOCKET: settings.websocket },
      isReady: async () => readFileSync(join(data, "log/colleague.log"), "utf8").includes("ready"),
    }),
  );
  sayWhereItIs(settings);
}

/** The service's own reading of the environment, so that a setting is explained in one way only. */
async function readSettings() {
  const { parseSettings, settingsTable, SettingsError } = await import(join(ROOT, "dist/service/settings.js"));
  try {
    const settings = parseSettings(process.env);
    const portOf = (name) => Number(process.env[name] || settingsTable.find((row) => row.name === name).fallback);
    return {
      data: settings.data,
      adminSocket: join(settings.data, "admin.sock"),
      domain: settings.domain,
      websocket: settings.websocket,
      listen: settings.listen,
      /** Where a listener of this machine is reached from this machine. */
      reach: settings.listen === "0.0.0.0" ? "127.0.0.1" : settings.listen === "::" ? "::1" : settings.listen,
      secretFile: settings.component.secretFile,
      ports: {
        web: settings.webPort,
        admin: settings.adminPort,
        xmpp: portOf("PARLEY_XMPP_PORT"),
        websocket: portOf("PARLEY_WS_PORT"),
        component: settings.component.port,
      },
      env: { ...process.env, PARLEY_DATA: settings.data, PARLEY_COMPONENT_SECRET_FILE: settings.component.secretFile },
    };
  } catch (error) {
    if (error instanceof SettingsError) throw new Trouble(error.message);
    throw error;
  }
}

function ensureSecret(file) {
  if (existsSync(file)) return;
  writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
}

async function succeeds(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function urlHost(address) {
  return address.includes(":") ? `[${address}]` : address;
}

function sayWhereItIs({ ports, domain, data }) {
  say(`
${bold("Parley is running.")}

  Web page   ${bold(`http://localhost:${ports.web}`)}
  Sign in as a.agent, b.agent, c.agent (all rights), d.agent (answers, does not start an IM) or e.agent (no IM);
  the password is ${bold("demo")}. ${bold("colleague.bot")} accepts every IM and answers by itself.
  Two agents at once: open the page a second time in a private window.

  Other XMPP clients   localhost:${ports.xmpp}, for example a.agent@${domain}
  Health and metrics   http://127.0.0.1:${ports.admin}/healthz and /metrics
  Data and logs        ${data}

${dim("Ctrl-C stops all of it.")}`);
}
