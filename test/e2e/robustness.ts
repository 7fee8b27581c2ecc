import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { connect } from "../support/agent-page.ts";
import { Stage, meet } from "../support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.leave());
afterAll(() => stage?.close());

test("scenario 83: three messages typed while the network was cut for 60 s arrive once and in order, shown as queued meanwhile", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  await ada.page.context().setOffline(true);
  const cutAt = performance.now();
  await ada.page
    .getByText(/connection is lost/i)
    .first()
    .waitFor();
  for (const text of ["one", "two", "three"]) await ada.say(`${text} while cut`);
  await expect.poll(() => ada.transcript.getByText(/queued/i).count()).toBe(3);
  // The length of the cut is what the scenario is about: nothing happens at its end that could be awaited.
  await setTimeout(60_000 - (performance.now() - cutAt));
  await ada.page.context().setOffline(false);
  await ben.transcript.getByText("three while cut").waitFor({ timeout: 40_000 });
  await expect.poll(() => ben.messages()).toEqual(["one while cut", "two while cut", "three while cut"]);
  await expect.poll(() => ada.transcript.getByText(/queued/i).count(), { timeout: 15_000 }).toBe(0);
  await expect.poll(() => ada.messages()).toEqual(["one while cut", "two while cut", "three while cut"]);
});

test("scenario 85: of two devices of the target one accepts, the other says answered elsewhere within a second, the transcript is on both", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  const second = await stage.agent(b);
  await ada.sendInstantMessageTo(b);
  await Promise.all([ben.invitationFrom(a).waitFor(), second.invitationFrom(a).waitFor()]);
  await ben.accept(a);
  await second.page
    .getByText(/answered elsewhere/i)
    .first()
    .waitFor({ timeout: 1_000 });
  expect(await second.invitationFrom(a).count()).toBe(0);
  await second.taskBarEntry(a).click();
  await ada.say("to both devices");
  await ben.transcript.getByText("to both devices").waitFor();
  await second.transcript.getByText("to both devices").waitFor();
});

test("scenario 86: of two devices of the target one rejects, the other loses the invitation, the sender is told once", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  const second = await stage.agent(b);
  await ada.sendInstantMessageTo(b);
  await Promise.all([ben.invitationFrom(a).waitFor(), second.invitationFrom(a).waitFor()]);
  await ben.invitationFrom(a).getByRole("button", { name: "Reject" }).click();
  await second.invitationFrom(a).waitFor({ state: "detached" });
  await second.taskBarEntry(a).waitFor({ state: "detached" });
  await ada.seesStatus(b, "Ended");
  await expect.poll(() => ada.transcript.getByText(/rejected/i).count()).toBe(1);
});

test("scenario 87: two agents who invite each other at the same time get one session", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  const [menuOfAda, menuOfBen] = await Promise.all([ada.openActions(b), ben.openActions(a)]);
  await Promise.all([
    menuOfAda.getByRole("menuitem", { name: `Send an Instant Message ${b}` }).click(),
    menuOfBen.getByRole("menuitem", { name: `Send an Instant Message ${a}` }).click(),
  ]);
  await Promise.all([ada.seesStatus(b, "Connected"), ben.seesStatus(a, "Connected")]);
  await expect.poll(() => ada.window.getByRole("tab").count()).toBe(1);
  await expect.poll(() => ben.window.getByRole("tab").count()).toBe(1);
  await ada.say("one session");
  await ben.transcript.getByText("one session").waitFor();
  expect(await ada.invitationFrom(b).count()).toBe(0);
  expect(await ben.invitationFrom(a).count()).toBe(0);
});

test("scenario 88: a killed browser shows as unreachable within 30 s, and the session goes on when the agent returns", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  await ben.crash();
  await ada.window
    .getByText(new RegExp(`${b}.*unreachable`, "i"))
    .first()
    .waitFor({ timeout: 30_000 });
  const returned = await stage.agent(b);
  await returned.taskBarEntry(a).click();
  await returned.seesStatus(a, "Connected");
  await ada.say("welcome back");
  await returned.transcript.getByText("welcome back").waitFor();
});

test("scenario 89: a proper sign-out ends the session for the other side, with the reason", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  await ben.signOut();
  await ada.seesStatus(b, "Ended");
  await ada.window
    .getByText(/signed out/i)
    .first()
    .waitFor();
});

test("scenario 90: markup and script in a message are shown as text", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  const hostile = [
    `<script>document.title="owned"</script>`,
    `<img src=x onerror="document.title='owned'">`,
    "javascript:document.title='owned'",
    "${document.title='owned'}",
    "]]></body><evil xmlns='x'/>",
    "\u202Etxt.exe",
    "👩‍👩‍👧 日本語 عربى",
  ];
  for (const text of hostile) await ada.say(text);
  await expect.poll(() => ben.messages()).toEqual(hostile);
  await expect.poll(() => ada.messages()).toEqual(hostile);
  expect(await ben.page.title()).not.toContain("owned");
  expect(await ben.transcript.getByRole("link").count()).toBe(0);
  expect([...ada.faults, ...ben.faults]).toEqual([]);
});

test("scenario 91: an own message from another device is not counted as unread", async () => {
  const { a, b, c } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  const cleo = await stage.agent(c);
  const second = await stage.agent(b);
  await connect(ada, ben);
  await ben.say("from my first device");
  await ada.transcript.getByText("from my first device").waitFor();
  await second.taskBarEntry(a).waitFor();
  // What the first device displays has been read on the second as well: it looks at something else.
  await connect(ben, cleo);
  await ada.say("from the other side");
  await expect
    .poll(() =>
      second
        .taskBarEntry(a)
        .getAttribute("aria-label")
        .then((label) => label ?? second.taskBarEntry(a).innerText()),
    )
    .toMatch(/\b1\b/);
});
