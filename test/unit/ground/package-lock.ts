/**
 * package-lock.json names the packages of every platform. An npm that cannot see them all at its registry leaves some out, and
 * then `npm ci` refuses the file elsewhere.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

interface Locked {
  version?: string;
  integrity?: string;
  optional?: boolean;
  os?: string[];
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

test("every package has the hash of its content; those of other platforms may have none, for no npm here has seen them", () => {
  const without = Object.entries(packages).filter(([path, { integrity }]) => path !== "" && integrity === undefined);
  expect(without.filter(([, { optional, os }]) => !optional || os === undefined).map(([path]) => path)).toEqual([]);
});
