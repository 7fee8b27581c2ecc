/** examples/colleague, the demo colleague, as the process that `npm start` runs. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { Desks, textsOf } from "../support/desks.ts";
import { PASSWORD, until } from "../support/service-core.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/examples/colleague/main.js");

interface Colleague {
  readonly logon: string;
  readonly jid: string;
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  log(): string;
  /** How often it has said that it is ready. */
  timesReady(): number;
}

let desks: Desks;
const running: Colleague[] = [];

beforeAll(async () => {
  if (!existsSync(MAIN)) throw new Error("The example is not built: npx tsc --build examples");
  desks = await Desks.start();
});

afterEach(async () => {
  for (const { process, ended } of running.splice(0)) {
    process.kill("SIGKILL");
    await ended;
  }
  await desks.leave();
});

afterAll(() => desks?.stop());

function start(logon: string, password = PASSWORD): Colleague {
  const { websocket, domain } = desks.prosody;
  const env = { COLLEAGUE_LOGON: logon, COLLEAGUE_PASSWORD: password, COLLEAGUE_WEBSOCKET: websocket, COLLEAGUE_DOMAIN: domain };
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env["PATH"], ...env } });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (log += text.toString()));
  const colleague: Colleague = {
    logon,
    jid: `${logon}@${domain}`,
    process: child,
    ended: once(child, "exit").then(([code]) => code as number | null),
    log: () => log,
    timesReady: () => [...log.matchAll(/ is ready$/gm)].length,
  };
  running.push(colleague);
  return colleague;
}

async function ready(logon: string): Promise<Colleague> {
  const colleague = start(logon);
  await until("the colleague to be ready", () => colleague.timesReady() === 1);
  await until("the service to see it", async () => (await desks.core.service.agents.get(logon)).readiness === "ready");
  return colleague;
}

it("accepts, greets, types, answers, has read, and is done when it is over", async () => {
  const { a, bot } = await desks.agents("a", "bot");
  const [desk, colleague] = [await desks.signIn(a), await ready(bot)];

  const id = await desk.desk.invite(colleague.jid);
  await desk.session(colleague.jid, "the accept", ({ state }) => state === "connected");
  await desk.lines(id, "the greeting", (lines) => textsOf(lines).some((text) => text.startsWith(`Hello ${a}, this is a demo colleague`)));

  const typing = desk.session(colleague.jid, "the typing", ({ peerTyping }) => peerTyping);
  await desk.desk.send(id, "What is 12 * 7?");
  await desk.desk.send(id, "Thank you!");
  await typing;
  await desk.lines(id, "both answers, in order", (lines) => textsOf(lines).slice(-2).join("|") === `12 * 7 = 84|You are welcome, ${a}.`);
  await desk.lines(id, "read", (lines) => lines.every((line) => line.kind === "notice" || !line.own || line.progress === "read"));

  await desk.desk.end(id);
  await until("it to be done", async () => {
    const session = (await desks.core.service.sessions.list({ logon: bot })).find((one) => one.id === id);
    return session?.target.done === true;
  });
});

it("answers several agents at once", async () => {
  const { a, b, bot } = await desks.agents("a", "b", "bot");
  const colleague = await ready(bot);
  const both = [await desks.signIn(a), await desks.signIn(b)];
  await Promise.all(
    both.map(async (desk, index) => {
      const id = await desk.desk.invite(colleague.jid);
      await desk.desk.send(id, `${index + 2} * 10`);
      await desk.lines(id, "the answer", (lines) => textsOf(lines).includes(`${index + 2} * 10 = ${(index + 2) * 10}`));
    }),
  );
});

it("comes back after the server was gone, and goes on", async () => {
  const { a, bot } = await desks.agents("a", "bot");
  const colleague = await ready(bot);
  await desks.prosody.kill();
  await until("it to notice", () => colleague.log().includes("is offline"));
  await desks.prosody.restart();
  await until("it to be ready again", () => colleague.timesReady() === 2, 40_000);

  const desk = await desks.signIn(a);
  await until("the service to see it again", async () => (await desks.core.service.agents.get(bot)).readiness === "ready", 40_000);
  const id = await desk.desk.invite(colleague.jid);
  await desk.session(colleague.jid, "the accept", ({ state }) => state === "connected");
  await desk.desk.send(id, "Are you there?");
  await desk.lines(id, "the answer", (lines) => textsOf(lines).includes("Yes, I am here. Go ahead."));
});

it("signs out when it is stopped", async () => {
  const { bot } = await desks.agents("bot");
  const colleague = await ready(bot);
  colleague.process.kill("SIGTERM");
  expect(await colleague.ended).toBe(0);
  await until("the sign-out", async () => (await desks.core.service.agents.get(bot)).readiness === "signed-out");
});

it("ends with an error when the server refuses it", async () => {
  const { bot } = await desks.agents("bot");
  const colleague = start(bot, "wrong");
  expect(await colleague.ended).toBe(1);
  expect(colleague.log()).toContain("refused the sign-in");
});
