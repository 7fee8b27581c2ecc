import { afterAll, beforeAll, expect, test } from "vitest";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

const SCENES = [
  "desk",
  "desk-empty",
  "invitations",
  "pending-displayed",
  "ended",
  "long-transcript",
  "reconnecting",
  "service-away",
  "problems",
  "team-loading",
  "team-empty",
  "team-problem",
  "gadget",
  "sign-in",
  "sign-in-wrong",
];

for (const name of SCENES) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 400]) {
      test(`axe finds nothing in the scene ${name}, ${colorScheme}, ${width} px`, async () => {
        const { axe, faults, close } = await harness.scene(name, { colorScheme, width });
        expect(await axe()).toEqual([]);
        expect(faults).toEqual([]);
        await close();
      });
    }
  }
}

// 640 px is what 1280 px are at a zoom of 200 %.
for (const [width, dir] of [
  [400, "ltr"],
  [640, "ltr"],
  [1280, "rtl"],
  [400, "rtl"],
] as const) {
  for (const name of ["desk", "invitations", "reconnecting", "sign-in"]) {
    test(`nothing runs out of the scene ${name} at ${width} px, ${dir}`, async () => {
      const { page, axe, close } = await harness.scene(name, { width, height: 640 });
      await page.evaluate((value) => (document.documentElement.dir = value), dir);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(over).toBe(0);
      expect(await axe()).toEqual([]);
      await close();
    });
  }
}

test("in forced colours and with reduced motion everything is still there", async () => {
  const { page, axe, close } = await harness.scene("invitations", { forcedColors: "active", reducedMotion: "reduce" });
  expect(await axe()).toEqual([]);
  expect(
    await page
      .getByRole("alertdialog")
      .first()
      .evaluate((dialog) => getComputedStyle(dialog).animationName),
  ).toBe("none");
  await close();
});

test("every target is at least 24 by 24 pixels", async () => {
  for (const [name, width] of [
    ["invitations", 1280],
    ["desk", 400],
  ] as const) {
    const { page, close } = await harness.scene(name, { width });
    const small = await page
      .getByRole("button")
      .or(page.getByRole("tab"))
      .evaluateAll((targets) =>
        targets
          .map((target) => ({ name: target.textContent?.trim(), box: target.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24)),
      );
    expect(small).toEqual([]);
    await close();
  }
});

test("a notification lies at the bottom right, above the task bar, and never on the composer", async () => {
  for (const width of [1280, 400]) {
    const { page, close } = await harness.scene("invitations", { width });
    if (width === 400) await page.getByRole("button", { name: "Conversations" }).click();
    const composer = page.getByRole("textbox", { name: "Message" });
    await composer.fill("one\ntwo\nthree\nfour\nfive");
    const send = (await page.getByRole("button", { name: "Send", exact: true }).boundingBox())!;
    const field = (await composer.boundingBox())!;
    await expect
      .poll(async () => {
        const boxes = await Promise.all((await page.getByRole("alertdialog").all()).map((dialog) => dialog.boundingBox()));
        return Math.max(...boxes.map((box) => box!.y + box!.height));
      })
      .toBeLessThanOrEqual(Math.min(send.y, field.y));
    await page.getByRole("button", { name: "Send", exact: true }).click({ trial: true });
    await close();
  }
});

test("an invitation that comes while somebody types is announced and does not take the focus", async () => {
  const { page, close } = await harness.scene("desk");
  const composer = page.getByRole("textbox", { name: "Message" });
  await composer.fill("half a");
  await page.evaluate(() => {
    const gallery = document.querySelector("parley-gallery");
    const { desk } = gallery!.shadowRoot!.querySelector("parley-desk-page") as unknown as {
      desk: { sessions: { update(change: (state: { sessions: object[] }) => object): void } };
    };
    desk.sessions.update((state) => ({
      ...state,
      sessions: [
        ...state.sessions,
        {
          ...state.sessions[0],
          id: "s-d",
          peerLogon: "d.agent",
          state: "not-connected",
          role: "target",
          pending: true,
          notifying: true,
          open: false,
          createdAt: Date.now(),
          expiresAt: Date.now() + 30_000,
        },
      ],
    }));
  });
  await page.getByRole("alertdialog", { name: "Invitation from d.agent" }).waitFor();
  expect(await composer.evaluate((field) => field.matches(":focus"))).toBe(true);
  await page.keyboard.type(" thought");
  expect(await composer.inputValue()).toBe("half a thought");
  await page.locator("[aria-live=assertive]").getByText("Invitation from d.agent. Press F6 to go to it.").waitFor({ state: "attached" });
  expect(await page.title()).toBe("(3) Parley · a.agent");
  expect(await page.locator("link[rel=icon]").getAttribute("href")).toBe("/icon-badge.svg");
  const accept = page.getByRole("alertdialog").getByRole("button", { name: "Accept" });
  await page.keyboard.press("F6");
  expect(await accept.evaluate((button) => button.matches(":focus"))).toBe(true);
  await page.keyboard.press("F6");
  expect(await page.getByRole("searchbox").evaluate((field) => field.matches(":focus"))).toBe(true);
  await page.keyboard.press("F6");
  expect(await composer.evaluate((field) => field.matches(":focus"))).toBe(true);
  await page.keyboard.press("F6");
  expect(
    await page
      .getByRole("button", { name: /^b\.agent/ })
      .last()
      .evaluate((button) => button.matches(":focus")),
  ).toBe(true);
  await close();
});

test("on a phone the team and the conversations are one tap away", async () => {
  const { page, close } = await harness.scene("desk", { width: 400 });
  await page.getByRole("region", { name: "Team Communicator" }).waitFor();
  expect(await page.getByRole("region", { name: "Interaction window" }).isVisible()).toBe(false);
  await page.getByRole("button", { name: /^Conversations/ }).click();
  await page.getByRole("log", { name: "Transcript" }).waitFor();
  expect(await page.getByRole("region", { name: "Team Communicator" }).isVisible()).toBe(false);
  await page.getByRole("button", { name: "Team" }).click();
  await page.getByRole("searchbox", { name: "Search" }).waitFor();
  await close();
});

test("the settings hold at once and after a reload", async () => {
  const { page, axe, close } = await harness.scene("desk");
  await page.getByRole("button", { name: "Settings" }).click();
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await dialog.getByLabel("Theme").selectOption("Dark");
  await dialog.getByLabel("Density").selectOption("Compact");
  await dialog.getByLabel("Enter sends the message").uncheck();
  expect(await axe()).toEqual([]);
  await page.reload();
  await page.getByRole("region", { name: "Team Communicator" }).waitFor();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
  expect((await page.getByRole("row").first().boundingBox())!.height).toBe(40);
  await page.getByText("Ctrl+Enter sends, Enter makes a new line.").waitFor();
  await close();
});

test("the gadget view is the same desk in a small window, and goes with the page", async () => {
  const { page, faults, close } = await harness.scene("desk");
  const opened = page.context().waitForEvent("page");
  await page.getByRole("button", { name: "Gadget view" }).click();
  const gadget = await opened;
  await gadget
    .getByRole("row", { name: /^b\.agent/ })
    .getByText("Ready · Billing")
    .waitFor();
  expect(await gadget.getByRole("region", { name: "Team Communicator" }).evaluate((section) => getComputedStyle(section).display)).toBe(
    "flex",
  );
  await gadget.getByRole("button", { name: "Actions for b.agent" }).click();
  await gadget.getByRole("menuitem", { name: "Send an Instant Message b.agent" }).click();
  await expect.poll(() => page.getByRole("textbox", { name: "Message" }).evaluate((field) => field.matches(":focus"))).toBe(true);
  const gone = gadget.waitForEvent("close");
  await page.goto("about:blank");
  await gone;
  expect(faults).toEqual([]);
  await close();
});

test("Try now, Dismiss, Sign out and the readiness menu reach the desk", async () => {
  const { page, close } = await harness.scene("reconnecting");
  const events = await page.evaluateHandle(() => {
    const told: string[] = [];
    for (const type of ["parley-try-now", "parley-sign-out", "parley-readiness"])
      document.addEventListener(type, (event) => told.push(`${type} ${JSON.stringify((event as CustomEvent).detail)}`));
    return told;
  });
  await page.getByRole("button", { name: "Try now" }).click();
  await page.getByRole("button", { name: "Readiness: Ready" }).click();
  await page.getByRole("menuitemradio", { name: "Not Ready: Lunch" }).click();
  await page.getByRole("button", { name: "Readiness: Ready" }).click();
  await page.getByRole("menuitemradio", { name: "Not Ready: other reason…" }).click();
  await page.getByRole("textbox", { name: "Reason" }).fill("dentist");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Sign out" }).click();
  expect(await events.jsonValue()).toEqual([
    "parley-try-now null",
    'parley-readiness {"readiness":{"type":"not-ready","reason":"Lunch"}}',
    'parley-readiness {"readiness":{"type":"not-ready","reason":"dentist"}}',
    "parley-sign-out null",
  ]);
  await close();
});
