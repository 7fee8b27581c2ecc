import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { connect } from "../support/agent-page.ts";
import { Stage, meet } from "../support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.leave());
afterAll(() => stage?.close());

test("scenario 27, scenario 28: the notification is at the bottom right above the task bar, and a minimised entry is in the task bar", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await ada.sendInstantMessageTo(b);
  const invitation = ben.invitationFrom(a);
  await invitation.waitFor();
  const [box, bar] = [(await invitation.boundingBox())!, (await ben.taskBar.boundingBox())!];
  const { width, height } = ben.page.viewportSize()!;
  expect(box.x).toBeGreaterThan(width / 2);
  expect(box.y + box.height).toBeGreaterThan(height / 2);
  expect(box.y + box.height).toBeLessThanOrEqual(bar.y);
  await ben.taskBarEntry(a).waitFor();
  expect(await ben.taskBarEntry(a).innerText()).toMatch(/pending/);
  expect(await ben.tab(a).count()).toBe(0);
});

test("scenario 29: a page in the background shows a system notification, plays a sound and marks its tab", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await Promise.all([stage.agent(a), stage.agent(b, { notifications: true })]);
  // The page is the same for whoever signs in next.
  await ben.signOut();
  await ben.signIn();
  await ben.goToBackground();
  await ada.sendInstantMessageTo(b);
  expect(await ben.systemNotifications()).toEqual([{ title: `Invitation from ${a}`, body: "", actions: ["Accept", "Reject"] }]);
  await expect.poll(() => ben.page.title()).toMatch(/\(1\)/);
  expect(await ben.soundsPlayed()).toBeGreaterThan(0);
  expect(ben.faults).toEqual([]);
});

test("scenario 30, scenario 36, scenario 37, scenario 38: Accept opens the IM named by the caller's logon, Connected", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await ada.sendInstantMessageTo(b);
  await ben.accept(a);
  await ben.seesStatus(a, "Connected");
  expect((await ben.window.getByRole("tab", { selected: true }).innerText()).trim()).toBe(a);
  expect(await ben.window.getByText("Not Connected").count()).toBe(0);
  await ada.button("End Session").click();
  await ben.seesStatus(a, "Ended");
});

test("scenario 35: a pending invitation is still there after the target reloads the page", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await ada.sendInstantMessageTo(b);
  await ben.invitationFrom(a).waitFor();
  await ben.page.reload();
  await ben.taskBarEntry(a).waitFor();
  expect(await ben.taskBarEntry(a).innerText()).toMatch(/pending/);
  await ben.taskBarEntry(a).click();
  await ben.window.getByRole("button", { name: "Accept" }).click();
  await ada.seesStatus(b, "Connected");
});

test("scenario 43: the target ends the session and the sender is told", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  await ben.button("End Session").click();
  await ben.seesStatus(a, "Ended");
  await ada.seesStatus(b, "Ended");
  await ada.window
    .getByText(new RegExp(`ended by ${b}|${b} ended`, "i"))
    .first()
    .waitFor();
  expect(await ada.composer.isDisabled()).toBe(true);
});
