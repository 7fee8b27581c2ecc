import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Stage, meet } from "../support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open({ env: { PARLEY_INVITE_TIMEOUT_S: "3" } });
});
afterEach(() => stage.leave());
afterAll(() => stage?.close());

test("scenario 14, scenario 15, scenario 32, scenario 33: an unanswered invitation times out for the sender, stays pending for the target, and can still be accepted", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await ada.sendInstantMessageTo(b);
  await ben.invitationFrom(a).waitFor();
  await ada.window
    .getByText(/timed out/i)
    .first()
    .waitFor();
  expect(await ada.window.getByText(/rejected/i).count()).toBe(0);
  await ada.seesStatus(b, "Not Connected");
  await ben.invitationFrom(a).waitFor({ state: "detached" });
  const entry = ben.taskBarEntry(a);
  expect(await entry.innerText()).toMatch(/pending/);
  await entry.click();
  await ben.window
    .getByText(new RegExp(`${a}.*invite`, "i"))
    .first()
    .waitFor();
  await ben.window.getByRole("button", { name: "Reject" }).waitFor();
  await ben.window.getByRole("button", { name: "Accept" }).click();
  await ben.seesStatus(a, "Connected");
  await ada.window
    .getByText(/accepted/i)
    .first()
    .waitFor();
  await ada.seesStatus(b, "Connected");
});

test("scenario 34: an invitation whose sender gave up shows Ended without Accept, and Mark Done removes it", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await ada.sendInstantMessageTo(b);
  await ben.invitationFrom(a).waitFor();
  await ben.invitationFrom(a).waitFor({ state: "detached" });
  await ada.button("End Session").click();
  await ada.seesStatus(b, "Ended");
  await ada.button("Mark Done").click();
  await ben.taskBarEntry(a).click();
  await ben.seesStatus(a, "Ended");
  expect(await ben.window.getByRole("button", { name: "Accept" }).count()).toBe(0);
  await ben.button("Mark Done").click();
  await ben.taskBarEntry(a).waitFor({ state: "detached" });
});
