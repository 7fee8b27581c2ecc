/** Every standard extension reads its specification's own examples, and writes them as they are there. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Element, parse } from "../../src/client/index.ts";
import { buildCaps, NS_CAPS, parseCaps } from "../../src/extensions/caps/index.ts";
import { buildCarbon, type Carbon, parseCarbon } from "../../src/extensions/carbons/index.ts";
import { buildChatState, NS_CHAT_STATES, parseChatState } from "../../src/extensions/chat-states/index.ts";
import { buildClientState, parseClientState } from "../../src/extensions/csi/index.ts";
import { buildDelay, NS_DELAY, parseDelays } from "../../src/extensions/delay/index.ts";
import { buildInfo, buildItems, NS_DISCO_INFO, NS_DISCO_ITEMS, parseInfo, parseItems } from "../../src/extensions/disco/index.ts";
import { buildMarker, NS_MARKERS, parseMarker } from "../../src/extensions/displayed-markers/index.ts";
import { buildForwarded, type Forwarded, NS_FORWARD, parseForwarded } from "../../src/extensions/forward/index.ts";
import { buildHint, parseHints } from "../../src/extensions/hints/index.ts";
import {
  type ArchiveResult,
  buildArchiveFin,
  buildArchiveQuery,
  buildArchiveResult,
  NS_MAM,
  parseArchiveFin,
  parseArchiveQuery,
  parseArchiveResult,
} from "../../src/extensions/mam/index.ts";
import { buildPing, isPing } from "../../src/extensions/ping/index.ts";
import { buildPresence, parsePresence } from "../../src/extensions/presence/index.ts";
import { buildReceipt, NS_RECEIPTS, parseReceipt } from "../../src/extensions/receipts/index.ts";
import { buildRoster, NS_ROSTER, parseRoster } from "../../src/extensions/roster/index.ts";
import { buildPageRequest, buildPageResult, NS_RSM, parsePageRequest, parsePageResult } from "../../src/extensions/rsm/index.ts";
import { buildOriginId, buildStanzaId, NS_STANZA_ID, parseOriginId, parseStanzaIds } from "../../src/extensions/stanza-ids/index.ts";
import { buildForm, NS_DATA, parseForms } from "../../src/extensions/x-data/index.ts";
import { payloadOf } from "../support/protocol.ts";
import { comparable, readPairs, vectorsFolder } from "../support/vector-pairs.ts";

/** How one kind of vector is read and written. */
interface Codec {
  /** The stanza's meaning, as JSON has it. */
  read(stanza: Element): unknown;
  /** The elements that mean this. */
  write(meaning: never): Element[];
  /** The elements of the stanza that are this extension's. */
  part(stanza: Element): Element[];
}

const payload =
  (...namespaces: string[]) =>
  (stanza: Element): Element[] =>
    namespaces.flatMap((xmlns) => stanza.getChildElements().filter((child) => child.getNS() === xmlns));
const whole = (stanza: Element) => [stanza];
const only = (stanza: Element, xmlns: string): Element => payloadOf(stanza, xmlns)!;

/** Within JSON a forwarded message is text. */
const asText = <T extends Forwarded>({ message, ...rest }: T) => ({ ...rest, message: String(message) });
const asElement = <T extends { message: string }>({ message, ...rest }: T) => ({ ...rest, message: parse(message) });

/** Where an archive or a carbon is for whoever it is addressed to. */
const ownOf = (stanza: Element) => stanza.attrs["to"]!;

/** By folder, and within the folder by the beginning of the file's name; the empty one is for all others. */
const CODECS: Record<string, Record<string, Codec>> = {
  "x-data": {
    "": {
      read: (command) => parseForms(command.getChildElements()[0]!),
      write: (forms: Parameters<typeof buildForm>[0][]) => forms.map(buildForm),
      part: (stanza) => payload(NS_DATA)(stanza.getChildElements()[0]!),
    },
  },
  disco: {
    info: {
      read: (iq) => parseInfo(only(iq, NS_DISCO_INFO)),
      write: (info: Parameters<typeof buildInfo>[0]) => [buildInfo(info)],
      part: payload(NS_DISCO_INFO),
    },
    items: {
      read: (iq) => parseItems(only(iq, NS_DISCO_ITEMS)),
      write: (items: Parameters<typeof buildItems>[0]) => [buildItems(items)],
      part: payload(NS_DISCO_ITEMS),
    },
  },
  rsm: {
    request: {
      read: (iq) => parsePageRequest(iq.getChildElements()[0]!),
      write: (page: object) => [buildPageRequest(page)],
      part: (iq) => payload(NS_RSM)(iq.getChildElements()[0]!),
    },
    result: {
      read: (iq) => parsePageResult(iq.getChildElements()[0]!),
      write: (page: object) => [buildPageResult(page)],
      part: (iq) => payload(NS_RSM)(iq.getChildElements()[0]!),
    },
  },
  "chat-states": {
    "": {
      read: parseChatState,
      write: (state: Parameters<typeof buildChatState>[0]) => [buildChatState(state)],
      part: payload(NS_CHAT_STATES),
    },
  },
  caps: { "": { read: parseCaps, write: (tag: Parameters<typeof buildCaps>[0]) => [buildCaps(tag)], part: payload(NS_CAPS) } },
  receipts: {
    "": { read: parseReceipt, write: (receipt: Parameters<typeof buildReceipt>[0]) => [buildReceipt(receipt)], part: payload(NS_RECEIPTS) },
  },
  ping: { "": { read: (iq) => isPing(iq.getChildElements()[0]!), write: () => [buildPing()], part: (iq) => iq.getChildElements() } },
  delay: {
    "": { read: parseDelays, write: (delays: Parameters<typeof buildDelay>[0][]) => delays.map(buildDelay), part: payload(NS_DELAY) },
  },
  carbons: {
    "": {
      read: (stanza) => asText(parseCarbon(stanza, ownOf(stanza))!),
      write: (carbon: Omit<Carbon, "message"> & { message: string }) => [buildCarbon(asElement(carbon))],
      part: (stanza) => stanza.getChildElements(),
    },
  },
  forward: {
    "": {
      read: (stanza) => asText(parseForwarded(stanza)!),
      write: (forwarded: Omit<Forwarded, "message"> & { message: string }) => [buildForwarded(asElement(forwarded))],
      part: payload(NS_FORWARD),
    },
  },
  mam: {
    query: {
      read: (iq) => parseArchiveQuery(only(iq, NS_MAM)),
      write: (query: object) => [buildArchiveQuery(query)],
      part: payload(NS_MAM),
    },
    result: {
      read: (stanza) => asText(parseArchiveResult(stanza, ownOf(stanza))!),
      write: (result: Omit<ArchiveResult, "message"> & { message: string }) => [buildArchiveResult(asElement(result))],
      part: payload(NS_MAM),
    },
    fin: {
      read: (iq) => parseArchiveFin(only(iq, NS_MAM)),
      write: (fin: Parameters<typeof buildArchiveFin>[0]) => [buildArchiveFin(fin)],
      part: payload(NS_MAM),
    },
  },
  "displayed-markers": {
    "": { read: parseMarker, write: (marker: Parameters<typeof buildMarker>[0]) => [buildMarker(marker)], part: payload(NS_MARKERS) },
  },
  hints: {
    "": {
      read: parseHints,
      write: (hints: Parameters<typeof buildHint>[0][]) => hints.map(buildHint),
      part: (stanza) => payload("urn:xmpp:hints")(stanza).sort((a, b) => a.name.localeCompare(b.name)),
    },
  },
  csi: { "": { read: parseClientState, write: (state: Parameters<typeof buildClientState>[0]) => [buildClientState(state)], part: whole } },
  "stanza-ids": {
    "": {
      read: (stanza) => ({ stanzaIds: parseStanzaIds(stanza), originId: parseOriginId(stanza) }),
      write: ({ stanzaIds, originId }: { stanzaIds: { by: string; id: string }[]; originId: string }) => [
        ...stanzaIds.map(buildStanzaId),
        buildOriginId(originId),
      ],
      part: payload(NS_STANZA_ID),
    },
  },
  roster: {
    "": {
      read: (iq) => parseRoster(only(iq, NS_ROSTER)),
      write: (changes: Parameters<typeof buildRoster>[0]) => [buildRoster(changes)],
      part: payload(NS_ROSTER),
    },
  },
  presence: {
    "": { read: parsePresence, write: (presence: Parameters<typeof buildPresence>[0]) => [buildPresence(presence)], part: whole },
  },
};

/** Of our own protocols, which have documents and suites of their own. */
const OWN = ["directory", "im-session"];

describe.each(Object.keys(CODECS))("vectors of %s", (folder) => {
  it.each(readPairs(join(vectorsFolder, folder)))("$name is read and built again as it is", ({ name, stanza, meaning }) => {
    const kinds = CODECS[folder]!;
    const codec = kinds[Object.keys(kinds).find((kind) => name.startsWith(kind))!]!;
    expect(codec.read(stanza)).toEqual(meaning);
    expect(codec.write(meaning as never).map(comparable)).toEqual(codec.part(stanza).map(comparable));
  });
});

describe("the folders of vectors", () => {
  it("are all run", () => {
    const folders = readdirSync(vectorsFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...Object.keys(CODECS), ...OWN].sort());
  });
});

describe("a pair of vectors", () => {
  const folder = mkdtempSync(join(tmpdir(), "parley-vectors-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const having = (files: Record<string, string>) => {
    for (const file of readdirSync(folder)) rmSync(join(folder, file));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    return () => readPairs(folder);
  };

  it("needs both halves", () => {
    expect(having({ "a.xml": "<a/>" })).toThrow("a.json is missing");
    expect(having({ "a.json": "{}" })).toThrow("a.xml is missing");
    expect(having({ "a.xml": "<a/>", "a.json": "{}" })()).toHaveLength(1);
  });

  it("needs something in each", () => {
    expect(having({ "a.xml": " \n", "a.json": "{}" })).toThrow("a.xml is empty");
    expect(having({ "a.xml": "<a/>", "a.json": "" })).toThrow("a.json is empty");
  });

  it("needs each to be well-formed", () => {
    expect(having({ "a.xml": "<a>", "a.json": "{}" })).toThrow("not a whole element");
    expect(having({ "a.xml": "<a/>", "a.json": "{" })).toThrow(SyntaxError);
  });

  it("has to be there", () => {
    expect(having({})).toThrow("has no vectors");
  });
});
