import { runQuietly, succeeds } from "./run.mjs";
import { Trouble } from "./say.mjs";

/** Builds the image that test/support/prosody.ts runs with PARLEY_TEST_PROSODY=container. */
export async function buildTestImage() {
  if (!succeeds("docker", "info")) throw new Trouble("No container engine answers (docker info): --container needs one.");
  await runQuietly(
    "docker",
    ["build", "--file", "docker/prosody.Dockerfile", "--tag", "parley-prosody", "."],
    "The image of Prosody could not be built:",
  );
}
