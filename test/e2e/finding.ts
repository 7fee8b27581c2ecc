import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type AgentPage, connect } from "../support/agent-page.ts";
import { Stage } from "../support/stage.ts";

const CROWD = 5_000;
let stage: Stage;

beforeAll(async () => {
  const crowd = Array.from({ length: CROWD }, (_, n) => `z${n}.crowd,Crowd ${n},Claims,French,im.use,`);
  stage = await Stage.open({ directoryOnly: crowd });
});
afterEach(() => stage.leave());
afterAll(() => stage?.close());

test("scenario 1: both exchange messages once the target accepted", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await Promise.all([stage.agent(a), stage.agent(b)]);
  await connect(ada, ben);
  await ada.say("Can I refund without approval?");
  await ben.transcript.getByText("Can I refund without approval?").waitFor();
  await ben.say("Up to 50 you can.");
  await ada.transcript.getByText("Up to 50 you can.").waitFor();
  expect([...ada.faults, ...ben.faults]).toEqual([]);
});

test("scenario 2: an agent without the right to use IM is offered no IM command, and a hand-made request is refused", async () => {
  const { b, e } = stage.cast();
  const [emil, ben] = await Promise.all([stage.agent(e), stage.agent(b)]);
  const menu = await emil.openActions(b);
  await expectUnavailable(menu.getByRole("menuitem", { name: /Instant Message/ }));
  const refusal = await stage.rawInvite(e, b);
  expect(refusal).toEqual({ condition: "forbidden", right: "im.use", whose: "own" });
  await expectNothingShown(ben, e);
});

test("scenario 3: an agent with the right to use but not to make receives and answers, and has no command to start", async () => {
  const { a, b, d } = stage.cast();
  const [ada, dana] = await Promise.all([stage.agent(a), stage.agent(d)]);
  const menu = await dana.openActions(b);
  await expectUnavailable(menu.getByRole("menuitem", { name: /Instant Message/ }));
  await dana.page.keyboard.press("Escape");
  await connect(ada, dana);
  await dana.say("Here I am.");
  await ada.transcript.getByText("Here I am.").waitFor();
  expect(await stage.rawInvite(d, b)).toMatchObject({ condition: "forbidden", right: "im.make", whose: "own" });
});

test("scenario 4: the IM command for an agent without the right is unavailable and says why", async () => {
  const { a, e } = stage.cast();
  const ada = await stage.agent(a);
  await stage.agent(e);
  const menu = await ada.openActions(e);
  const item = menu.getByRole("menuitem", { name: `Send an Instant Message ${e}` });
  await expectUnavailable(item);
  await menu
    .getByText(/not allowed|may not|no right/i)
    .first()
    .waitFor();
  expect(await stage.rawInvite(a, e)).toMatchObject({ condition: "forbidden", right: "im.use", whose: "target" });
});

test("scenario 5: typing part of a colleague's name or logon in the main window lists the colleague with readiness", async () => {
  const { a, b } = stage.cast();
  const [ada] = await Promise.all([stage.agent(a), stage.agent(b)]);
  await ada.search.fill(b.slice(0, -3));
  await ada.row(b).filter({ hasText: "Ready" }).waitFor();
  await ada.search.fill(`ben ${stage.castNumber(b)}`);
  await ada.row(b).waitFor();
  await ada.row(b).click();
  await ada.page.getByRole("menuitem", { name: `Send an Instant Message ${b}` }).waitFor();
});

test("scenario 6: the gadget view finds the colleague just as well", async () => {
  const { a, b } = stage.cast();
  const [ada] = await Promise.all([stage.agent(a), stage.agent(b)]);
  const gadget = await ada.openGadget();
  await gadget.search.fill(b);
  await gadget.row(b).filter({ hasText: "Ready" }).waitFor();
  const menu = await gadget.openActions(b);
  await menu.getByRole("menuitem", { name: `Send an Instant Message ${b}` }).click();
  await ada.tab(b).waitFor();
  await ada.seesStatus(b, "Not Connected");
});

test("scenario 7: in a directory of 5 000 agents three letters bring rows within 500 ms, and rows stay under the pointer", async () => {
  const { a } = stage.cast();
  const ada = await stage.agent(a);
  await ada.search.pressSequentially("z4");
  await ada.row("z4.crowd").waitFor();
  const tookMs = await ada.paintedRowsAfterTyping("9", /^z49\.crowd/);
  expect(tookMs).toBeLessThan(500);
  await ada.search.fill(".agent");
  await ada.row(a).waitFor();
  const before = await ada.rowOrder();
  const newcomer = before.find((logon) => logon !== a)!;
  await ada.row(newcomer).hover();
  await stage.agent(newcomer);
  await ada.row(newcomer).filter({ hasText: "Ready" }).waitFor();
  expect(await ada.rowOrder()).toEqual(before);
});

test("scenario 8: a colleague who signed out is shown so with the command disabled; one whose connection died is unreachable", async () => {
  const { a, b, c } = stage.cast();
  const [ada, ben, cleo] = await Promise.all([stage.agent(a), stage.agent(b), stage.agent(c)]);
  await ada.search.fill(b);
  await ada.row(b).filter({ hasText: "Ready" }).waitFor();
  await ben.signOut();
  await ada.row(b).filter({ hasText: "Signed out" }).waitFor();
  const menu = await ada.openActions(b);
  await expectUnavailable(menu.getByRole("menuitem", { name: `Send an Instant Message ${b}` }));
  await ada.page.keyboard.press("Escape");
  await ada.search.fill(c);
  await ada.row(c).filter({ hasText: "Ready" }).waitFor();
  await cleo.crash();
  await ada.row(c).filter({ hasText: "Unreachable" }).waitFor({ timeout: 30_000 });
});

async function expectUnavailable(item: Locator): Promise<void> {
  if ((await item.count()) === 0) return;
  expect(await item.first().isDisabled()).toBe(true);
}

async function expectNothingShown(agent: AgentPage, from: string): Promise<void> {
  // The request was refused before this; whatever it had caused would have reached the page ahead of the answer to a new search.
  await agent.search.fill(from);
  await agent.row(from).waitFor();
  expect(await agent.invitationFrom(from).count()).toBe(0);
  expect(await agent.taskBarEntry(from).count()).toBe(0);
}
