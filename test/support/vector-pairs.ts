/** The standard extensions' vectors: an example of the specification as XML, and beside it what it means as JSON. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Element, parse } from "../../src/client/index.ts";
import { type Tree, treeOf } from "./protocol.ts";

export const vectorsFolder = resolve(import.meta.dirname, "../vectors");

export interface VectorPair {
  name: string;
  stanza: Element;
  meaning: unknown;
}

/** All pairs of a folder. Throws when one half is missing, empty or malformed, and when there is no pair at all. */
export function readPairs(folder: string): VectorPair[] {
  const files = readdirSync(folder).sort();
  const names = new Set(files.map((file) => file.replace(/\.(xml|json)$/, "")));
  const pairs = [...names].map((name) => ({
    name,
    stanza: parse(readHalf(folder, files, `${name}.xml`)),
    meaning: JSON.parse(readHalf(folder, files, `${name}.json`)) as unknown,
  }));
  if (pairs.length === 0) throw new Error(`${folder} has no vectors`);
  return pairs;
}

function readHalf(folder: string, files: string[], file: string): string {
  if (!files.includes(file)) throw new Error(`${join(folder, file)} is missing, the other half is there`);
  const text = readFileSync(join(folder, file), "utf8").trim();
  if (text === "") throw new Error(`${join(folder, file)} is empty`);
  return text;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** A tree whose times are written in one form: the specifications leave out the milliseconds. */
export function comparable(element: Element): Tree {
  const inOneForm = (text: string) => (DATE_TIME.test(text) ? new Date(text).toISOString() : text);
  const walk = ({ attributes, children, ...tree }: Tree): Tree => ({
    ...tree,
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, value = ""]) => [name, inOneForm(value)])),
    children: children.map((child) => (typeof child === "string" ? inOneForm(child) : walk(child))),
  });
  return walk(treeOf(element));
}
