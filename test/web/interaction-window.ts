import { afterAll, beforeAll, expect, test } from "vitest";
import { ENDED, PENDING, sampleSession, sampleTranscript } from "../../web/gallery/samples.ts";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

const open = (properties: Record<string, unknown>) =>
  harness.element("parley-interaction-window", { transcript: sampleTranscript(), ...properties });
const showing = (change: Parameters<typeof sampleSession>[0]) => open({ sessions: [sampleSession(change)], currentId: "session-b.agent" });

test("a tab bears the other agent's logon, and says how much is unread", async () => {
  const { page, axe, faults, close } = await open({
    sessions: [sampleSession(), sampleSession({ peerLogon: "c.agent", unread: 3 })],
    currentId: "session-b.agent",
  });
  await page.getByRole("tab", { name: "b.agent", exact: true, selected: true }).waitFor();
  const other = page.getByRole("tab", { name: "c.agent", exact: true });
  expect(await other.textContent()).toMatch(/3/);
  expect(await other.getAttribute("aria-description")).toBe("3 unread");
  expect(await axe("parley-interaction-window")).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test("arrows, Home and End change the tab", async () => {
  const { page, set, told, close } = await open({
    sessions: ["b", "c", "d"].map((name) => sampleSession({ peerLogon: `${name}.agent` })),
    currentId: "session-b.agent",
  });
  await page.getByRole("tab", { name: "b.agent" }).focus();
  await page.keyboard.press("ArrowRight");
  await set({ currentId: "session-c.agent" });
  await page.keyboard.press("End");
  await set({ currentId: "session-d.agent" });
  await page.keyboard.press("ArrowRight");
  expect(await told("parley-open")).toEqual(["c", "d", "b"].map((name) => ({ sessionId: `session-${name}.agent` })));
  await close();
});

const NOTICES: [string, Parameters<typeof sampleSession>[0], string, string][] = [
  ["waiting", { state: "not-connected", reason: undefined as never }, "Not Connected", "Waiting for b.agent to accept"],
  ["accepted", {}, "Connected", "b.agent accepted the invitation"],
  ["rejected", { ...ENDED, reason: "rejected" }, "Ended", "b.agent rejected the invitation"],
  ["timed out", { state: "not-connected", reason: "timed-out" }, "Not Connected", "The invitation to b.agent timed out."],
  ["unreachable", { ...ENDED, reason: "unreachable" }, "Ended", "b.agent is unreachable"],
  ["lost for a while", { peerReachable: false }, "Connected", "b.agent is unreachable."],
  ["signed out", { ...ENDED, reason: "signed-out" }, "Ended", "b.agent signed out"],
];

for (const [name, change, status, notice] of NOTICES) {
  test(`the status indicator tells the logon, the status and what is new: ${name}`, async () => {
    const { page, close } = await showing(change);
    expect((await page.getByRole("status").textContent())?.replaceAll(/\s+/g, " ").trim()).toBe(`b.agent · ${status}`);
    await page.getByText(notice).first().waitFor();
    await close();
  });
}

test("Mark Done is there but says that the session must be ended first", async () => {
  const { page, told, close } = await showing({});
  const done = page.getByRole("button", { name: "Mark Done" });
  expect(await done.isDisabled()).toBe(true);
  await done.focus();
  await page.getByText("End the session first.").waitFor();
  await page.keyboard.press("Enter");
  expect(await told("parley-done")).toEqual([]);
  await page.getByRole("button", { name: "End Session" }).click();
  expect(await told("parley-end")).toEqual([{ sessionId: "session-b.agent" }]);
  await close();
});

test("an ended session can be read and marked done, and not written to", async () => {
  const { page, told, axe, close } = await showing(ENDED);
  expect(await page.getByRole("textbox", { name: "Message" }).isDisabled()).toBe(true);
  await page.getByRole("log", { name: "Transcript" }).getByText("Thanks, doing it.").waitFor();
  await page.getByRole("button", { name: "Mark Done" }).click();
  expect(await told("parley-done")).toEqual([{ sessionId: "session-b.agent" }]);
  expect(await axe("parley-interaction-window")).toEqual([]);
  await close();
});

test("a pending invitation shows who and what, with Accept and Reject", async () => {
  const { page, told, axe, close } = await showing({ ...PENDING, open: true, firstMessage: "Does it cover the swap?" });
  await page.getByRole("heading", { name: "b.agent invites you to an instant message conversation." }).waitFor();
  await page.getByText("Does it cover the swap?").waitFor();
  expect(await page.getByRole("textbox", { name: "Message" }).count()).toBe(0);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByRole("button", { name: "Reject" }).click();
  expect(await told("parley-accept")).toEqual([{ sessionId: "session-b.agent" }]);
  expect(await told("parley-reject")).toEqual([{ sessionId: "session-b.agent" }]);
  expect(await axe("parley-interaction-window")).toEqual([]);
  await close();
});

test("an invitation that was cancelled has no Accept", async () => {
  const { page, close } = await showing({ ...ENDED, role: "target", reason: "cancelled" });
  await page.getByText("b.agent cancelled the invitation").first().waitFor();
  expect(await page.getByRole("button", { name: "Accept" }).count()).toBe(0);
  expect(await page.getByRole("button", { name: "Mark Done" }).isDisabled()).toBe(false);
  await close();
});

test("without a session it says how to start one", async () => {
  const { page, axe, close } = await open({ sessions: [] });
  await page.getByRole("heading", { name: "No conversation is open" }).waitFor();
  expect(await axe("parley-interaction-window")).toEqual([]);
  await close();
});
