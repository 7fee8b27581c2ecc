import { afterAll, beforeAll, expect, test } from "vitest";
import { NOON, SAMPLE_LINES, sampleMessage, sampleTranscript } from "../../web/gallery/samples.ts";
import { contrast } from "../support/contrast.ts";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => sampleMessage(`l${from + index}`, { text: `line ${from + index}` }));

async function open(transcript = sampleTranscript(), properties: Record<string, unknown> = {}, options = {}) {
  const element = await harness.element("parley-transcript", { transcript, sessionId: "s1", peerLogon: "b.agent", ...properties }, options);
  await element.host.evaluate((host) => ((host as HTMLElement).style.blockSize = "400px"));
  const log = element.page.getByRole("log", { name: "Transcript" });
  await log.waitFor();
  const isAtEnd = () => log.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2);
  await expect.poll(isAtEnd).toBe(true);
  return { ...element, log, isAtEnd };
}

test("every entry has the writer's logon above the text, an absolute time, and how far it got", async () => {
  const { page, axe, faults, close } = await open();
  const article = page.getByRole("article").filter({ hasText: "Thanks, doing it." });
  const [who, text] = [await article.locator("bdi").boundingBox(), await article.locator("[part=text]").boundingBox()];
  expect(who!.y + who!.height).toBeLessThanOrEqual(text!.y + 1);
  expect(await article.locator("bdi").textContent()).toBe("a.agent");
  expect(await article.locator("time").getAttribute("datetime")).toBe(new Date(NOON + 65_000).toISOString());
  expect(await article.locator("time").textContent()).toMatch(/\d{1,2}:\d{2}:05/);
  for (const word of ["Read", "Delivered", "Sent", "Queued", "Not sent"]) await page.getByText(word, { exact: true }).first().waitFor();
  expect(await axe("parley-transcript")).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`own and other logons differ in colour with enough contrast, and without colour (${colorScheme})`, async () => {
    const { page, close } = await open(undefined, {}, { colorScheme });
    const looks = await page.getByRole("article").evaluateAll((articles) =>
      articles.slice(0, 2).map((article) => {
        const { borderInlineStartStyle, marginInlineStart } = getComputedStyle(article);
        return {
          color: getComputedStyle(article.querySelector("bdi")!).color,
          mark: `${borderInlineStartStyle} ${marginInlineStart}`,
          page: getComputedStyle(document.body).backgroundColor,
        };
      }),
    );
    const [own, other] = [looks[0]!, looks[1]!];
    expect(own.color).not.toBe(other.color);
    expect(own.mark).not.toBe(other.mark);
    for (const look of looks) expect(contrast(look.color, look.page)).toBeGreaterThanOrEqual(4.5);
    await close();
  });
}

test("a failed message offers Retry and Discard", async () => {
  const { page, told, close } = await open();
  await page.getByRole("button", { name: "Retry" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  expect(await told("parley-retry")).toEqual([{ sessionId: "s1", key: "m7" }]);
  expect(await told("parley-discard")).toEqual([{ sessionId: "s1", key: "m7" }]);
  await close();
});

test("follows the newest line while the reader is at the end, and not while reading above", async () => {
  const { page, log, set, isAtEnd, close } = await open(sampleTranscript(lines(0, 50)));
  await set({ transcript: sampleTranscript(lines(0, 51)) });
  await expect.poll(isAtEnd).toBe(true);
  await log.evaluate((element) => (element.scrollTop = 200));
  const newest = page.getByRole("button", { name: "Jump to newest" });
  await newest.waitFor();
  const before = await log.evaluate((element) => element.scrollTop);
  await set({ transcript: sampleTranscript(lines(0, 53)) });
  await page.getByRole("button", { name: "Jump to newest, 2 new messages" }).waitFor();
  expect(await log.evaluate((element) => element.scrollTop)).toBe(before);
  await newest.click();
  await expect.poll(isAtEnd).toBe(true);
  await newest.waitFor({ state: "detached" });
  await close();
});

test("shows the last hundred lines, and older ones as the reader scrolls up, without moving what is read", async () => {
  const { page, log, close } = await open(sampleTranscript(lines(0, 400)));
  expect(await page.getByRole("article").count()).toBe(100);
  await log.evaluate((element) => (element.scrollTop = 10));
  const place = () => page.getByText("line 301", { exact: true }).evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const before = await place();
  await expect.poll(() => page.getByRole("article").count()).toBe(200);
  expect(Math.abs((await place()) - before)).toBeLessThanOrEqual(2);
  await close();
});

test("asks for older lines at the oldest one that is here, and takes them in", async () => {
  const { page, log, set, told, close } = await open(sampleTranscript(lines(100, 150), { hasOlder: true }));
  await log.evaluate((element) => (element.scrollTop = 0));
  await expect.poll(() => told("parley-load-older")).toEqual([{ sessionId: "s1" }]);
  await set({ transcript: sampleTranscript(lines(100, 150), { hasOlder: true, loadingOlder: true }) });
  await page.getByText("Loading older messages…").waitFor();
  const place = () => page.getByText("line 100", { exact: true }).evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const before = await place();
  await set({ transcript: sampleTranscript(lines(0, 150)) });
  await page.getByText("line 0", { exact: true }).waitFor({ state: "attached" });
  await expect.poll(async () => Math.abs((await place()) - before)).toBeLessThanOrEqual(40);
  await close();
});

test("says that lines are read only when they are on screen in front of the agent", async () => {
  const { page, log, set, told, close } = await open(sampleTranscript(lines(0, 50)));
  expect(await told("parley-read")).toEqual([]);
  await set({ attentive: true });
  await expect.poll(() => told("parley-read")).toHaveLength(1);
  await log.evaluate((element) => (element.scrollTop = 100));
  await page.getByRole("button", { name: /Jump to newest/ }).waitFor();
  await set({ transcript: sampleTranscript(lines(0, 51)) });
  expect(await told("parley-read")).toHaveLength(1);
  await log.evaluate((element) => (element.scrollTop = element.scrollHeight));
  await expect.poll(() => told("parley-read")).toHaveLength(2);
  await close();
});

test("marks where the new lines begin, and who is typing", async () => {
  const { page, set, close } = await open(sampleTranscript(SAMPLE_LINES.slice(0, 6), { firstNewKey: "m4" }), { peerTyping: true });
  const divider = await page.getByText("New messages").boundingBox();
  const line = await page.getByRole("article").filter({ hasText: "Refund ref." }).boundingBox();
  expect(divider!.y).toBeLessThan(line!.y);
  await page.getByText("b.agent is typing…").waitFor();
  await set({ transcript: sampleTranscript(SAMPLE_LINES, { firstNewKey: "m4" }) });
  await page.getByText("New messages").waitFor({ state: "detached" });
  await close();
});

test("a line that comes while the reader is looking gets no divider", async () => {
  const { page, set, close } = await open(sampleTranscript(lines(0, 5)), { attentive: true });
  await set({ transcript: sampleTranscript(lines(0, 6), { firstNewKey: "l5" }) });
  await page.getByText("line 5", { exact: true }).waitFor();
  expect(await page.getByText("New messages").count()).toBe(0);
  await close();
});

test("stays at the end after it was taken out and put back", async () => {
  const { reconnect, set, isAtEnd, close } = await open(sampleTranscript(lines(0, 50)));
  await reconnect();
  await set({ transcript: sampleTranscript(lines(0, 51)) });
  await expect.poll(isAtEnd).toBe(true);
  await close();
});
