/** The documents say what is so: the table of settings, and links that lead somewhere. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { settingsTable } from "../../../src/service/settings.ts";

const root = resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** What stands between the marks in README.md. */
function settingsMarkdown(): string {
  const rows = settingsTable.map(({ name, fallback, meaning }) => `| \`${name}\` | ${code(fallback)} | ${meaning} |`);
  return ["| setting | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/** A value as code; a description that holds code already as it is. */
const code = (fallback: string) => (fallback.includes("`") ? fallback : `\`${fallback}\``);

test("README's table of settings is the one the service checks", () => {
  const written = /<!-- settings[^>]*-->\n([\s\S]*?)\n?<!-- \/settings -->/.exec(read("README.md"))?.[1];
  expect(written).toBe(settingsMarkdown());
});

test("every decision has a number of its own and stands in the index", () => {
  const records = readdirSync(join(root, "docs/decisions")).filter((file) => file !== "README.md");
  const index = read("docs/decisions/README.md");
  expect(records.filter((file) => !/^\d{4}-/.test(file) || !index.includes(`(${file})`))).toEqual([]);
  expect(new Set(records.map((file) => file.slice(0, 4))).size).toBe(records.length);
});

const documents = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root, encoding: "utf8" })
  .trim()
  .split("\n");

describe("links lead somewhere", () => {
  test.each(documents)("in %s", (document) => {
    const text = read(document).replaceAll(/```[\s\S]*?```/g, "");
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
    const dead = targets.filter((target) => !/^(https?:|mailto:)/.test(target) && !leadsSomewhere(document, target));
    expect(dead).toEqual([]);
  });
});

function leadsSomewhere(document: string, target: string): boolean {
  const [path = "", heading] = target.split("#");
  const file = path === "" ? document : join(dirname(document), path);
  if (!existsSync(join(root, file))) return false;
  return heading === undefined || headings(read(file)).includes(heading);
}

/** As GitHub names them. */
function headings(markdown: string): string[] {
  const titles = [...markdown.matchAll(/^#{1,6}\s+(.+)$/gm)].map((match) => match[1] ?? "");
  return titles.map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-"),
  );
}
