import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { attribute, rawComponent, signInRaw } from "../support/raw-stream.ts";

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

  test("is the version the run is for", () => {
    const container = process.env["PARLEY_TEST_PROSODY"] === "container";
    expect(prosody.log()).toMatch(container ? /Prosody version 13\./ : /Prosody version (0\.12|13)\./);
  });

  test("lets the service make an account (XEP-0133), which can then sign in", async () => {
    const service = await rawComponent(prosody);
    const command = (id: string, attrs: string, form = "") =>
      `<iq type='set' id='${id}' from='${prosody.serviceDomain}' to='${prosody.domain}'>
        <command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#add-user' ${attrs}>${form}</command></iq>`;
    service.send(command("c1", "action='execute'"));
    const session = attribute(await service.waitFor(/<iq[^>]*id='c1'[\s\S]*<\/iq>/), "command", "sessionid");
    const field = (name: string, value: string) => `<field var='${name}'><value>${value}</value></field>`;
    const fields = [
      field("FORM_TYPE", "http://jabber.org/protocol/admin"),
      field("accountjid", `made.agent@${prosody.domain}`),
      field("password", "demo"),
      field("password-verify", "demo"),
    ].join("");
    service.send(command("c2", `sessionid='${session}'`, `<x xmlns='jabber:x:data' type='submit'>${fields}</x>`));
    expect(await service.waitFor(/<iq[^>]*id='c2'[\s\S]*<\/iq>/)).toContain("Account successfully created");

    const agent = await signInRaw(prosody, { logon: "made.agent", password: "demo" });
    agent.cut();
    service.cut();
  });

  test("comes back on the same ports after a kill", async () => {
    await prosody.kill();
    await prosody.restart();
    const answer = await fetch(`http://localhost:${prosody.websocketPort}/xmpp-websocket`);
    expect(answer.status).toBe(200);
  });
});
