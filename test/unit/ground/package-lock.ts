/**
 * package-lock.json names the packages of every platform. An npm that cannot see them all at its registry leaves some out, and
 * then `npm ci` refuses the file elsewhere.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

interface Locked {
  version?: string;
  optionalDependencies?: Record<string, string>;
}

const root = resolve(import.meta.dirname, "../../..");
const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, Locked> };

test("every optional package is locked, with its version", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => {
      const locked = packages[`${path}/node_modules/${name}`] ?? packages[`node_modules/${name}`];
      return locked?.version === undefined;
    }),
  );
  expect(missing).toEqual([]);
});
