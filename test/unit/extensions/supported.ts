/** docs/supported.md says what the headers of the sources say: number, title, version and where it is kept. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** The first lines of a file that implements a document: "XEP-0184: Message Delivery Receipts, version 1.4.0" and its address. */
const HEADER = /^\/\*\*\n \* ((?:XEP-\d{4}|RFC \d+)): (.+)\n \* (https:\/\/\S+)\n/;

interface Supported {
  number: string;
  title: string;
  version: string;
  url: string;
  folder: string;
}

function readHeaders(): Supported[] {
  const src = join(root, "src");
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const match = HEADER.exec(readFileSync(join(src, file), "utf8"));
      if (!match) return [];
      const [, number, rest, url] = match as unknown as [string, string, string, string];
      const [title, version = ""] = rest.split(", version ") as [string, string?];
      return [{ number, title, version, url, folder: relative(root, dirname(join(src, file))) }];
    })
    .sort((a, b) => a.number.localeCompare(b.number) || a.title.localeCompare(b.title));
}

const headers = readHeaders();
const xeps = headers.filter(({ number }) => number.startsWith("XEP"));
const rfcs = headers.filter(({ number }) => number.startsWith("RFC"));
const kept = (folder: string) => `[${folder}](../${folder})`;
const document = readFileSync(join(root, "docs/supported.md"), "utf8");

/** The rows between the marks, which only the tables have. */
function rowsOf(table: string): string[] {
  const [, rows] = new RegExp(`<!-- ${table} -->\\n\\|.*\\n\\|[-| ]+\\n([^]*?)\\n<!-- /${table} -->`).exec(document) ?? [];
  return rows?.split("\n") ?? [];
}

describe("docs/supported.md", () => {
  it("has a row for each XEP, with the version that is implemented", () => {
    expect(rowsOf("xeps")).toEqual(
      xeps.map(({ number, title, version, url, folder }) => `| [${number}](${url}) | ${title} | ${version} | ${kept(folder)} |`),
    );
  });

  it("has a row for each RFC", () => {
    expect(rowsOf("rfcs")).toEqual(rfcs.map(({ number, title, url, folder }) => `| [${number}](${url}) | ${title} | ${kept(folder)} |`));
  });
});

describe("the header of a source", () => {
  it.each(xeps)("tells the version and the address of $number", ({ number, version, url }) => {
    expect(version).toMatch(/^\d+(\.\d+){1,2}$/);
    expect(url).toBe(`https://xmpp.org/extensions/${number.toLowerCase()}.html`);
  });

  it("is there once for each XEP", () => {
    expect(new Set(xeps.map(({ number }) => number)).size).toBe(xeps.length);
  });

  it("is there for each extension, as its specification or as our own", () => {
    const folders = readdirSync(join(root, "src/extensions"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) {
      expect(readFileSync(join(root, "src/extensions", name, "stanzas.ts"), "utf8")).toMatch(
        /^\/\*\*\n \* (XEP-\d{4}|RFC 6121|Parley [\w ]+)[:,] /,
      );
    }
  });
});
