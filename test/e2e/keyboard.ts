import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { connect } from "../support/agent-page.ts";
import { violations } from "../support/axe.ts";
import { Stage, meet } from "../support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.leave());
afterAll(() => stage?.close());

test("scenario 92: from finding the colleague to Mark Done with the keyboard only, every step announced", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  const announcedToBen = await ben.listenToAnnouncements();
  const announcedToAda = await ada.listenToAnnouncements();

  await ada.focusByTab("searchbox", "Search");
  await ada.page.keyboard.type(b);
  await ada.row(b).waitFor();
  await ada.page.keyboard.press("ArrowDown");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByRole("menuitem", { name: `Send an Instant Message ${b}` }).waitFor();
  await ada.page.keyboard.press("Enter");
  await ada.seesStatus(b, "Not Connected");

  await ben.invitationFrom(a).waitFor();
  await expect.poll(() => announcedToBen()).toContain(a);
  await ben.focusByTab("button", "Accept");
  await ben.page.keyboard.press("Enter");
  await ben.seesStatus(a, "Connected");
  await expect.poll(() => announcedToAda()).toContain("Connected");

  await ada.focusByTab("textbox", "Message");
  await ada.page.keyboard.type("typed without a mouse");
  await ada.page.keyboard.press("Enter");
  await ben.transcript.getByText("typed without a mouse").waitFor();
  await expect.poll(() => announcedToBen()).toContain("typed without a mouse");

  await ada.focusByTab("button", "End Session");
  await ada.page.keyboard.press("Enter");
  await ada.seesStatus(b, "Ended");
  await expect.poll(() => announcedToBen()).toContain("Ended");
  await ada.focusByTab("button", "Mark Done");
  await ada.page.keyboard.press("Enter");
  await ada.tab(b).waitFor({ state: "detached" });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 400]) {
    test(`scenario 92: axe finds nothing on the ${colorScheme} desk ${width} px wide, from sign-in to an ended session`, async () => {
      const { a, b, c } = stage.cast();
      const options = { colorScheme, viewport: { width, height: 800 } };
      const visitor = await stage.visitor(a, options);
      expect(await violations(visitor.page)).toEqual([]);
      await visitor.signIn();
      const ben = await stage.agent(b);
      const cleo = await stage.agent(c);
      await cleo.sendInstantMessageTo(a);
      await visitor.invitationFrom(c).waitFor();
      expect(await violations(visitor.page)).toEqual([]);
      await visitor.accept(c);
      await visitor.seesStatus(c, "Connected");
      await cleo.say("a line to look at");
      await visitor.transcript.getByText("a line to look at").waitFor();
      expect(await violations(visitor.page)).toEqual([]);
      await visitor.showTeam();
      await connect(visitor, ben);
      await visitor.button("End Session").click();
      await visitor.seesStatus(b, "Ended");
      expect(await violations(visitor.page)).toEqual([]);
    });
  }
}
