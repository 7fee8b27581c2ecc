import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { contrast } from "../support/contrast.ts";
import { connect } from "../support/agent-page.ts";
import { Stage, meet } from "../support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.leave());
afterAll(() => stage?.close());

test("scenario 9: the Action menu's item reads exactly Send an Instant Message and the logon", async () => {
  const { a, b } = stage.cast();
  const [ada] = await meet(stage, a, b);
  const menu = await ada.openActions(b);
  expect(await menu.getByRole("menuitem").allInnerTexts()).toContain(`Send an Instant Message ${b}`);
});

test("scenario 10, scenario 11, scenario 17, scenario 18, scenario 27: an IM opens Not Connected without a first message, and the target is invited", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await ada.sendInstantMessageTo(b);
  await ada.seesStatus(b, "Not Connected");
  expect((await ada.window.getByRole("tab", { selected: true }).innerText()).trim()).toBe(b);
  const invitation = ben.invitationFrom(a);
  await invitation.getByRole("button", { name: "Accept" }).waitFor();
  await invitation.getByRole("button", { name: "Reject" }).waitFor();
  await ben.accept(a);
  await ada.seesStatus(b, "Connected");
});

test("scenario 12: the sender is told of the accept", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await ada.sendInstantMessageTo(b);
  await ben.accept(a);
  await ada.window
    .getByText(/accepted/i)
    .first()
    .waitFor();
  await ada.seesStatus(b, "Connected");
});

test("scenario 13, scenario 31: a reject ends the session for the sender and leaves nothing with the target", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await ada.sendInstantMessageTo(b);
  await ben.invitationFrom(a).getByRole("button", { name: "Reject" }).click();
  await ada.window
    .getByText(/rejected/i)
    .first()
    .waitFor();
  await ada.seesStatus(b, "Ended");
  await ben.invitationFrom(a).waitFor({ state: "detached" });
  await ben.taskBarEntry(a).waitFor({ state: "detached" });
  expect(await ben.tab(a).count()).toBe(0);
  await ada.button("Mark Done").click();
  await ada.tab(b).waitFor({ state: "detached" });
});

test("scenario 16: an unreachable target is told at once", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  const menu = await ada.openActions(b);
  await ben.signOut();
  await expect.poll(() => stage.service.cli("agent", "list", b), { timeout: 10_000 }).toMatch(/signed.out/i);
  const started = performance.now();
  await menu.getByRole("menuitem", { name: `Send an Instant Message ${b}` }).click({ force: true });
  await ada.page
    .getByText(/unreachable|cannot be reached|signed out/i)
    .first()
    .waitFor();
  expect(performance.now() - started).toBeLessThan(stage.inviteTimeoutMs);
});

test("scenario 19, scenario 39: messages of both appear in order, with identical content on both sides", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  const said: string[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const [speaker, listener] = turn % 2 ? [ben, ada] : [ada, ben];
    const text = `turn ${turn} of ${speaker.logon}`;
    said.push(text);
    await speaker.say(text);
    await listener.transcript.getByText(text).waitFor();
  }
  await expect.poll(() => ada.messages()).toEqual(said);
  await expect.poll(() => ben.messages()).toEqual(said);
});

test("scenario 20, scenario 21, scenario 40, scenario 41: each entry shows the writer above the text in a colour of its own, and an absolute time", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  await ada.say("from Ada");
  await ben.transcript.getByText("from Ada").waitFor();
  await ben.say("from Ben");
  await ada.transcript.getByText("from Ben").waitFor();
  for (const page of [ada, ben]) {
    const [first, second] = await page.entries();
    expect([first!.logon, second!.logon]).toEqual([a, b]);
    for (const entry of [first!, second!]) {
      expect(entry.logonTop).toBeLessThan(entry.textTop);
      expect(entry.time).toMatch(/\d{1,2}[:.]\d{2}/);
      expect(Date.parse(entry.dateTime)).not.toBeNaN();
      expect(contrast(entry.color, entry.background)).toBeGreaterThanOrEqual(4.5);
    }
    expect(first!.color).not.toBe(second!.color);
    expect(first!.marking).not.toBe(second!.marking);
  }
  // "Own" is the same colour for everybody.
  expect((await ada.entries())[0]!.color).toBe((await ben.entries())[1]!.color);
});

test("scenario 22, scenario 42: Send and Enter send and clear the field, Shift+Enter makes a line, white space alone is not sent", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  for (const [writer, reader] of [
    [ada, ben],
    [ben, ada],
  ] as const) {
    await writer.composer.fill(`clicked by ${writer.logon}`);
    await writer.button("Send").click();
    await reader.transcript.getByText(`clicked by ${writer.logon}`).waitFor();
    expect(await writer.composer.inputValue()).toBe("");
    await writer.composer.pressSequentially("one");
    await writer.composer.press("Shift+Enter");
    await writer.composer.pressSequentially(`two ${writer.logon}`);
    expect(await writer.composer.inputValue()).toBe(`one\ntwo ${writer.logon}`);
    await writer.composer.press("Enter");
    await reader.transcript.getByText(`two ${writer.logon}`).waitFor();
    expect(await writer.composer.inputValue()).toBe("");
    const before = (await writer.messages()).length;
    await writer.composer.fill("  \n ");
    await writer.composer.press("Enter");
    await writer.say(`after the blank ${writer.logon}`);
    await reader.transcript.getByText(`after the blank ${writer.logon}`).waitFor();
    expect((await writer.messages()).length).toBe(before + 1);
  }
});

test("scenario 23, scenario 24, scenario 44: End Session ends both sides readably, Mark Done closes one's own window only", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  await ada.say("the last word");
  await ben.transcript.getByText("the last word").waitFor();
  await ada.button("End Session").click();
  await ada.seesStatus(b, "Ended");
  await ben.seesStatus(a, "Ended");
  for (const page of [ada, ben]) {
    expect(await page.composer.isDisabled()).toBe(true);
    await page.transcript.getByText("the last word").waitFor();
  }
  await ada.button("Mark Done").click();
  await ada.tab(b).waitFor({ state: "detached" });
  await ben.tab(a).waitFor();
  await ben.button("Mark Done").click();
  await ben.tab(a).waitFor({ state: "detached" });
});

test("scenario 25: Mark Done is not available while Connected", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  expect(await ada.button("Mark Done").isDisabled()).toBe(true);
  expect(await ben.button("Mark Done").isDisabled()).toBe(true);
});

test("scenario 26: two sessions have two tabs with their own status and transcript", async () => {
  const { a, b, c } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  const cleo = await stage.agent(c);
  await connect(ada, ben);
  await connect(ada, cleo);
  await ada.say("only for Cleo");
  await ada.tab(b).click();
  await ada.say("only for Ben");
  await cleo.transcript.getByText("only for Cleo").waitFor();
  await ben.transcript.getByText("only for Ben").waitFor();
  await expect.poll(() => ada.messages()).toEqual(["only for Ben"]);
  await ada.tab(c).click();
  await expect.poll(() => ada.messages()).toEqual(["only for Cleo"]);
  await ada.button("End Session").click();
  await ada.seesStatus(c, "Ended");
  await ada.tab(b).click();
  await ada.seesStatus(b, "Connected");
  await expect.poll(() => cleo.messages()).toEqual(["only for Cleo"]);
  await expect.poll(() => ben.messages()).toEqual(["only for Ben"]);
});
