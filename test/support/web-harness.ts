/** Elements in a real Chromium: the built page, served as the service serves it, with its content security policy. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { build } from "vite";
import { readPageFiles } from "../../src/service/web-page/files.ts";
import { webPage } from "../../src/service/web-page/web-page.ts";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";

export interface SceneOptions {
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
  forcedColors?: "active";
  reducedMotion?: "reduce";
  permissions?: string[];
  /** Run in the page before anything else. */
  before?: (() => void)[];
}

/** What one element of the gallery is given and does. */
export interface ElementUnderTest {
  page: Page;
  host: Locator;
  /** Sets properties. Functions can not cross into the page. */
  set(properties: Record<string, unknown>): Promise<void>;
  /** Details of the events of this type since the element was made. */
  told(type: string): Promise<unknown[]>;
  /** Takes the element out of the page and puts it back. */
  reconnect(): Promise<void>;
}

export class WebHarness {
  #close: (() => Promise<unknown>)[];

  private constructor(
    readonly url: string,
    readonly browser: Browser,
    close: (() => Promise<unknown>)[],
  ) {
    this.#close = close;
  }

  static async open(): Promise<WebHarness> {
    const folder = await mkdtemp(join(tmpdir(), "parley-web-"));
    const configFile = fileURLToPath(new URL("../../vite.config.ts", import.meta.url));
    await build({ configFile, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
    await buildModules(join(folder, "modules"));
    const page = webPage({
      files: await readPageFiles(folder),
      websocket: "ws://127.0.0.1:9/xmpp-websocket",
      domain: "localhost",
      serviceDomain: "parley.localhost",
      inviteTimeoutS: 30,
      frameAncestors: "'none'",
      behindTls: false,
    });
    const server = createServer(page);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const browser = await launchChromium();
    const stopServer = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    const close = [() => browser.close(), stopServer, () => rm(folder, { recursive: true })];
    return new WebHarness(`http://localhost:${(server.address() as AddressInfo).port}`, browser, close);
  }

  async close(): Promise<void> {
    for (const close of this.#close) await close();
  }

  /** A page in a browser context of its own; what it must not do (errors, policy violations) fails `closeScene`. */
  async page(path: string, options: SceneOptions = {}): Promise<ScenePage> {
    const { width = 1280, height = 800, before = [], permissions, ...rest } = options;
    const context = await this.browser.newContext({ viewport: { width, height }, ...rest, ...(permissions && { permissions }) });
    for (const script of before) await context.addInitScript(script);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("WebSocket connection to")) faults.push(message.text());
    });
    await page.goto(`${this.url}${path}`);
    return { page, faults, axe: (selector) => violations(page, selector), close: () => context.close() };
  }

  /** One scene of the gallery. */
  async scene(name: string, options?: SceneOptions): Promise<ScenePage> {
    const scene = await this.page(`/gallery.html#${name}`, options);
    await scene.page.locator("parley-gallery").locator(":scope > *, main").first().waitFor({ state: "attached" });
    return scene;
  }

  /** One element alone in the gallery's page, with these properties. */
  async element(tag: string, properties: Record<string, unknown> = {}, options?: SceneOptions): Promise<ElementUnderTest & ScenePage> {
    const scene = await this.page("/gallery.html", options);
    const { page } = scene;
    await page.locator("parley-gallery").waitFor();
    await page.evaluate((name) => {
      const main = document.createElement("main");
      main.append(document.createElement(name));
      document.body.replaceChildren(main);
    }, tag);
    const set = (change: Record<string, unknown>) =>
      page.evaluate(
        async ([name, json]) => {
          const revive = (_: string, value: unknown) =>
            value !== null && typeof value === "object" && "entriesOfMap" in value
              ? new Map(value.entriesOfMap as [unknown, unknown][])
              : value;
          const host = Object.assign(document.querySelector(name) as Element, JSON.parse(json, revive)) as unknown as {
            updateComplete: Promise<void>;
          };
          await host.updateComplete;
        },
        [tag, JSON.stringify(change, (_, value: unknown) => (value instanceof Map ? { entriesOfMap: [...value] } : value))] as const,
      );
    await set(properties);
    await page.evaluate((name) => {
      const told: { type: string; detail: unknown }[] = [];
      Object.assign(globalThis, { told });
      const types = [
        "sign-in",
        "sign-out",
        "readiness",
        "gadget",
        "open-settings",
        "settings",
        "ask-permission",
        "no-notifications",
        "search",
        "filter",
        "show",
        "favorite",
        "invite",
        "choose",
        "open",
        "accept",
        "reject",
        "end",
        "done",
        "send",
        "retry",
        "discard",
        "typing",
        "draft",
        "load-older",
        "read",
        "dismiss",
        "try-now",
      ];
      for (const type of types) {
        document.querySelector(name)?.addEventListener(`parley-${type}`, (event) => {
          const { respondWith: _, ...detail } = (event as CustomEvent<Record<string, unknown>>).detail ?? {};
          told.push({ type: `parley-${type}`, detail });
        });
      }
    }, tag);
    return {
      ...scene,
      host: page.locator(tag),
      set,
      told: (type) =>
        page.evaluate(
          (wanted) =>
            (globalThis as unknown as { told: { type: string; detail: unknown }[] }).told
              .filter((event) => event.type === wanted)
              .map(({ detail }) => detail),
          type,
        ),
      reconnect: () =>
        page.evaluate(async (name) => {
          const host = document.querySelector(name) as Element & { updateComplete: Promise<void> };
          const parent = host.parentElement;
          host.remove();
          await Promise.resolve();
          parent?.append(host);
          await host.updateComplete;
        }, tag),
    };
  }

  /** What axe finds, as "rule: element". */
}

function buildModules(outDir: string): Promise<unknown> {
  const entry = fileURLToPath(new URL("web-modules.ts", import.meta.url));
  return build({
    configFile: false,
    publicDir: false,
    logLevel: "error",
    build: { outDir, lib: { entry, formats: ["es"], fileName: () => "web-modules.js" } },
  });
}

export interface ScenePage {
  page: Page;
  /** Errors of the page and violations of its content security policy. */
  faults: string[];
  /** What axe finds in this part of the page, "rule: element". */
  axe(selector?: string): Promise<string[]>;
  close(): Promise<void>;
}
