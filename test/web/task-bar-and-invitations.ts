import { afterAll, beforeAll, expect, test } from "vitest";
import { excerptOf } from "../../web/components/invitation.ts";
import { PENDING, sampleSession } from "../../web/gallery/samples.ts";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

const pending = (change: Parameters<typeof sampleSession>[0] = {}) =>
  sampleSession({ ...PENDING, createdAt: Date.now(), expiresAt: Date.now() + 30_000, ...change });

test("the task bar has a button for each interaction: logon first, then pending or the status, and what is unread", async () => {
  const { page, told, axe, faults, close } = await harness.element("parley-task-bar", {
    sessions: [sampleSession({ unread: 2 }), pending({ peerLogon: "c.agent" })],
    currentId: "session-b.agent",
  });
  const bar = page.getByRole("region", { name: "Task bar" });
  await bar.getByRole("button", { name: /^b\.agent\s+Connected\s+2 unread$/ }).waitFor();
  expect(await bar.getByRole("button", { name: /^b\.agent/ }).getAttribute("aria-current")).toBe("true");
  await bar.getByRole("button", { name: /^c\.agent\s+pending/ }).click();
  expect(await told("parley-open")).toEqual([{ sessionId: "session-c.agent" }]);
  expect(await axe("parley-task-bar")).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test("an invitation names the inviter, counts down, and is accepted or rejected with the keyboard", async () => {
  const { page, told, axe, faults, close } = await harness.element("parley-invitation-stack", { sessions: [pending()] });
  const dialog = page.getByRole("alertdialog", { name: "Invitation from b.agent" });
  await dialog.getByText("b.agent invites you to an instant message conversation.").waitFor();
  await dialog.getByText(/^(30|29) s left$/).waitFor();
  await dialog.getByText(/^2[0-8] s left$/).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  expect(await told("parley-accept")).toEqual([{ sessionId: "session-b.agent" }]);
  expect(await told("parley-reject")).toEqual([{ sessionId: "session-b.agent" }]);
  expect(await axe("parley-invitation-stack")).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test("invitations are stacked, and one does not take the other's place", async () => {
  const { page, set, close } = await harness.element("parley-invitation-stack", {
    sessions: [pending(), pending({ peerLogon: "c.agent" })],
  });
  expect(await page.getByRole("alertdialog").count()).toBe(2);
  await page.getByRole("alertdialog", { name: "Invitation from c.agent" }).getByRole("button", { name: "Accept" }).focus();
  await set({ sessions: [pending({ peerLogon: "c.agent" })] });
  expect(await page.getByRole("button", { name: "Accept" }).evaluate((button) => button.matches(":focus"))).toBe(true);
  await close();
});

test("the first message of an ordinary client comes with the invitation, shortened between characters", async () => {
  const long = `${"word ".repeat(40)}👩‍👩‍👧`;
  const { page, close } = await harness.element("parley-invitation-stack", { sessions: [pending({ mode: "plain", firstMessage: long })] });
  await page.getByText("b.agent writes to you from another chat program.").waitFor();
  await page.getByText(excerptOf(long)).waitFor();
  expect(excerptOf(long)).toMatch(/^word .*…$/);
  expect(excerptOf("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2)).toBe("👩‍👩‍👧…");
  expect(excerptOf("short")).toBe("short");
  await close();
});

test("stops counting when it is taken out, and counts on when it is back", async () => {
  const { page, reconnect, close } = await harness.element("parley-invitation-stack", { sessions: [pending()] });
  await reconnect();
  await page.getByText(/^2[0-8] s left$/).waitFor();
  await close();
});
