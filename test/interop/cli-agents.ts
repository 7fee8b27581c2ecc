import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AuthenticationError, Connection } from "../../src/client/index.ts";
import { NodeWebSocket } from "../support/node-websocket.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { attribute, rawComponent } from "../support/raw-stream.ts";
import { type ServiceProcess, startService } from "../support/service.ts";

let prosody: Prosody;
let service: ServiceProcess;
let folder: string;
const running: Connection[] = [];

beforeAll(async () => {
  prosody = await startProsody();
  service = await startService(prosody);
  folder = await mkdtemp(join(tmpdir(), "parley-cli-"));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((connection) => connection.stop()));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await service?.stop();
  await prosody?.stop();
});

/** Signs in with SCRAM, as the web page does: "online", or the condition of the refusal. */
async function signIn(logon: string, password: string): Promise<string> {
  const connection = connectionOf(logon, password);
  const state = await connection.state.waitFor(({ type }) => type === "online" || type === "refused", {
    what: `${logon} to sign in`,
    timeoutMs: 20_000,
  });
  if (state.type === "refused") return state.reason instanceof AuthenticationError ? state.reason.condition : state.reason.message;
  return state.type;
}

function connectionOf(logon: string, password: string): Connection {
  const connection = new Connection({
    websocket: prosody.websocket,
    domain: prosody.domain,
    username: logon,
    credentials: { password },
    webSocket: NodeWebSocket,
  });
  running.push(connection);
  connection.start();
  return connection;
}

/** In place of the service, by hand: on every version of Prosody. */
async function deleteAccounts(...logons: string[]): Promise<void> {
  const command = "<command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#delete-user'";
  const values = logons.map((logon) => `<value>${logon}@${prosody.domain}</value>`).join("");
  const component = await rawComponent(prosody);
  component.send(`<iq type='set' id='d1' from='${prosody.serviceDomain}' to='${prosody.domain}'>${command} action='execute'/></iq>`);
  const sessionId = attribute(await component.waitFor(/<command[^>]*status='executing'/), "command", "sessionid");
  component.send(
    `<iq type='set' id='d2' from='${prosody.serviceDomain}' to='${prosody.domain}'>${command} sessionid='${sessionId}' action='complete'>` +
      `<x xmlns='jabber:x:data' type='submit'><field var='accountjids'>${values}</field></x></command></iq>`,
  );
  await component.waitFor(/successfully deleted/);
  component.cut();
}

const rightsOf = async (logon: string) => JSON.parse(await service.cli("agent", "rights", logon, "--json")) as string[];

async function file(name: string, text: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("parley agent add", () => {
  test("makes an agent who can sign in with the password from standard input", async () => {
    const { code, stdout } = await service.run(
      [
        "agent",
        "add",
        "ada.agent",
        "--name",
        "Ada Åkesson",
        "--group",
        "Billing",
        "--group",
        "Sales",
        "--skill",
        "English",
        "--role",
        "im",
        "--password-stdin",
      ],
      {
        input: "pässwörd 日本\n",
      },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Added ada.agent@localhost\n" });
    expect(await signIn("ada.agent", "pässwörd 日本")).toBe("online");
    expect(await signIn("ada.agent", "password")).toBe("not-authorized");
    const [listed] = JSON.parse(await service.cli("agent", "list", "ada.agent", "--json")) as unknown[];
    expect(listed).toMatchObject({
      logon: "ada.agent",
      name: "Ada Åkesson",
      groups: ["Billing", "Sales"],
      skills: ["English"],
      rights: ["im.use", "im.make", "im.release"],
    });
  });

  test("generates a password and prints it once", async () => {
    const stdout = await service.cli("agent", "add", "gen.agent");
    const [, password] = /^Added gen\.agent@localhost\nPassword: (\S{16})\n$/.exec(stdout) ?? [];
    expect(await signIn("gen.agent", password!)).toBe("online");
    expect(await service.cli("agent", "list", "gen.agent", "--json")).not.toContain(password);
    expect(await service.cli("audit", "--json")).not.toContain(password);
    expect(service.log()).not.toContain(password);
  });

  test.each([
    ["Ada.agent", /logon: must be 1 to 64 characters of a-z/],
    ["zoë.agent", /logon: must be/],
    [".agent", /begin and end with a letter or digit/],
    ["a agent", /logon/],
    ["a@b", /logon/],
    ["", /logon/],
    ["a".repeat(65), /1 to 64/],
    ["../agents", /logon/],
  ])("says why %j can not be a logon", async (logon, message) => {
    const { code, stderr, stdout } = await service.run(["agent", "add", "--", logon]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
  });

  test("refuses a logon twice, and changes nothing", async () => {
    await service.run(["agent", "add", "twice.agent", "--password-stdin"], { input: "first\n" });
    const { code, stderr } = await service.run(["agent", "add", "twice.agent", "--password-stdin"], { input: "second\n" });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "logon: twice.agent is an agent already\n" });
    expect(await signIn("twice.agent", "first")).toBe("online");
  });

  test("takes an account of somebody else only when told", async () => {
    await prosody.register("someone", "their own");
    const refused = await service.run(["agent", "add", "someone", "--password-stdin"], { input: "another\n" });
    expect(refused).toMatchObject({ code: 1, stderr: "There is an account someone on the XMPP server already\n" });
    expect(await service.cli("agent", "list", "--json")).not.toContain("someone");
    expect(await service.cli("agent", "add", "someone", "--existing-account")).toBe("Added someone@localhost\n");
    expect(await signIn("someone", "their own")).toBe("online");
  });

  test("refuses an unknown right with the list of rights, and makes no account", async () => {
    const { code, stderr } = await service.run(["agent", "add", "odd.agent", "--right", "im.fly", "--password-stdin"], {
      input: "secret\n",
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/"im\.fly" is not a right; the rights are im\.use, im\.make/);
    expect(await signIn("odd.agent", "secret")).toBe("not-authorized");
  });

  test("refuses an empty password and one with control characters", async () => {
    expect(await service.run(["agent", "add", "np.agent", "--password-stdin"], { input: "\n" })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is empty"),
    });
    expect(await service.run(["agent", "add", "np.agent", "--password-stdin"], { input: "a\u0007b\n" })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("control characters"),
    });
  });
});

describe("parley agent passwd", () => {
  test("makes the old password useless", async () => {
    await service.run(["agent", "add", "pass.agent", "--password-stdin"], { input: "old\n" });
    await service.run(["agent", "passwd", "pass.agent", "--password-stdin"], { input: "new\n" });
    expect(await signIn("pass.agent", "old")).toBe("not-authorized");
    expect(await signIn("pass.agent", "new")).toBe("online");
  });

  test("knows agents only", async () => {
    await prosody.register("nobody", "their own");
    expect(await service.run(["agent", "passwd", "nobody", "--password-stdin"], { input: "mine\n" })).toMatchObject({
      code: 1,
      stderr: "There is no agent nobody\n",
    });
    expect(await signIn("nobody", "their own")).toBe("online");
  });
});

describe("parley agent rights", () => {
  test("shows, grants, takes away and sets rights", async () => {
    await service.cli("agent", "add", "r.agent", "--right", "im.use", "--right", "im.make");
    expect(await rightsOf("r.agent")).toEqual(["im.use", "im.make"]);
    expect(await service.cli("agent", "rights", "r.agent", "-im.make", "+im.release", "+admin")).toBe("im.use\nim.release\nadmin\n");
    expect(await service.cli("agent", "rights", "r.agent", "--set", "im.use,im.make")).toBe("im.use\nim.make\n");
    expect(await service.cli("agent", "rights", "r.agent", "--role", "im")).toBe("im.use\nim.make\nim.release\n");
    expect(await service.cli("agent", "rights", "r.agent", "--set", "none")).toBe("no rights\n");
    expect(await rightsOf("r.agent")).toEqual([]);
  });

  test("refuses what it does not know, and changes nothing", async () => {
    await service.cli("agent", "add", "r2.agent", "--right", "im.use");
    expect(await service.run(["agent", "rights", "r2.agent", "+im.make", "+im.fly"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the rights are im.use"),
    });
    expect(await service.run(["agent", "rights", "r2.agent", "im.make"])).toMatchObject({
      code: 2,
      stderr: "im.make: write +right to grant it, -right to take it away\n",
    });
    expect(await service.run(["agent", "rights", "r2.agent", "--json", "--sets"])).toMatchObject({ code: 2 });
    expect(await service.run(["agent", "rights", "gone.agent", "+im.use"])).toMatchObject({
      code: 1,
      stderr: "There is no agent gone.agent\n",
    });
    expect(await rightsOf("r2.agent")).toEqual(["im.use"]);
  });
});

describe("parley agent remove", () => {
  test("removes the account, ends its connection, and can be said of an agent only", async () => {
    await service.run(["agent", "add", "rm.agent", "--password-stdin"], { input: "secret\n" });
    const connection = connectionOf("rm.agent", "secret");
    await connection.state.waitFor(({ type }) => type === "online", { what: "the sign-in", timeoutMs: 20_000 });
    expect(await service.cli("agent", "remove", "rm.agent")).toBe("Removed rm.agent\n");
    await connection.state.waitFor(({ type }) => type !== "online", { what: "the end of the connection", timeoutMs: 20_000 });
    expect(await signIn("rm.agent", "secret")).toBe("not-authorized");
    expect(await service.cli("agent", "list", "rm.agent")).toBe("No agents\n");
    expect(await service.run(["agent", "remove", "rm.agent"])).toMatchObject({ code: 1, stderr: "There is no agent rm.agent\n" });
  });

  test("leaves the account when told", async () => {
    await service.run(["agent", "add", "keep.agent", "--password-stdin"], { input: "secret\n" });
    await service.cli("agent", "remove", "keep.agent", "--keep-account");
    expect(await signIn("keep.agent", "secret")).toBe("online");
  });
});

describe("an account that was lost behind the service's back", () => {
  beforeAll(async () => {
    await service.run(["agent", "add", "lost.agent", "--password-stdin"], { input: "old\n" });
    await service.cli("agent", "add", "half.agent");
    await service.kill();
    await deleteAccounts("lost.agent", "half.agent");
    await service.restart();
  });

  test("is made again with the next password", async () => {
    expect(await signIn("lost.agent", "old")).toBe("not-authorized");
    await service.run(["agent", "passwd", "lost.agent", "--password-stdin"], { input: "new\n" });
    expect(await signIn("lost.agent", "new")).toBe("online");
  });

  test("does not keep its agent from being removed", async () => {
    expect(await service.cli("agent", "remove", "half.agent")).toBe("Removed half.agent\n");
  });
});

describe("parley agent import", () => {
  test("adds, updates what is there, and leaves alone what the file does not say", async () => {
    const first = await file(
      "first.csv",
      "logon,name,groups,skills,rights,password\ni1.agent,Ida,Billing;Sales,English,im.use;im.make,one\ni2.agent,Ian,,,,\n",
    );
    expect(await service.cli("agent", "import", first)).toMatch(
      /^2 added, 0 updated, 0 rejected in [\d.]+ s\nGenerated passwords: .*first\.csv\.passwords\.csv\n$/,
    );
    expect(await signIn("i1.agent", "one")).toBe("online");
    expect(await rightsOf("i2.agent")).toEqual([]);
    const [, generated] = /i2\.agent,(\S+)/.exec(await readFile(`${first}.passwords.csv`, "utf8")) ?? [];
    expect(await signIn("i2.agent", generated!)).toBe("online");
    expect((await stat(`${first}.passwords.csv`)).mode & 0o777).toBe(0o600);

    const second = await file("second.csv", "logon,groups,password\ni1.agent,Support,two\n");
    expect(await service.cli("agent", "import", second)).toMatch(/^0 added, 1 updated, 0 rejected/);
    expect(await signIn("i1.agent", "one")).toBe("not-authorized");
    expect(await signIn("i1.agent", "two")).toBe("online");
    const [listed] = JSON.parse(await service.cli("agent", "list", "i1.agent", "--json")) as unknown[];
    expect(listed).toMatchObject({ name: "Ida", groups: ["Support"], skills: ["English"], rights: ["im.use", "im.make"] });
  });

  test("reports bad rows by line and column, takes the others, and ends with 1", async () => {
    await prosody.register("taken", "their own");
    const path = await file(
      "mixed.csv",
      "logon,name,rights,password\nJ1.agent,Jo,im.use,x\nj2.agent,Jim,im.use;im.fly,x\nj3.agent,Jay,im.use,good\nj4.agent,Jan\ntaken,Tom,im.use,mine\n",
    );
    const { code, stdout, stderr } = await service.run(["agent", "import", path]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^1 added, 0 updated, 4 rejected/);
    expect(stderr).toMatch(
      /line 2, logon: must be[^]*line 3, rights: "im\.fly" is not a right[^]*line 5: has 2 cells, the header has 4[^]*line 6, logon: there is an account/,
    );
    expect(await signIn("j3.agent", "good")).toBe("online");
    expect(await signIn("taken", "their own")).toBe("online");

    const rejected = await readFile(`${path}.rejected.csv`, "utf8");
    expect((await stat(`${path}.rejected.csv`)).mode & 0o777).toBe(0o600);
    expect(rejected.split("\r\n")[0]).toBe("logon,name,rights,password,line,column,reason");
    // Put right, the file can be imported as it is.
    const corrected = await file(
      "corrected.csv",
      rejected.replace("J1.agent", "j1.agent").replace("im.use;im.fly", "im.use").replace("taken", "j5.agent"),
    );
    expect(await service.cli("agent", "import", corrected)).toMatch(/^4 added, 0 updated, 0 rejected/);
    expect(await signIn("j1.agent", "x")).toBe("online");
  });

  test("removes the report of the import before", async () => {
    const path = await file("again.csv", "logon\nK.agent\n");
    expect((await service.run(["agent", "import", path])).code).toBe(1);
    await writeFile(path, "logon\nk.agent\n");
    await service.cli("agent", "import", path);
    await expect(stat(`${path}.rejected.csv`)).rejects.toThrow("ENOENT");
  });

  test.each([
    ["there is none", undefined, /there is no such file/],
    ["it has no header", "b.agent,Ben\n", /"logon" among them/],
    ["it is Latin-1", Buffer.from("logon,name\nz.agent,Zoë\n", "latin1"), /Line 2 is not UTF-8/],
    ["it is empty", "", /empty/],
  ])("refuses the file when %s", async (_what, content, message) => {
    const path = content === undefined ? join(folder, "absent.csv") : await file("bad.csv", content);
    const { code, stderr } = await service.run(["agent", "import", path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test("survives a command that is killed in the middle: what was reported is done, and the rest can be imported again", async () => {
    const rows = Array.from({ length: 400 }, (_, index) => `m${index},M ${index}`);
    const path = await file("many.csv", `logon,name\n${rows.join("\n")}\n`);
    const command = spawn(process.execPath, [resolve(import.meta.dirname, "../../bin/parley.mjs"), "agent", "import", path], {
      env: { PARLEY_DATA: service.data },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(command, "close");
    const [progress] = await once(command.stderr, "data");
    expect(String(progress)).toMatch(/^40 of 400 rows/);
    command.kill("SIGKILL");
    await ended;
    expect((await service.health()).status).toBe(200);

    const stdout = await service.cli("agent", "import", path, "--existing-accounts");
    const [, added, updated] = /^(\d+) added, (\d+) updated, 0 rejected/.exec(stdout) ?? [];
    expect(Number(added) + Number(updated)).toBe(400);
    expect(Number(updated)).toBeGreaterThan(0);
  });
});
