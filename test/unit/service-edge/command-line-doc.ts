import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable, Writable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { RIGHTS } from "../../../src/extensions/directory/types.ts";
import { DEFAULT_ROLE, ROLES } from "../../../src/service/admin/roles.ts";
import { EXIT } from "../../../src/service/cli/exit-codes.ts";
import { runCli } from "../../../src/service/cli/program.ts";

let text: string;
beforeAll(async () => {
  text = await readFile(resolve(import.meta.dirname, "../../../docs/command-line.md"), "utf8");
});

async function help(...args: string[]): Promise<string> {
  let out = "";
  const stdout = new Writable({
    write(chunk, _encoding, written) {
      out += chunk;
      written();
    },
  });
  expect(await runCli({ args: [...args, "--help"], environment: {}, version: "0", stdin: Readable.from([]), stdout, stderr: stdout })).toBe(
    EXIT.done,
  );
  return out;
}

describe("docs/command-line.md", () => {
  test.each([
    ["agent", "add"],
    ["agent", "import"],
    ["agent", "list"],
    ["agent", "passwd"],
    ["agent", "rights"],
    ["agent", "remove"],
    ["session", "list"],
    ["audit"],
  ])("tells every option of parley %s %s", async (...words) => {
    expect(text).toContain(`| \`parley ${words.join(" ")}`);
    const options = [...(await help(...words)).matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option!);
    expect(options).toContain("--help");
    for (const option of options.filter((name) => name !== "--help")) expect(text).toContain(`\`${option}`);
  });

  test("tells every command there is", async () => {
    const commands = async (...words: string[]) =>
      [...(await help(...words)).split("Commands:")[1]!.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name!);
    expect(await commands()).toEqual(["agent", "session", "audit", "help"]);
    for (const name of (await commands("agent")).filter((word) => word !== "help")) expect(text).toContain(`| \`parley agent ${name} `);
  });

  test("tells every right, role and exit code", () => {
    for (const right of RIGHTS) expect(text).toContain(`\`${right}\``);
    for (const role of Object.keys(ROLES)) expect(text).toMatch(new RegExp(`^\\| \`${role}\`.* \\|`, "m"));
    expect(text).toContain(`| \`${DEFAULT_ROLE}\` (unless told otherwise) |`);
    for (const code of Object.values(EXIT)) expect(text).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
  });
});
