import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemNotifications } from "../support/agent-page.ts";
import { countNotifications } from "../support/page-scripts.ts";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

/** A desk that is not in front of its agent. */
function openInBackground(before?: () => void) {
  return harness.scene("desk", {
    permissions: ["notifications"],
    before: [countNotifications, () => (document.hasFocus = () => false), ...(before ? [before] : [])],
  });
}

function invite(page: Page, change: Record<string, unknown> = {}) {
  return page.evaluate((given) => {
    const gallery = document.querySelector("parley-gallery");
    const { desk } = gallery!.shadowRoot!.querySelector("parley-desk-page") as unknown as {
      desk: { sessions: { update(change: (state: { sessions: object[] }) => object): void } };
    };
    desk.sessions.update((state) => ({
      ...state,
      sessions: [
        ...state.sessions.filter((session) => (session as { id: string }).id !== "s-d"),
        {
          ...state.sessions[0],
          id: "s-d",
          peerLogon: "d.agent",
          state: "not-connected",
          role: "target",
          firstMessage: "secret words",
          pending: true,
          notifying: true,
          open: false,
          createdAt: Date.now(),
          expiresAt: Date.now() + 30_000,
          ...given,
        },
      ],
    }));
  }, change);
}

test("an invitation to a page that is not in front is a system notification with Accept and Reject, without its text", async () => {
  const { page, faults, close } = await openInBackground();
  await invite(page);
  expect(await systemNotifications(page)).toEqual([{ title: "Invitation from d.agent", body: "", actions: ["Accept", "Reject"] }]);
  await invite(page, { notifying: false });
  await expect.poll(() => systemNotifications(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test("an invitation that comes before the worker is installed is shown when it is", async () => {
  const { page, faults, close } = await openInBackground(() => {
    const { register } = ServiceWorkerContainer.prototype;
    const allowed = new Promise((resolve) => addEventListener("install", resolve));
    ServiceWorkerContainer.prototype.register = async function (...args) {
      await allowed;
      return register.apply(this, args);
    };
  });
  await invite(page);
  await page.getByRole("alertdialog", { name: "Invitation from d.agent" }).waitFor();
  await page.evaluate(() => dispatchEvent(new Event("install")));
  expect(await systemNotifications(page)).toMatchObject([{ title: "Invitation from d.agent" }]);
  expect(faults).toEqual([]);
  await close();
});

test("where there is no worker the page shows it by itself, and a click opens the conversation", async () => {
  const { page, close } = await openInBackground(() => {
    navigator.serviceWorker.register = () => Promise.reject(new DOMException("Not in a private window", "SecurityError"));
    // Headless browsers have no place on a screen where it could be clicked.
    const shownByPage: Notification[] = [];
    Object.assign(globalThis, {
      shownByPage,
      Notification: class extends Notification {
        constructor(title: string, options?: NotificationOptions) {
          super(title, options);
          shownByPage.push(this);
        }
      },
    });
    addEventListener("parley-open", () => Object.assign(globalThis, { opened: true }));
  });
  await invite(page);
  const own = () => page.evaluate(() => (globalThis as unknown as { shownByPage: Notification[] }).shownByPage.map(({ title }) => title));
  await expect.poll(own).toEqual(["Invitation from d.agent"]);
  await page.evaluate(() => (globalThis as unknown as { shownByPage: Notification[] }).shownByPage[0]!.dispatchEvent(new Event("click")));
  await page.waitForFunction(() => (globalThis as { opened?: boolean }).opened);
  await close();
});

test("the text is shown where the agent wants it so", async () => {
  const { page, close } = await openInBackground();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Keep the text of messages out of them").uncheck();
  await page.keyboard.press("Escape");
  await invite(page);
  expect(await systemNotifications(page)).toMatchObject([{ body: "secret words" }]);
  await close();
});

test("nothing is shown by the system when the agent does not want it, or looks at the page", async () => {
  const scene = await harness.scene("desk", { permissions: ["notifications"], before: [countNotifications] });
  await invite(scene.page);
  await scene.page.getByRole("alertdialog", { name: "Invitation from d.agent" }).waitFor();
  expect(await scene.page.evaluate(() => (globalThis as { notificationsShown?: number }).notificationsShown)).toBe(0);
  await scene.close();
});

test("an answer on the notification is an answer on the desk", async () => {
  const { page, close } = await openInBackground();
  await invite(page);
  const told = await page.evaluateHandle(() => {
    const events: string[] = [];
    for (const type of ["parley-accept", "parley-reject", "parley-open"]) {
      document.addEventListener(type, (event) => events.push(`${type} ${(event as CustomEvent<{ sessionId: string }>).detail.sessionId}`));
    }
    return events;
  });
  await page.evaluate(() => {
    for (const data of [
      { type: "accept", sessionId: "s-d" },
      { type: "reject", sessionId: "s-d" },
      { type: "accept", sessionId: "of another agent" },
      { type: "format", sessionId: "s-d" },
      null,
    ]) {
      navigator.serviceWorker.dispatchEvent(new MessageEvent("message", { data }));
    }
  });
  expect(await told.jsonValue()).toEqual(["parley-accept s-d", "parley-reject s-d"]);
  await close();
});

test("the shell opens without a network", async () => {
  const { page, close } = await harness.scene("desk");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.goto(harness.url);
  await page.getByRole("textbox", { name: "Agent logon" }).waitFor();
  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole("textbox", { name: "Agent logon" }).waitFor();
  await close();
});
