/** The vectors of our own protocol documents: files of one stanza each, the schema, and the document that shows them. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { validateXML } from "xmllint-wasm";
import { type Element, parse } from "../../src/client/index.ts";

const root = resolve(import.meta.dirname, "../..");

export interface Vector {
  /** The file's name without its ending. */
  name: string;
  text: string;
  stanza: Element;
}

/** All vectors of one folder under test/vectors. */
export function readVectors(folder: string): Vector[] {
  const path = join(root, "test/vectors", folder);
  return readdirSync(path)
    .filter((file) => file.endsWith(".xml"))
    .sort()
    .map((file) => {
      const text = readFileSync(join(path, file), "utf8");
      return { name: file.slice(0, -".xml".length), text, stanza: parse(text.trim()) };
    });
}

/** What a stanza carries of this namespace: its payload, or the application condition of its error. */
export function payloadOf(stanza: Element, xmlns: string): Element | undefined {
  const error = stanza.getChildElements().find((child) => child.getName() === "error");
  return [...stanza.getChildElements(), ...(error?.getChildElements() ?? [])].find((child) => child.getNS() === xmlns);
}

/** An element as data: what two spellings of the same XML have in common. White space between elements does not count. */
export interface Tree {
  name: string;
  xmlns: string | undefined;
  attributes: Record<string, string | undefined>;
  children: (Tree | string)[];
}

export function treeOf(element: Element): Tree {
  const { xmlns: _, ...attributes } = element.attrs;
  const hasElements = element.getChildElements().length > 0;
  const children = element.children.filter((child) => typeof child !== "string" || (child !== "" && !(hasElements && child.trim() === "")));
  return {
    name: element.getName(),
    xmlns: element.getNS(),
    attributes,
    children: children.map((child) => (typeof child === "string" ? child : treeOf(child))),
  };
}

/** Validates elements against docs/protocol/<name>.xsd; the complaints by name, empty for those that are valid. */
export async function checkSchema(name: string, elements: ReadonlyMap<string, Element>): Promise<Map<string, string[]>> {
  const schema = readFileSync(join(root, "docs/protocol", `${name}.xsd`), "utf8");
  const { errors, rawOutput } = await validateXML({
    xml: [...elements].map(([fileName, element]) => ({ fileName: `${fileName}.xml`, contents: element.toString() })),
    schema: [{ fileName: `${name}.xsd`, contents: schema }],
  });
  const complaints = new Map<string, string[]>([...elements.keys()].map((fileName) => [fileName, []]));
  for (const { loc, rawMessage } of errors) {
    // The summary line of a file that has complaints.
    if (rawMessage.endsWith(" fails to validate")) continue;
    const of = loc && complaints.get(loc.fileName.slice(0, -".xml".length));
    if (!of) throw new Error(`xmllint: ${rawMessage}\n${rawOutput}`);
    of.push(rawMessage);
  }
  return complaints;
}

/** The elements that may stand alone according to docs/protocol/<name>.xsd. */
export function globalElements(name: string): string[] {
  const schema = parse(
    readFileSync(join(root, "docs/protocol", `${name}.xsd`), "utf8")
      .replace(/^<\?xml.*\?>/, "")
      .trim(),
  );
  return schema.getChildren("element", "http://www.w3.org/2001/XMLSchema").map((element) => element.attrs["name"]!);
}

export interface Example {
  /** The link to the vector in the caption, relative to the document. */
  link: string;
  text: string;
}

/** The XML that docs/protocol/<name>.md shows: each block has a caption above it that links to its file. */
export function readExamples(name: string): Example[] {
  const document = readFileSync(join(root, "docs/protocol", `${name}.md`), "utf8");
  return [...document.matchAll(/^(.*)\n\n```xml\n([^]*?)^```$/gm)].map(([, caption = "", text = ""]) => {
    const link = /^\*\*Example \d+\.\*\* .*\]\((\S+)\)$/.exec(caption)?.[1];
    if (!link) throw new Error(`no caption with a link above the example:\n${text}`);
    return { link, text };
  });
}
