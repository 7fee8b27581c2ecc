import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { connect } from "../support/agent-page.ts";
import { Stage, meet } from "../support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.leave());
afterAll(() => stage?.close());

test("a wrong password is refused in words that do not tell whether the logon exists, and the page can be used again at once", async () => {
  const { a } = stage.cast();
  const words: string[] = [];
  for (const logon of [a, "nobody.here"]) {
    const page = await stage.visitor(logon);
    await page.trySignIn("not the password");
    words.push(await page.page.getByRole("alert").filter({ hasText: /\S/ }).innerText());
    expect(await page.page.getByRole("textbox", { name: "Agent logon" }).inputValue()).toBe(logon);
  }
  expect(words[0]).toMatch(/logon|password/i);
  expect(words[1]).toBe(words[0]);
});

test("a message of 1 MB is refused in words before it is sent, and stays in the composer", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  const text = "x".repeat(1_000_000);
  await ada.composer.fill(text);
  await ada.composer.press("Enter");
  await ada.window
    .getByText(/too (long|many)/i)
    .first()
    .waitFor();
  expect((await ada.composer.inputValue()).length).toBe(text.length);
  await ada.say("a short one");
  await ben.transcript.getByText("a short one").waitFor();
  await expect.poll(() => ben.messages()).toEqual(["a short one"]);
});

test("control characters and lone surrogates do not break the conversation", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  await ada.say("before \u0001\u000b\u001f and \ud800 lone and \udc00 more");
  await ada.say("after");
  await ben.transcript.getByText("after").waitFor();
  const [first] = await ben.messages();
  expect(first).toMatch(/^before .* and .* lone and .* more$/);
  expect(first).toBe((await ada.messages())[0]);
});

test("two tabs of the same agent are two devices: both show the session, and neither disturbs the other", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  const secondTab = await ada.duplicate();
  await connect(ada, ben);
  await secondTab.taskBarEntry(b).click();
  await ada.say("from the first tab");
  await secondTab.say("from the second tab");
  await expect.poll(async () => (await ben.messages()).sort()).toEqual(["from the first tab", "from the second tab"]);
  await secondTab.page.close();
  await ada.say("still here");
  await ben.transcript.getByText("still here").waitFor();
  await ada.seesStatus(b, "Connected");
});

test("storage forbidden: the desk says so once and works from memory", async () => {
  const { a, b } = stage.cast();
  const ben = await stage.agent(b);
  const ada = await stage.visitor(a, { withoutStorage: true });
  await ada.signIn();
  await ada.page
    .getByText(/store anything/i)
    .first()
    .waitFor();
  await connect(ada, ben);
  await ada.say("kept in memory");
  await ben.transcript.getByText("kept in memory").waitFor();
});

test("what was typed but not sent is still there after a reload, and so is what was queued", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  await ada.composer.fill("a draft");
  await ada.page.reload();
  await ada.seesStatus(b, "Connected");
  await expect.poll(() => ada.composer.inputValue()).toBe("a draft");
  await ada.composer.press("Enter");
  await ben.transcript.getByText("a draft").waitFor();
  await expect.poll(() => ben.messages()).toEqual(["a draft"]);
});
