/**
 * XEP-0059: Result Set Management, version 1.0
 * https://xmpp.org/extensions/xep-0059.html
 */
import { xml, type Element } from "../../client/xml.ts";
import { defined } from "../fields.ts";
import { unsigned } from "../stanza.ts";

export const NS_RSM = "http://jabber.org/protocol/rsm";

/** Which page: from the first item on, unless one of the three places is given. */
export interface PageRequest {
  /** 0 asks for the count alone (§2.7). */
  max?: number;
  /** The page that follows this item (§2.2). */
  after?: string;
  /** The page that precedes this item; the empty string: the last page (§2.3, §2.5). */
  before?: string;
  /** The page that begins with this row number (§2.6). */
  index?: number;
}

/** Which page it was. `count` and `index` may be approximate (§2.2). */
export interface PageResult {
  first?: string;
  /** Row number of the first item. */
  index?: number;
  last?: string;
  count?: number;
}

export function buildPageRequest({ max, after, before, index }: PageRequest): Element {
  return xml(
    "set",
    { xmlns: NS_RSM },
    max === undefined ? undefined : xml("max", {}, String(max)),
    after === undefined ? undefined : xml("after", {}, after),
    before === undefined ? undefined : before ? xml("before", {}, before) : xml("before"),
    index === undefined ? undefined : xml("index", {}, String(index)),
  );
}

/** The request within this payload; undefined when there is none, or it contradicts itself. */
export function parsePageRequest(payload: Element): PageRequest | undefined {
  const set = payload.getChild("set", NS_RSM);
  if (!set) return undefined;
  const textOf = (name: string) => set.getChildText(name, NS_RSM) ?? undefined;
  const [after, before] = [textOf("after"), textOf("before")];
  const [max, index] = [unsigned(textOf("max")), unsigned(textOf("index"))];
  const isUnreadable = (textOf("max") !== undefined && max === undefined) || (textOf("index") !== undefined && index === undefined);
  const places = defined({ after, before, index });
  return isUnreadable || Object.keys(places).length > 1 ? undefined : { ...defined({ max }), ...places };
}

export function buildPageResult({ first, index, last, count }: PageResult): Element {
  return xml(
    "set",
    { xmlns: NS_RSM },
    first === undefined ? undefined : xml("first", { index: index?.toString() }, first),
    last === undefined ? undefined : xml("last", {}, last),
    count === undefined ? undefined : xml("count", {}, String(count)),
  );
}

/** The result within this payload; undefined when there is none. An item without a readable number has none. */
export function parsePageResult(payload: Element): PageResult | undefined {
  const set = payload.getChild("set", NS_RSM);
  if (!set) return undefined;
  const first = set.getChild("first", NS_RSM);
  return defined({
    first: first?.text(),
    index: unsigned(first?.attrs["index"]),
    last: set.getChildText("last", NS_RSM) ?? undefined,
    count: unsigned(set.getChildText("count", NS_RSM)),
  });
}
