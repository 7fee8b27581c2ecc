/** examples/chat.ts, as a reader of the README would run it: built, on the package's public exports. */
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { newId } from "../../src/extensions/index.ts";
import { signedIn } from "../support/clients.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";

const root = resolve(import.meta.dirname, "../..");
let prosody: Prosody;

beforeAll(async () => {
  execFileSync(join(root, "node_modules/.bin/tsc"), ["--build", "examples"], { cwd: root });
  prosody = await startProsody();
  for (const logon of ["alice", "bob"]) await prosody.register(logon, logon);
});
afterAll(() => prosody?.stop());

function run(password: string) {
  const chat = spawn(process.execPath, [
    join(root, "dist/examples/chat.js"),
    prosody.websocket,
    "alice@localhost",
    password,
    "bob@localhost",
  ]);
  onTestFinished(() => void chat.kill("SIGKILL"));
  const errors: string[] = [];
  chat.stderr.on("data", (data) => errors.push(String(data)));
  return { chat, errors, ended: new Promise<number | null>((done) => chat.on("exit", done)) };
}

describe("the chat example", () => {
  it("signs in, chats in both directions and signs out, in less than thirty lines", async () => {
    expect(readFileSync(join(root, "examples/chat.ts"), "utf8").split("\n").length).toBeLessThan(30);
    const bob = await signedIn(prosody, "bob");
    const { chat, errors, ended } = run("alice");
    const arrived = bob.chat.received.next(() => true, { what: "the typed line", timeoutMs: 20_000 });
    chat.stdin.write("Grüße\n");
    expect(await arrived).toMatchObject({ from: "alice@localhost", body: "Grüße" });
    const printed = new Promise<string>((done) => createInterface({ input: chat.stdout }).once("line", done));
    await bob.chat.send({ id: newId(), to: "alice@localhost", body: "zurück" });
    expect(await printed).toBe("bob@localhost: zurück");
    chat.stdin.end();
    expect([await ended, errors.join("")]).toEqual([0, ""]);
  });

  it("says so and ends when the password is wrong", async () => {
    const { errors, ended } = run("wrong");
    expect(await ended).toBe(1);
    expect(errors.join("")).toContain("refused the logon");
  });
});
