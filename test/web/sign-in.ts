import { afterAll, beforeAll, expect, test } from "vitest";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

test("the first thing is the logon, then the password, and Enter signs in", async () => {
  const { page, told, faults, close } = await harness.element("parley-sign-in");
  expect(await page.getByRole("textbox", { name: "Agent logon" }).evaluate((field) => field.matches(":focus"))).toBe(true);
  await page.keyboard.type(" a.agent ");
  await page.keyboard.press("Tab");
  await page.keyboard.type("demo ");
  await page.keyboard.press("Enter");
  expect(await told("parley-sign-in")).toEqual([{ logon: "a.agent", password: "demo " }]);
  expect(faults).toEqual([]);
  await close();
});

test("a missing logon or password is asked for, not sent", async () => {
  const { page, told, close } = await harness.element("parley-sign-in", { logon: "" });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("Enter your agent logon.").waitFor();
  await page.getByRole("textbox", { name: "Agent logon" }).fill("a.agent");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("Enter your password.").waitFor();
  expect(await page.getByLabel("Password").getAttribute("aria-invalid")).toBe("true");
  expect(await told("parley-sign-in")).toEqual([]);
  await close();
});

const PROBLEMS: [code: string, limit: string, words: string][] = [
  ["wrong-logon-or-password", "", "The agent logon or the password is wrong."],
  ["too-many-sign-ins", "", "Too many failed sign-ins. Wait a minute and try again."],
  ["server-unreachable", "", "The server cannot be reached. Check your network and try again."],
  ["service-away", "", "The Parley service does not answer. Try again in a moment."],
  ["too-many", "open-sessions", "Too many open conversations. Mark some of them done first."],
  ["too-many", "open-sessions-of-target", "The other agent has too many open conversations."],
  ["too-many", "favorites", "You have too many favorites. Remove some of them first."],
  ["too-many", "requests", "Too much at once. Wait a moment and try again."],
];

for (const [code, limit, words] of PROBLEMS) {
  test(`${code} ${limit} is said in plain words`, async () => {
    const { page, close } = await harness.element("parley-sign-in", { problem: { code, detail: { limit } } });
    await page.getByRole("alert").getByText(words).waitFor();
    await close();
  });
}

test("while it is signing in the form is not sent again", async () => {
  const { page, told, close } = await harness.element("parley-sign-in", { logon: "a.agent", busy: true });
  await page.getByLabel("Password").fill("demo");
  await page.keyboard.press("Enter");
  expect(await page.getByRole("button", { name: "Signing in…" }).isDisabled()).toBe(true);
  expect(await told("parley-sign-in")).toEqual([]);
  await close();
});

test("the page says so when its server does not tell where the others are, and tries again when asked", async () => {
  const scene = await harness.page("/gallery.html");
  const { page, close } = scene;
  await page.route("**/config.json", (route) => route.fulfill({ status: 503 }));
  await page.goto(harness.url);
  await page.getByRole("alert").getByText("could not read its settings").waitFor();
  await page.unroute("**/config.json");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("textbox", { name: "Agent logon" }).waitFor();
  await close();
});

test("a server that is not there is told on the sign-in page", async () => {
  const { page, close } = await harness.page("/");
  await page.getByRole("textbox", { name: "Agent logon" }).fill("a.agent");
  await page.getByLabel("Password").fill("demo");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("The server cannot be reached.").waitFor({ timeout: 20_000 });
  expect(await page.getByLabel("Password").inputValue()).toBe("demo");
  await close();
});
