import { describe, expect, it } from "vitest";
import { type Element, MalformedError } from "../../src/client/index.ts";
import { checkSchema, globalElements, payloadOf, readExamples, readVectors, treeOf } from "./protocol.ts";

export interface ProtocolUnderTest {
  /** Of the document, its schema, and the folder of its vectors. */
  name: string;
  xmlns: string;
  /** Reads a payload with the codec of its name and builds it again. */
  rebuild(payload: Element): Element;
  /** Malformed vectors that XML Schema 1.0 can not refuse: rules across fields, and other documents' elements. */
  beyondSchema: RegExp;
}

/** What holds for every protocol document of ours: its examples are run, not only read. */
export function protocolSuite({ name, xmlns, rebuild, beyondSchema }: ProtocolUnderTest): void {
  const vectors = readVectors(name);
  const malformed = readVectors(`${name}/malformed`);
  const payloads = new Map(vectors.flatMap(({ name: file, stanza }) => pair(file, payloadOf(stanza, xmlns))));

  describe(`vectors of ${name}`, () => {
    it.each([...payloads])("%s is read and built again as it is", (_, payload) => {
      expect(treeOf(rebuild(payload))).toEqual(treeOf(payload));
    });

    it("obey the schema", async () => {
      const complaints = await checkSchema(name, payloads);
      expect([...complaints].filter(([, of]) => of.length > 0)).toEqual([]);
    });

    it("show every element of the schema", () => {
      expect([...new Set([...payloads.values()].map((payload) => payload.getName()))].sort()).toEqual(globalElements(name).sort());
    });
  });

  describe(`malformed vectors of ${name}`, () => {
    it.each(malformed)("$name is refused, and the field named", ({ name: file, stanza }) => {
      const [, field] = file.split(".");
      const read = () => rebuild(onlyPayload(stanza));
      expect(read).toThrow(MalformedError);
      expect(read).toThrow(expect.objectContaining({ field }));
    });

    it("disobey the schema, too, where a schema can tell", async () => {
      const told = malformed.filter((vector) => !beyondSchema.test(vector.name));
      const complaints = await checkSchema(name, new Map(told.map((vector) => [vector.name, onlyPayload(vector.stanza)])));
      expect([...complaints].filter(([, of]) => of.length === 0).map(([file]) => file)).toEqual([]);
    });
  });

  describe(`docs/protocol/${name}.md`, () => {
    const examples = readExamples(name);

    it.each(examples)("shows $link byte for byte", ({ link, text }) => {
      const vector = vectors.find((candidate) => link === `../../test/vectors/${name}/${candidate.name}.xml`);
      expect(text).toBe(vector?.text);
    });

    it("shows every vector once", () => {
      expect(examples.map(({ link }) => link).sort()).toEqual(
        vectors.map((vector) => `../../test/vectors/${name}/${vector.name}.xml`).sort(),
      );
    });
  });
}

function pair(file: string, payload: Element | undefined): [string, Element][] {
  return payload ? [[file, payload]] : [];
}

function onlyPayload(stanza: Element): Element {
  const [payload, ...more] = stanza.getChildElements();
  if (!payload || more.length > 0) throw new Error(`the stanza must have one payload: ${stanza.toString()}`);
  return payload;
}
