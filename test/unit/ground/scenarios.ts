import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "../../e2e");

/** What the product promises so far: internal IM, and what it withstands. */
const PROMISED = [...Array.from({ length: 44 }, (_, index) => index + 1), ...Array.from({ length: 11 }, (_, index) => index + 83)];

test("every promised scenario has an end-to-end test that names it in its title", async () => {
  const titled = new Set<number>();
  for (const file of await readdir(FOLDER)) {
    for (const [title] of (await readFile(join(FOLDER, file), "utf8")).matchAll(/\btest\(\s*["`][^"`]*/g)) {
      for (const [, number] of title.matchAll(/scenario (\d+)/g)) titled.add(Number(number));
    }
  }
  expect(PROMISED.filter((number) => !titled.has(number))).toEqual([]);
});
