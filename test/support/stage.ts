/**
 * The stage of the end-to-end tests: a real Prosody, the real service, real browsers, and a cast of
 * agents whom each test gets fresh. Everything is found as a person finds it: by role and name.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { AgentPage } from "./agent-page.ts";
import { launchChromium } from "./chromium.ts";
import { countNotifications, countSounds, forbidStorage } from "./page-scripts.ts";
import { type Prosody, startProsody } from "./prosody.ts";
import { attribute, signInRaw } from "./raw-stream.ts";
import { type ServiceProcess, startService } from "./service.ts";

const CSV_HEADER = "logon,name,groups,skills,rights,password";

const ALL_RIGHTS =
  "im.use;im.make;im.release;consult.voice;contact.view;contact.edit;case.edit;interaction.voice;interaction.chat;interaction.email";

export interface StageOptions {
  /** Settings of the service, by their environment names. */
  env?: Record<string, string>;
  /** How many tests may ask for a cast. */
  casts?: number;
  /** Agents who are in the directory only, without an account: CSV lines as in {@link CSV_HEADER}. */
  directoryOnly?: string[];
}

/** The logons of one test's agents: a, b and c have all rights, d may not make, e may not use IM. */
export interface Cast {
  a: string;
  b: string;
  c: string;
  d: string;
  e: string;
}

export class Stage {
  readonly #contexts: BrowserContext[] = [];
  #casts = 0;

  private constructor(
    readonly prosody: Prosody,
    readonly service: ServiceProcess,
    readonly browser: Browser,
    readonly size: number,
    readonly inviteTimeoutMs: number,
  ) {}

  static async open({ env = {}, casts = 16, directoryOnly = [] }: StageOptions = {}): Promise<Stage> {
    const prosody = await startProsody();
    const service = await startService(prosody, env);
    await importAgents(service, castRows(casts));
    if (directoryOnly.length) await importAgents(service, directoryOnly, "--existing-accounts");
    const inviteTimeoutMs = Number(env["PARLEY_INVITE_TIMEOUT_S"] ?? 30) * 1000;
    return new Stage(prosody, service, await launchChromium(), casts, inviteTimeoutMs);
  }

  async close(): Promise<void> {
    await this.leave();
    await this.browser.close();
    await this.service.stop();
    await this.prosody.stop();
  }

  /** Closes every page that the last test opened. */
  async leave(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }

  /** Agents whom no other test of this stage has met. */
  cast(): Cast {
    this.#casts += 1;
    if (this.#casts > this.size) throw new Error(`This stage has ${this.size} casts only: raise StageOptions.casts`);
    const logon = (letter: string) => castLogon(letter, this.#casts);
    return { a: logon("a"), b: logon("b"), c: logon("c"), d: logon("d"), e: logon("e") };
  }

  /** The number that the logons of one cast share. */
  castNumber(logon: string): string {
    return /\d+/.exec(logon)![0];
  }

  /** Invites as a hand-made client would, past every check of our own; returns how the service refused. */
  async rawInvite(from: string, to: string): Promise<Record<string, string>> {
    const stream = await signInRaw(this.prosody, { logon: from, password: "demo" });
    const { domain, serviceDomain } = this.prosody;
    stream.send(
      `<iq xmlns='jabber:client' type='set' id='hand-made' to='${serviceDomain}'><invite xmlns='urn:parley:im-session:0' id='${randomUUID()}' to='${to}@${domain}'/></iq>`,
    );
    const answer = await stream.waitFor(/<iq [^>]*id='hand-made'.*<\/iq>/s);
    stream.cut();
    const condition = /<([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/.exec(answer)?.[1] ?? "none";
    const refusal = /<right-missing[^>]*>/.exec(answer)?.[0];
    return refusal
      ? { condition, right: attribute(refusal, "right-missing", "right"), whose: attribute(refusal, "right-missing", "whose") }
      : { condition };
  }

  /** A browser of its own, signed in as this agent. */
  async agent(logon: string, options: AgentOptions = {}): Promise<AgentPage> {
    const agent = await this.visitor(logon, options);
    await agent.signIn();
    return agent;
  }

  /** A browser of its own on the sign-in page. */
  async visitor(
    logon: string,
    { notifications = false, withoutStorage = false, viewport, colorScheme }: AgentOptions = {},
  ): Promise<AgentPage> {
    const context = await this.browser.newContext({
      viewport: viewport ?? { width: 1280, height: 800 },
      ...(colorScheme && { colorScheme }),
      ...(notifications && { permissions: ["notifications"] }),
    });
    this.#contexts.push(context);
    await context.addInitScript(countSounds);
    await context.addInitScript(countNotifications);
    if (withoutStorage) await context.addInitScript(forbidStorage);
    const page = await context.newPage();
    const agent = new AgentPage(page, logon);
    await page.goto(this.service.webUrl);
    return agent;
  }
}

export interface AgentOptions {
  /** The agent allowed system notifications before. */
  notifications?: boolean;
  /** The browser refuses to store anything in a database. */
  withoutStorage?: boolean;
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
}

/** Signs both in; the inviter's page knows that the target is there. */
export async function meet(stage: Stage, inviter: string, target: string): Promise<[AgentPage, AgentPage]> {
  const pages = await Promise.all([stage.agent(inviter), stage.agent(target)]);
  await pages[0].search.fill(target);
  await pages[0].row(target).filter({ hasText: "Ready" }).waitFor();
  return pages;
}

const castLogon = (letter: string, number: number) => `${letter}${number}.agent`;

function castRows(casts: number): string[] {
  const rights = { a: ALL_RIGHTS, b: ALL_RIGHTS, c: ALL_RIGHTS, d: "im.use;im.release", e: "consult.voice" };
  const names = { a: "Ada", b: "Ben", c: "Cleo", d: "Dana", e: "Emil" };
  return Array.from({ length: casts }, (_, index) =>
    (["a", "b", "c", "d", "e"] as const).map(
      (letter) => `${castLogon(letter, index + 1)},${names[letter]} ${index + 1},Billing,English,${rights[letter]},demo`,
    ),
  ).flat();
}

async function importAgents(service: ServiceProcess, rows: string[], ...options: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "parley-cast-"));
  const file = join(folder, "agents.csv");
  await writeFile(file, [CSV_HEADER, ...rows, ""].join("\n"));
  await service.cli("agent", "import", file, ...options);
  await rm(folder, { recursive: true });
}
