import fc from "fast-check";
import { expect, it } from "vitest";
import { type Element, MalformedError, parse, xml } from "../../../src/client/index.ts";
import {
  type AgentPresence,
  type AgentRow,
  buildFavorite,
  buildMe,
  buildPage,
  buildPresences,
  buildSearch,
  buildWatch,
  type DirectoryPage,
  type DirectorySearch,
  type Me,
  NS_DIRECTORY,
  parseFavorite,
  parseMe,
  parsePage,
  parsePresences,
  parseSearch,
  parseWatch,
  RIGHTS,
} from "../../../src/extensions/directory/index.ts";
import { checkSchema } from "../../support/protocol.ts";

const label = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const jid = fc.tuple(fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}$/), fc.domain()).map(([local, domain]) => `${local}@${domain}`);
const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });

const presenceFields = {
  jid,
  readiness: fc.constantFrom("ready" as const, "not-ready" as const, "away" as const, "unreachable" as const, "signed-out" as const),
  reason: label,
  since: time,
  plain: fc.boolean(),
};

const presence: fc.Arbitrary<AgentPresence> = fc.record(presenceFields, { requiredKeys: ["jid", "readiness", "plain"] });

const row: fc.Arbitrary<AgentRow> = fc.record(
  {
    ...presenceFields,
    logon: label,
    name: label,
    groups: fc.array(label, { maxLength: 3 }),
    skills: fc.array(label, { maxLength: 3 }),
    favorite: fc.boolean(),
    mayIm: fc.boolean(),
  },
  { requiredKeys: ["jid", "readiness", "plain", "logon", "name", "groups", "skills", "favorite", "mayIm"] },
);

const page: fc.Arbitrary<DirectoryPage> = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 5 }),
  index: fc.maxSafeNat(),
  count: fc.maxSafeNat(),
});

const me: fc.Arbitrary<Me> = fc.record({
  jid,
  logon: label,
  name: label,
  rights: fc.subarray([...RIGHTS]),
  inviteTimeoutS: fc.integer({ min: 1, max: 86_400 }),
});

const search: fc.Arbitrary<DirectorySearch> = fc.record({
  text: fc.string({ unit: "grapheme", maxLength: 20 }),
  filter: fc.constantFrom("all" as const, "favorites" as const, "recents" as const),
  index: fc.maxSafeNat(),
  max: fc.integer({ min: 1, max: 50 }),
});

const favorite = fc.record({ jid, on: fc.boolean() });

/** Each shape with its codec. */
const SHAPES = [
  shape("me", me, buildMe, parseMe),
  shape("search", search, buildSearch, parseSearch),
  shape("rows", page, buildPage, parsePage),
  shape("presences", fc.array(presence, { maxLength: 5 }), buildPresences, parsePresences),
  shape("watch", fc.array(jid, { maxLength: 5 }), buildWatch, parseWatch),
  shape("favorite", favorite, buildFavorite, parseFavorite),
];

interface Shape {
  name: string;
  /** Checks that what is built is read as it was. */
  checkRoundTrip(): void;
  sample(count: number): Element[];
  parse(element: Element): unknown;
}

function shape<T>(name: string, arbitrary: fc.Arbitrary<T>, build: (value: T) => Element, read: (element: Element) => T): Shape {
  return {
    name,
    checkRoundTrip: () =>
      fc.assert(
        fc.property(arbitrary, (value) => {
          expect(read(parse(build(value).toString()))).toEqual(value);
        }),
      ),
    sample: (count) => fc.sample(arbitrary, count).map(build),
    parse: read,
  };
}

it.each(SHAPES)("reads $name as it was built", ({ checkRoundTrip }) => {
  expect(checkRoundTrip).not.toThrow();
});

it("builds what the schema allows", async () => {
  const built = SHAPES.flatMap(({ sample }) => sample(15));
  const complaints = await checkSchema("directory", new Map(built.map((element, index) => [`sample-${index}`, element])));
  expect([...complaints.values()].flat()).toEqual([]);
});

it.each(SHAPES)("refuses another element than $name", ({ parse: read }) => {
  expect(() => read(xml("other", { xmlns: NS_DIRECTORY }))).toThrow(MalformedError);
  expect(() => read(xml("me", { xmlns: "urn:example:other" }))).toThrow(MalformedError);
});
