import { afterAll, beforeAll, expect, test } from "vitest";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

const open = (properties: Record<string, unknown> = {}) =>
  harness.element("parley-composer", { sessionId: "s1", peerLogon: "b.agent", ...properties });

test("Enter sends and clears, Shift+Enter makes a line, white space alone is not sent", async () => {
  const { page, told, axe, faults, close } = await open();
  const field = page.getByRole("textbox", { name: "Message" });
  await field.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("  ");
  await page.keyboard.press("Enter");
  expect(await told("parley-send")).toEqual([]);
  await field.fill("");
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  expect(await field.inputValue()).toBe("one\ntwo");
  await page.keyboard.press("Enter");
  expect(await told("parley-send")).toEqual([{ sessionId: "s1", text: "one\ntwo" }]);
  expect(await field.inputValue()).toBe("");
  expect(await axe("parley-composer")).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test("Send sends, and the focus goes back to the field", async () => {
  const { page, told, close } = await open();
  const field = page.getByRole("textbox", { name: "Message" });
  await field.fill("hello");
  await page.getByRole("button", { name: "Send" }).click();
  expect(await told("parley-send")).toEqual([{ sessionId: "s1", text: "hello" }]);
  expect(await field.evaluate((element) => element.matches(":focus"))).toBe(true);
  await close();
});

test("where the agent wants it so, Enter makes a line and Ctrl+Enter sends", async () => {
  const { page, told, close } = await open({ enterSends: false });
  await page.getByRole("textbox").focus();
  await page.keyboard.type("one");
  await page.keyboard.press("Enter");
  expect(await told("parley-send")).toEqual([]);
  await page.keyboard.press("Control+Enter");
  expect(await told("parley-send")).toEqual([{ sessionId: "s1", text: "one\n" }]);
  await close();
});

test("Enter that takes a suggestion of an input method does not send", async () => {
  const { page, told, close } = await open();
  const field = page.getByRole("textbox");
  await field.fill("にほん");
  await field.evaluate((element) => {
    element.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, composed: true, cancelable: true }),
    );
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, composed: true, cancelable: true }));
  });
  expect(await told("parley-send")).toEqual([]);
  await close();
});

test("a text that could not be stored comes back, in front of what was typed since", async () => {
  const { page, host, close } = await open();
  await host.evaluate((element) =>
    element.addEventListener("parley-send", (event) => {
      const refused = new Promise((_, reject) => {
        const refuse = () => reject(Object.assign(new Error("full"), { problem: { code: "storage-full" } }));
        Object.assign(globalThis, { refuse });
      });
      (event as CustomEvent<{ respondWith(stored: Promise<unknown>): void }>).detail.respondWith(refused);
    }),
  );
  const field = page.getByRole("textbox");
  await field.focus();
  await page.keyboard.type("first");
  await page.keyboard.press("Enter");
  await page.keyboard.type("second");
  await page.evaluate(() => (globalThis as unknown as { refuse(): void }).refuse());
  await expect.poll(() => field.inputValue()).toBe("first\nsecond");
  await page.getByRole("alert").getByText("storage is full").waitFor();
  await close();
});

test("a text that is too long is counted and not sent", async () => {
  const { page, told, close } = await open({ limit: 10 });
  const field = page.getByRole("textbox");
  await field.fill("123456789");
  await page.getByText("1 character left").waitFor();
  await field.fill("12345678901👍");
  await page.getByText("2 characters too many").waitFor();
  expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
  await field.press("Enter");
  expect(await told("parley-send")).toEqual([]);
  expect(await field.inputValue()).toBe("12345678901👍");
  await close();
});

test("says why nothing can be written", async () => {
  const { page, close } = await open({ maySend: { allowed: false, reason: "ended" } });
  expect(await page.getByRole("textbox", { name: "Message" }).isDisabled()).toBe(true);
  expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
  await page.getByText("The session has ended.").waitFor({ state: "attached" });
  await close();
});

test("takes the draft over until something is typed, and tells every change", async () => {
  const { page, set, told, close } = await open({ draft: "half a thou" });
  const field = page.getByRole("textbox");
  expect(await field.inputValue()).toBe("half a thou");
  await field.press("End");
  await page.keyboard.type("ght");
  expect((await told("parley-draft")).at(-1)).toEqual({ sessionId: "s1", text: "half a thought" });
  await set({ draft: "something older" });
  expect(await field.inputValue()).toBe("half a thought");
  await close();
});

test("tells when typing begins and ends", async () => {
  const { page, told, reconnect, close } = await open();
  await page.getByRole("textbox").focus();
  await page.keyboard.type("ab");
  expect(await told("parley-typing")).toEqual([{ sessionId: "s1", typing: true }]);
  await page.keyboard.press("Enter");
  expect((await told("parley-typing")).at(-1)).toEqual({ sessionId: "s1", typing: false });
  await page.keyboard.type("c");
  await reconnect();
  expect(await told("parley-typing")).toHaveLength(4);
  await close();
});
