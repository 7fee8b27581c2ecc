import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SAMPLE_ROWS, sampleRow, sampleTeam } from "../../web/gallery/samples.ts";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

/** The element fills its parent, which is empty here. The sample's rows have room in it, and come when there is. */
const open = async (team?: unknown) => {
  const element = await harness.element("parley-team-communicator", { team: team ?? sampleTeam() });
  await element.host.evaluate((host) => ((host as HTMLElement).style.blockSize = "600px"));
  if (!team) await expect.poll(() => element.page.getByRole("row").count()).toBe(SAMPLE_ROWS.length);
  return element;
};

const hasFocus = (locator: Locator) => locator.evaluate((element) => element.matches(":focus"));

test("shows each agent by logon with readiness in words", async () => {
  const { page, faults, axe, close } = await open();
  const region = page.getByRole("region", { name: "Team Communicator" });
  expect(await region.getByRole("row").count()).toBe(SAMPLE_ROWS.length);
  await region
    .getByRole("row", { name: /^d\.agent/ })
    .getByText("Not Ready: Training · Billing")
    .waitFor();
  await region
    .getByRole("row", { name: /^e\.agent/ })
    .getByText("Signed out")
    .waitFor();
  expect(await axe("parley-team-communicator")).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test("tells what is typed and which filter is pressed", async () => {
  const { page, told, close } = await open();
  await page.getByRole("searchbox", { name: "Search" }).fill("be");
  await page.getByRole("button", { name: "Favorites" }).click();
  expect(await told("parley-search")).toEqual([{ text: "be" }]);
  expect(await told("parley-filter")).toEqual([{ filter: "favorites" }]);
  expect(await page.getByRole("button", { name: "All", pressed: true }).count()).toBe(1);
  await close();
});

test("arrows, Home and End move through the rows, Enter opens the Action menu, Escape closes it", async () => {
  const { page, told, close } = await open();
  await page.getByRole("searchbox").focus();
  await page.keyboard.press("ArrowDown");
  expect(await hasFocus(page.getByRole("row", { name: /^b\.agent/ }))).toBe(true);
  await page.keyboard.press("End");
  await expect.poll(() => hasFocus(page.getByRole("row", { name: /^e\.agent/ }))).toBe(true);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => hasFocus(page.getByRole("row", { name: /^c\.agent/ }))).toBe(true);
  await page.keyboard.press("Enter");
  const item = page.getByRole("menuitem", { name: "Send an Instant Message c.agent", exact: true });
  await item.waitFor();
  expect(await hasFocus(item)).toBe(true);
  await page.keyboard.press("Escape");
  await item.waitFor({ state: "hidden" });
  await expect.poll(() => hasFocus(page.getByRole("row", { name: /^c\.agent/ }))).toBe(true);
  expect(await told("parley-invite")).toEqual([]);
  await page.keyboard.press("Enter");
  await item.waitFor();
  await page.keyboard.press("Enter");
  expect(await told("parley-invite")).toEqual([{ jid: "c.agent@localhost" }]);
  await close();
});

test("right and left go to the star and the actions of a row", async () => {
  const { page, told, close } = await open();
  await page.getByRole("searchbox").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  expect(await hasFocus(page.getByRole("button", { name: "Favorite b.agent" }))).toBe(true);
  await page.keyboard.press("Enter");
  expect(await told("parley-favorite")).toEqual([{ jid: "b.agent@localhost", favorite: false }]);
  await page.keyboard.press("ArrowRight");
  expect(await hasFocus(page.getByRole("button", { name: "Actions for b.agent" }))).toBe(true);
  await close();
});

test("what is not available says why", async () => {
  const { page, host, told, close } = await open();
  await host.evaluate((element) => Object.assign(element, { mayInvite: () => ({ allowed: false, reason: "signed-out" }) }));
  await page.getByRole("button", { name: "Actions for e.agent" }).click();
  const item = page.getByRole("menuitem", { name: "Send an Instant Message e.agent", exact: true });
  expect(await item.isDisabled()).toBe(true);
  await item.getByText("e.agent is signed out.").waitFor();
  await item.dispatchEvent("click");
  expect(await told("parley-invite")).toEqual([]);
  await close();
});

test("without the right to it the command is not offered at all", async () => {
  const { page, host, close } = await open();
  await host.evaluate((element) => Object.assign(element, { mayInvite: () => ({ allowed: false, reason: "no-right" }) }));
  await page.getByRole("button", { name: "Actions for b.agent" }).click();
  await page.getByRole("menu", { name: "Actions for b.agent" }).getByText("You do not have the right to send instant messages.").waitFor();
  expect(await page.getByRole("menuitem", { name: /Instant Message/ }).count()).toBe(0);
  await close();
});

test("of 5 000 agents only the rows on screen exist, and they are the ones that are asked for", async () => {
  const crowd = Array.from({ length: 5_000 }, (_, index) => sampleRow({ logon: `agent.${index}` }));
  const { page, told, close } = await open(sampleTeam(crowd));
  expect(await page.getByRole("row").count()).toBeLessThan(40);
  expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe("5000");
  await page.getByRole("searchbox").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.getByRole("row", { name: /^agent\.4999\b/ }).waitFor();
  expect(await page.getByRole("row").count()).toBeLessThan(40);
  expect((await told("parley-show")).at(-1)).toMatchObject({ last: 4_999 });
  await close();
});

test("rows keep their places under the pointer and take the new order when it leaves", async () => {
  const { page, set, close } = await open();
  const order = () =>
    page
      .getByRole("row")
      .evaluateAll((rows) =>
        rows
          .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
          .map((row) => row.getAttribute("aria-label")?.split(",")[0]),
      );
  const before = await order();
  await page.getByRole("row", { name: /^c\.agent/ }).hover();
  const reordered = [...SAMPLE_ROWS].reverse().map((row) => (row.logon === "c.agent" ? { ...row, readiness: "away" as const } : row));
  await set({ team: sampleTeam(reordered) });
  await page
    .getByRole("row", { name: /^c\.agent/ })
    .getByText("Away")
    .waitFor();
  expect(await order()).toEqual(before);
  await page.getByRole("searchbox").hover();
  await expect.poll(order).toEqual([...before].reverse());
  await close();
});

test("rows keep their places while the menu is open", async () => {
  const { page, set, close } = await open();
  await page.getByRole("button", { name: "Actions for c.agent" }).click();
  await page.getByRole("searchbox").hover();
  await set({ team: sampleTeam([...SAMPLE_ROWS].reverse()) });
  expect(await page.getByRole("row").first().getAttribute("aria-label")).toMatch(/^b\.agent/);
  await page.getByRole("menuitem", { name: "Send an Instant Message c.agent" }).waitFor();
  await close();
});

test("empty, loading and error states say what is the matter", async () => {
  const { page, set, told, close } = await open(sampleTeam([], { text: "xyz" }));
  await page.getByText("Nobody matches “xyz”.").waitFor();
  await set({ team: sampleTeam([], { filter: "favorites" }) });
  await page.getByText("No favorites yet.").waitFor();
  await set({ team: { text: "", filter: "all", rows: new Map(), loading: true } });
  await page.getByText("Loading…").waitFor({ state: "attached" });
  await set({ team: { text: "", filter: "all", rows: new Map(), loading: false, problem: { code: "service-away" } } });
  await page.getByRole("alert").getByText("The Parley service does not answer.").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  expect(await told("parley-show")).toEqual([{ first: 0, last: 19 }]);
  await close();
});

test("works on after it was taken out and put back", async () => {
  const { page, host, reconnect, told, close } = await open();
  await reconnect();
  await host.getByRole("button", { name: "Actions for b.agent" }).click();
  await page.getByRole("menuitem", { name: "Send an Instant Message b.agent" }).click();
  expect(await told("parley-invite")).toEqual([{ jid: "b.agent@localhost" }]);
  await close();
});
