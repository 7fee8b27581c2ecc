import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProsody, type Prosody } from "../support/prosody.ts";

describe("the project's Prosody", () => {
  let prosody: Prosody;
  beforeAll(async () => {
    prosody = await startProsody();
  });
  afterAll(() => prosody?.stop());

  test("starts without an error or a warning in its log", () => {
    expect(prosody.log()).not.toMatch(/\b(error|warn)\b/);
  });

  test("passes its own check of the configuration", async () => {
    expect(await prosody.prosodyctl("check", "config")).toContain("All checks passed");
  });

  test("comes back on the same ports after a kill", async () => {
    await prosody.kill();
    await prosody.restart();
    const answer = await fetch(`http://localhost:${prosody.websocketPort}/xmpp-websocket`);
    expect(answer.status).toBe(200);
  });
});
