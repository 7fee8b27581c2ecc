/** The linter refuses what the layers forbid: proved on files made for it, with the configuration that ships. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

const FORBIDDEN: [file: string, line: string, why: string][] = [
  ["src/client/up.ts", 'export * from "../extensions/index.ts";', "one way"],
  ["src/client/node.ts", 'export * from "node:fs";', "browsers"],
  ["src/client/component.ts", 'export * from "../service/api.ts";', "one way"],
  ["src/extensions/mam/up.ts", 'export * from "../../desk/index.ts";', "one way"],
  ["src/extensions/mam/node.ts", 'export * from "node:crypto";', "browsers"],
  ["src/extensions/mam/library.ts", 'export * from "@xmpp/xml";', "Only src/client"],
  ["src/desk/across.ts", 'export * from "../service/api.ts";', "one way"],
  ["src/desk/up.ts", 'export * from "../../web/main.ts";', "one way"],
  ["src/desk/library.ts", 'export * from "@xmpp/xml";', "Only src/client"],
  ["src/service/across.ts", 'export * from "../desk/index.ts";', "one way"],
  ["src/service/library.ts", 'export * from "@xmpp/xml";', "Only src/client"],
  ["web/app/deep.ts", 'export * from "../../src/client/index.ts";', "src/desk alone"],
  ["web/app/deeper.ts", 'export * from "../../src/extensions/index.ts";', "src/desk alone"],
  ["web/app/node.ts", 'export * from "node:fs";', "browsers"],
  ["web/app/unsafe.ts", 'import { unsafeHTML } from "lit/directives/unsafe-html.js";\nexport const show = unsafeHTML;', "text"],
  ["web/app/inner.ts", "export const put = (element: Element, text: string) => { element.innerHTML = text; };", "bindings"],
  ["test/unit/library.ts", 'export * from "@xmpp/xml";', "Only src/client"],
];

const ALLOWED: [file: string, line: string][] = [
  ["src/client/library.ts", 'export * from "@xmpp/xml";'],
  ["src/client/tcp.ts", 'export * from "node:net";'],
  ["src/extensions/mam/down.ts", 'export * from "../../client/index.ts";'],
  ["src/extensions/mam/beside.ts", 'export * from "../rsm/index.ts";'],
  ["src/desk/down.ts", 'export * from "../extensions/index.ts";'],
  ["src/service/down.ts", 'export * from "../extensions/index.ts";\nexport * from "node:fs";'],
  ["web/app/down.ts", 'export * from "../../src/desk/index.ts";'],
];

let folder: string;
const findings = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-lint-"));
  await copyFile(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  for (const [file, text] of [...FORBIDDEN, ...ALLOWED]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${text}\n`);
  }
  // The exit code says only that something was found, which is what is wanted here.
  const output = await new Promise<string>((done) => {
    execFile(join(root, "node_modules/.bin/oxlint"), ["--format", "json"], { cwd: folder, maxBuffer: 1 << 24 }, (_error, stdout) =>
      done(stdout),
    );
  });
  const { diagnostics } = JSON.parse(output) as { diagnostics: { filename: string; message: string; help?: string; code: string }[] };
  for (const { filename, code, message, help } of diagnostics) {
    if (code.includes("no-restricted")) findings.set(filename, `${findings.get(filename) ?? ""}${message} ${help ?? ""}`);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the linter", () => {
  test.each(FORBIDDEN)("refuses in %s: %s", (file, _line, why) => {
    expect(findings.get(file)).toContain(why);
  });

  test.each(ALLOWED)("allows in %s: %s", (file) => {
    expect(findings.get(file)).toBeUndefined();
  });
});
