import { afterAll, afterEach, beforeAll, test } from "vitest";
import { connect } from "../support/agent-page.ts";
import { Stage, meet } from "../support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.leave());
afterAll(() => stage?.close());

test("the service away: new invitations fail at once in words, running sessions go on, and all is well when it is back", async () => {
  const { a, b, c } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await stage.agent(c);
  await connect(ada, ben);
  await ada.search.fill(c);
  await ada.row(c).filter({ hasText: "Ready" }).waitFor();
  await stage.service.kill();
  await ada.team.getByRole("button", { name: `Actions for ${c}` }).click();
  await ada.page.getByRole("menuitem", { name: `Send an Instant Message ${c}` }).click();
  await ada.page
    .getByText(/service.*(away|not answer|unavailable)/i)
    .first()
    .waitFor();
  await ada.tab(b).click();
  await ada.say("we can still talk");
  await ben.transcript.getByText("we can still talk").waitFor();
  await stage.service.restart();
  await ada.page
    .getByText(/open conversations go on/i)
    .first()
    .waitFor({ state: "detached", timeout: 30_000 });
  await ada.sendInstantMessageTo(c);
});

test("Prosody away at sign-in: clear words, and the next attempt succeeds", async () => {
  const { a } = stage.cast();
  const page = await stage.visitor(a);
  await stage.prosody.kill();
  await page.trySignIn();
  await page.page
    .getByRole("alert")
    .filter({ hasText: /cannot be reached/i })
    .waitFor();
  await stage.prosody.restart();
  await page.signIn();
});
