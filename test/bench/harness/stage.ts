/** What the figures are measured on: a real Prosody, the built service, Chromium, and the pages of ../page. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, type Page } from "playwright-core";
import { launchChromium } from "../../support/chromium.ts";
import { freePorts } from "../../support/ports.ts";
import { type Prosody, startProsody } from "../../support/prosody.ts";
import { type ServiceProcess, startService } from "../../support/service.ts";
import { actorsCsv, fillDirectory, manyAgents } from "./directory.ts";
import { installScreen } from "./screen.ts";
import { openSite, type PageName, type Site } from "./site.ts";

/** All of them are agents with an account; who is used by one figure is used by no other. */
const LOGONS = [
  "trip.a",
  "trip.b",
  "raw.a",
  "raw.b",
  "sign.a",
  "sign.b",
  "invite.a",
  "invite.b",
  "search.a",
  "size.a",
  "cut.a",
  "cut.b",
] as const;
export type Logon = (typeof LOGONS)[number];
export const PASSWORD = "bench";

/** Where a page signs in. */
export interface Servers {
  websocket: string;
  domain: string;
  service: string;
}

export class BenchStage {
  readonly #contexts = new Set<BrowserContext>();

  private constructor(
    readonly prosody: Prosody,
    readonly service: ServiceProcess,
    readonly browser: Browser,
    readonly site: Site,
    readonly data: string,
  ) {}

  /** `agents`: how many there are in the directory besides those who sign in; none of them has an account. */
  static async open(agents: number): Promise<BenchStage> {
    const [sitePort, webPort] = (await freePorts(2)) as [number, number];
    const data = await mkdtemp(join(tmpdir(), "parley-bench-"));
    await fillDirectory(data, manyAgents(agents, "localhost"));
    const prosody = await startProsody({ origins: [sitePort, webPort].map((port) => `http://localhost:${port}`) });
    const service = await startService(prosody, { PARLEY_DATA: data, PARLEY_PORT: String(webPort) });
    const file = join(data, "actors.csv");
    await writeFile(file, actorsCsv(LOGONS, PASSWORD));
    await service.cli("agent", "import", file);
    await untilAllAsked(service);
    const browser = await launchChromium();
    return new BenchStage(prosody, service, browser, await openSite(sitePort), data);
  }

  get servers(): Servers {
    const { websocket, domain, serviceDomain } = this.prosody;
    return { websocket, domain, service: serviceDomain };
  }

  /** One of the pages of ../page, in a browser profile of its own. */
  async page(name: PageName): Promise<Page> {
    const page = await this.#blank();
    await page.goto(this.site.urlOf(name));
    await page.waitForFunction(() => "bench" in globalThis);
    return page;
  }

  /** The web page itself, in a browser profile of its own. */
  async agentPage(prepare?: (page: Page) => void): Promise<Page> {
    const page = await this.#blank();
    await page.addInitScript(installScreen);
    prepare?.(page);
    await page.goto(this.service.webUrl);
    return page;
  }

  async leave(): Promise<void> {
    await Promise.all([...this.#contexts].map((context) => context.close()));
    this.#contexts.clear();
  }

  async close(): Promise<void> {
    await this.leave();
    await this.site.close();
    await this.browser.close();
    await this.service.stop();
    await this.prosody.stop();
    await rm(this.data, { recursive: true, force: true });
  }

  async #blank(): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 } });
    this.#contexts.add(context);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    return page;
  }
}

/** After its start the service asks for everybody's presence, some at a time; that is not what is measured. */
async function untilAllAsked(service: ServiceProcess): Promise<void> {
  const awaited = async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${service.adminPort}/metrics`)).text();
    return Number(/^parley_presences_awaited (\d+)$/m.exec(metrics)?.[1]);
  };
  while ((await awaited()) !== 0) await sleep(500);
}

/** Calls a function that the page offers. */
export function call<Offer, Name extends keyof Offer & string>(
  page: Page,
  name: Name,
  ...args: Offer[Name] extends (...args: infer Args) => unknown ? Args : never
): Promise<Offer[Name] extends (...args: never[]) => infer Answer ? Awaited<Answer> : never> {
  return page.evaluate(
    ([method, given]) => (globalThis as unknown as { bench: Record<string, (...args: unknown[]) => never> }).bench[method]!(...given),
    [name, args as unknown[]] as const,
  );
}
