/**
 * XEP-0334: Message Processing Hints, version 1.0.0
 * https://xmpp.org/extensions/xep-0334.html
 */
import { xml, type Element } from "../../client/xml.ts";

export const NS_HINTS = "urn:xmpp:hints";

/** What others on the way are asked to do or leave; nobody has to follow (§5). */
export const HINTS = ["no-copy", "no-permanent-store", "no-store", "store"] as const;
export type Hint = (typeof HINTS)[number];

export function buildHint(hint: Hint): Element {
  return xml(hint, { xmlns: NS_HINTS });
}

export function parseHints(message: Element): Hint[] {
  return HINTS.filter((hint) => hasHint(message, hint));
}

export function hasHint(message: Element, hint: Hint): boolean {
  return message.getChild(hint, NS_HINTS) !== undefined;
}
