import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Connection, xml } from "../../src/client/index.ts";
import type { Settings } from "../support/browser-client.ts";
import { launchChromium } from "../support/chromium.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";

/** The largest part of the sign-in page that the protocol library may take, gzipped. */
const BUDGET_BYTES = 18_000;

let script: string;
let prosody: Prosody;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  script = await bundle("src/client/index.ts");
  const pageScript = await bundle("test/support/browser-client.ts");
  prosody = await startProsody();
  await prosody.register("alice", "pässwörd");
  await prosody.register("bob", "secret");
  server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? pageScript : `<!doctype html><title>client</title><script type="module" src="/page.js"></script>`);
  });
  await new Promise<void>((resolve) => server.listen(prosody.webPort, "127.0.0.1", resolve));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  await prosody?.stop();
});

/** As the web page is built. */
async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      rollupOptions: { input: entry, preserveEntrySignatures: "strict", output: { format: "es" } },
    },
  });
  if (Array.isArray(built) || !("output" in built)) throw new Error("Vite built something else");
  return built.output[0].code;
}

async function open(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`http://localhost:${prosody.webPort}/`);
  await page.waitForFunction(() => "signIn" in window);
  return page;
}

const settings = (): Settings => ({ websocket: prosody.websocket, domain: prosody.domain, username: "alice" });

function isOnline(page: Page) {
  return page.waitForFunction(() => window.page?.state().type === "online");
}

describe("in a browser", () => {
  it("takes little of the page, and nothing of Node", () => {
    expect(gzipSync(script).length).toBeLessThan(BUDGET_BYTES);
    expect(script).not.toMatch(/node:|vite-browser-external|require\(["']/);
  });

  it("signs in with SCRAM, asks, sends and receives; survives a reload without a password, and an offline moment", async () => {
    const page = await open();
    const state = await page.evaluate((given) => window.signIn(given), { ...settings(), password: "pässwörd" });
    expect(state).toMatchObject({ type: "online", resumed: false });
    const { jid } = state as { jid: string };
    expect(await page.evaluate(() => window.page.ping())).toBe(true);
    await page.evaluate((to) => window.page.send(to, "1", "to myself ☺"), jid);
    await page.waitForFunction(() => window.page.bodies.includes("to myself ☺") && window.page.acked.includes("1"));

    const bob = new Connection({ ...settings(), username: "bob", credentials: { password: "secret" }, webSocket: NodeWebSocket });
    bob.start();
    await bob.state.waitFor(({ type }) => type === "online", { what: "Bob's sign-in", timeoutMs: 10_000 });
    try {
      const say = (id: string) => bob.send(xml("message", { to: jid, id, type: "chat" }, xml("body", {}, id)));
      await page.reload({ waitUntil: "commit" });
      await say("meanwhile");
      await page.waitForFunction(() => "signIn" in window);
      expect(await page.evaluate((given) => window.signIn(given), settings())).toEqual({ type: "online", jid, resumed: true });
      await page.waitForFunction(() => window.page.bodies.length > 0);
      expect(await page.evaluate(() => window.page.bodies)).toEqual(["meanwhile"]);

      await page.context().setOffline(true);
      await page.waitForFunction(() => window.page.state().type === "waiting");
      await say("offline");
      await page.context().setOffline(false);
      await isOnline(page);
      await page.waitForFunction(() => window.page.bodies.length > 1);
      expect(await page.evaluate(() => [window.page.bodies, window.page.state()])).toEqual([
        ["meanwhile", "offline"],
        { type: "online", jid, resumed: true },
      ]);
      await page.evaluate(() => window.page.stop());
      expect(await page.evaluate(() => window.page.state().type)).toBe("offline");
    } finally {
      await bob.stop();
      await page.close();
    }
  });

  it("is online again by itself after the server was killed", async () => {
    const page = await open();
    await page.evaluate((given) => window.signIn(given), { ...settings(), password: "pässwörd" });
    await prosody.kill();
    await page.waitForFunction(() => window.page.state().type === "waiting");
    await prosody.restart();
    await isOnline(page);
    expect(await page.evaluate(() => window.page.ping())).toBe(true);
    await page.close();
  });
});
