/**
 * Parley Directory, version 0.1.0 (urn:parley:directory:0)
 * docs/protocol/directory.md
 *
 * The codecs of both sides: clients build requests and parse what the service answers and pushes,
 * the service parses requests and builds the rest. What is malformed throws MalformedError.
 */
import { xml, type Element } from "../../client/xml.ts";
import { bareJid, bool, children, defined, expectElement, formatTime, integer, onlyChild, oneOf, optional, text, time } from "../fields.ts";
import { buildPageRequest, buildPageResult, NS_RSM } from "../rsm/index.ts";
import {
  NS_DIRECTORY as NS,
  RIGHTS,
  type AgentPresence,
  type AgentRow,
  type DirectoryPage,
  type DirectorySearch,
  type Me,
  type Right,
  type Readiness,
} from "./types.ts";

/** Rows on one page, and agents on one watch list: what a server takes in one stanza, whatever the names. */
export const MAX_PAGE = 50;
export const MAX_WATCHED = 200;

/** Characters of a search, of a reason, and of a name, group or skill. */
export const MAX_TEXT = 200;

/** Groups, and skills, of one agent; and the bytes of them all on the wire. */
export const MAX_LABELS = 100;
export const MAX_LABELS_BYTES = 2000;

const READINESS = ["ready", "not-ready", "away", "unreachable", "signed-out"] as const satisfies readonly Readiness[];

const label = text({ min: 1, max: MAX_TEXT });
const logon = text({ min: 1, max: 1023 });
const count = integer({ min: 0 });

const textOf = (element: Element, name: string, xmlns: string) => onlyChild(element, name, xmlns).text();

/** Who am I, and what may I do? The payload of an IQ of type get. */
export function buildMeRequest(): Element {
  return xml("me", { xmlns: NS });
}

export function buildMe(me: Me): Element {
  return xml(
    "me",
    { xmlns: NS, jid: me.jid, logon: me.logon, name: me.name, "invite-timeout": String(me.inviteTimeoutS) },
    ...me.rights.map((right) => xml("right", {}, right)),
  );
}

export function parseMe(element: Element | undefined): Me {
  const me = expectElement(element, "me", NS);
  const rights = me.getChildren("right", NS).map((right) => right.text());
  return {
    jid: bareJid("jid", me.attrs["jid"]),
    logon: logon("logon", me.attrs["logon"]),
    name: label("name", me.attrs["name"]),
    // A right that this version does not know opens nothing here.
    rights: RIGHTS.filter((right: Right) => rights.includes(right)),
    inviteTimeoutS: integer({ min: 1, max: 86_400 })("invite-timeout", me.attrs["invite-timeout"]),
  };
}

/** The payload of an IQ of type get. */
export function buildSearch(search: DirectorySearch): Element {
  return xml(
    "search",
    { xmlns: NS, filter: search.filter },
    xml("text", {}, search.text),
    buildPageRequest({ max: search.max, index: search.index }),
  );
}

export function parseSearch(payload: Element): DirectorySearch {
  const search = expectElement(payload, "search", NS);
  // Read here and not by rsm: this protocol demands both numbers, and a refusal names the one that is wrong.
  const set = onlyChild(search, "set", NS_RSM);
  return {
    text: text({ max: MAX_TEXT })("text", textOf(search, "text", NS)),
    filter: oneOf("all", "favorites", "recents")("filter", search.attrs["filter"]),
    index: count("index", textOf(set, "index", NS_RSM)),
    max: integer({ min: 1, max: MAX_PAGE })("max", textOf(set, "max", NS_RSM)),
  };
}

/** The result of a search (XEP-0059 §2.6: `index` tells where the page is). */
export function buildPage(page: DirectoryPage): Element {
  const [first, last] = [page.rows.at(0), page.rows.at(-1)];
  return xml(
    "rows",
    { xmlns: NS },
    ...page.rows.map(buildRow),
    buildPageResult({ count: page.count, ...(first && last && { first: first.jid, index: page.index, last: last.jid }) }),
  );
}

export function parsePage(element: Element | undefined): DirectoryPage {
  const page = expectElement(element, "rows", NS);
  const rows = children(page, "agent", NS, MAX_PAGE).map(parseRow);
  const set = onlyChild(page, "set", NS_RSM);
  return {
    rows,
    // An empty page is nowhere (XEP-0059 §2.6 leaves out `<first/>`).
    index: rows.length === 0 ? 0 : count("index", onlyChild(set, "first", NS_RSM).attrs["index"]),
    count: count("count", textOf(set, "count", NS_RSM)),
  };
}

function presenceAttributes(presence: AgentPresence): Record<string, string | undefined> {
  return {
    jid: presence.jid,
    readiness: presence.readiness,
    reason: presence.reason,
    since: presence.since === undefined ? undefined : formatTime(presence.since),
    plain: String(presence.plain),
  };
}

function parsePresence({ attrs }: Element): AgentPresence {
  return {
    jid: bareJid("jid", attrs["jid"]),
    readiness: oneOf(...READINESS)("readiness", attrs["readiness"]),
    plain: bool("plain", attrs["plain"]),
    ...defined({
      reason: optional(label)("reason", attrs["reason"]),
      since: optional(time)("since", attrs["since"]),
    }),
  };
}

const buildLabels = (name: "group" | "skill", labels: readonly string[]): Element[] => labels.map((text) => xml(name, {}, text));

/** To be compared with {@link MAX_LABELS_BYTES}. */
export function sizeOfLabels(labels: readonly string[]): number {
  return new TextEncoder().encode(buildLabels("group", labels).join("")).length;
}

function buildRow(row: AgentRow): Element {
  return xml(
    "agent",
    {
      ...presenceAttributes(row),
      logon: row.logon,
      name: row.name,
      favorite: String(row.favorite),
      im: String(row.mayIm),
    },
    ...buildLabels("group", row.groups),
    ...buildLabels("skill", row.skills),
  );
}

function parseRow(agent: Element): AgentRow {
  const labels = (name: string) => children(agent, name, NS, MAX_LABELS).map((element) => label(name, element.text()));
  return {
    ...parsePresence(agent),
    logon: logon("logon", agent.attrs["logon"]),
    name: label("name", agent.attrs["name"]),
    groups: labels("group"),
    skills: labels("skill"),
    favorite: bool("favorite", agent.attrs["favorite"]),
    mayIm: bool("im", agent.attrs["im"]),
  };
}

/** The payload of an IQ of type set: from now on this resource hears of these agents and of no others. */
export function buildWatch(jids: readonly string[]): Element {
  return xml("watch", { xmlns: NS }, ...jids.map((jid) => xml("jid", {}, jid)));
}

export function parseWatch(payload: Element): string[] {
  const watch = expectElement(payload, "watch", NS);
  return children(watch, "jid", NS, MAX_WATCHED).map((jid) => bareJid("jid", jid.text()));
}

/** The result of `<watch/>`, and the child of a pushed headline message. */
export function buildPresences(presences: readonly AgentPresence[]): Element {
  return xml("presences", { xmlns: NS }, ...presences.map((presence) => xml("presence-of", presenceAttributes(presence))));
}

export function parsePresences(element: Element | undefined): AgentPresence[] {
  const presences = expectElement(element, "presences", NS);
  return children(presences, "presence-of", NS, MAX_WATCHED).map(parsePresence);
}

/** The pushed element within a message, if it has one. */
export function findPresences(message: Element): Element | undefined {
  return message.getChild("presences", NS);
}

export interface Favorite {
  jid: string;
  on: boolean;
}

/** The payload of an IQ of type set; its result is empty. */
export function buildFavorite({ jid, on }: Favorite): Element {
  return xml("favorite", { xmlns: NS, jid, on: String(on) });
}

export function parseFavorite(payload: Element): Favorite {
  const { attrs } = expectElement(payload, "favorite", NS);
  return { jid: bareJid("jid", attrs["jid"]), on: bool("on", attrs["on"]) };
}

/** In an unavailable presence: the agent signed out. Without it the connection died. */
export function buildSignedOut(): Element {
  return xml("signed-out", { xmlns: NS });
}

export function isSignedOut(presence: Element): boolean {
  return presence.attrs["type"] === "unavailable" && presence.getChild("signed-out", NS) !== undefined;
}
