import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { connect } from "../support/agent-page.ts";
import { Stage, meet } from "../support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.leave());
afterAll(() => stage?.close());

test("scenario 84: Prosody and the service restart during a session; nothing is lost or doubled", async () => {
  const { a, b } = stage.cast();
  const [ada, ben] = await meet(stage, a, b);
  await connect(ada, ben);
  await ada.say("before");
  await ben.transcript.getByText("before").waitFor();
  await stage.prosody.kill();
  await ada.page
    .getByText(/connection is lost/i)
    .first()
    .waitFor();
  await ada.say("during");
  await stage.prosody.restart();
  await ben.transcript.getByText("during").waitFor({ timeout: 60_000 });
  await stage.service.restart();
  await ben.say("after");
  await ada.transcript.getByText("after").waitFor({ timeout: 30_000 });
  await ada.seesStatus(b, "Connected");
  await ben.seesStatus(a, "Connected");
  await expect.poll(() => ada.messages()).toEqual(["before", "during", "after"]);
  await expect.poll(() => ben.messages()).toEqual(["before", "during", "after"]);
});
