import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { AgentPage } from "../../support/agent-page.ts";
import type { Figure } from "../harness/figure.ts";
import { row } from "../harness/figure.ts";
import { PASSWORD } from "../harness/stage.ts";

interface Loaded {
  path: string;
  /** Gzipped, at the level that a build would use. */
  bytes: number;
}

export const size: Figure = {
  name: "size",
  method:
    "The bodies of all JavaScript and CSS in the network log of the real page: until one can sign in (the XMPP code included, which the page fetches meanwhile), and with what the desk adds. Each file gzipped by itself at level 9; kB = 1000 bytes.",
  async run(stage) {
    const loading: Promise<Loaded>[] = [];
    const page = await stage.agentPage((page) => logCode(page, loading));
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.waitForLoadState("networkidle");
    const before = await Promise.all(loading);
    await new AgentPage(page, "size.a").signIn(PASSWORD);
    await page.waitForLoadState("networkidle");
    // The service worker is fetched by itself, after the page.
    const after = (await Promise.all(loading)).filter(({ path }) => path !== "/sw.js");
    return [
      row({ name: "sign-in route, JS and CSS, gzip", unit: "kB", ours: kilobytes(before), goal: { most: 106 } }),
      row({ name: "sign-in route and desk, JS and CSS, gzip", unit: "kB", ours: kilobytes(after) }),
    ];
  },
};

function logCode(page: Page, loading: Promise<Loaded>[]): void {
  page.on("response", (response) => {
    const isCode = /^(text\/javascript|text\/css)/.test(response.headers()["content-type"] ?? "");
    const { pathname } = new URL(response.url());
    if (isCode) loading.push(response.body().then((body) => ({ path: pathname, bytes: gzipSync(body, { level: 9 }).length })));
  });
}

const kilobytes = (files: readonly Loaded[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
