/** The package as others import it: built, by its name, in a Node without any of our tools. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const { exports, bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  exports: Record<string, { types: string; default: string }>;
  bin: Record<string, string>;
};

/** One name that each entry is there for. */
const NAMES: Record<string, string> = { ".": "createClient", "./client": "Connection", "./component": "Component", "./desk": "signIn" };

describe("the built package", () => {
  test("has the entries that are documented", () => {
    expect(Object.keys(exports).toSorted()).toEqual(Object.keys(NAMES).toSorted());
  });

  test.each(Object.entries(NAMES))("exports from %s, among others, %s", (entry, name) => {
    const specifier = entry.replace(".", "parley");
    const program = `import(${JSON.stringify(specifier)}).then((module) => console.log(Object.keys(module).join("\\n")))`;
    const names = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: root, encoding: "utf8" });
    expect(names.split("\n")).toContain(name);
    expect(readFileSync(join(root, exports[entry]?.types ?? ""), "utf8")).not.toBe("");
  });

  test.each(Object.entries(bin))("has the command %s", (_name, file) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(execFileSync(process.execPath, [join(root, file), "--help"], { cwd: root, encoding: "utf8" })).toContain("Usage: parley");
  });
});
