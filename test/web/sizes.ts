import { afterAll, beforeAll, expect, test } from "vitest";
import { WebHarness } from "../support/web-harness.ts";

/** With the XMPP library; kB of 1 000 bytes, as sent by the service to a browser that takes gzip. */
const SIGN_IN_KB = 106;

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

test(`the sign-in page needs no more than ${SIGN_IN_KB} kB, and leaves the desk for later`, async () => {
  const { page, close } = await harness.scene("sign-in");
  await page.goto(harness.url);
  await page.getByRole("textbox", { name: "Agent logon" }).waitFor();
  await page.waitForLoadState("networkidle");
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map((entry) => new URL(entry.name).pathname)
      .filter((path) => path.endsWith(".js") && path !== "/sw.js"),
  );
  const sizes = await Promise.all(
    scripts.map(async (path) =>
      Number((await fetch(`${harness.url}${path}`, { headers: { "Accept-Encoding": "gzip" } })).headers.get("content-length")),
    ),
  );
  expect(scripts.some((path) => path.includes("session"))).toBe(true);
  expect(scripts.filter((path) => path.includes("desk-page"))).toEqual([]);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(20_000);
  expect(bytes).toBeLessThanOrEqual(SIGN_IN_KB * 1_000);
  await close();
});
