/**
 * XEP-0115: Entity Capabilities, version 1.6.0
 * https://xmpp.org/extensions/xep-0115.html
 */
import { xml, type Element } from "../../client/xml.ts";

export const NS_CAPS = "http://jabber.org/protocol/caps";

/** On a presence: which software it is (`node`), and the hash of what it can do (`ver`). */
export interface CapsTag {
  hash: string;
  node: string;
  ver: string;
}

export function buildCaps({ hash, node, ver }: CapsTag): Element {
  return xml("c", { xmlns: NS_CAPS, hash, node, ver });
}

/** Undefined also for the form before version 1.4, which has no hash: it can not be verified. */
export function parseCaps(presence: Element): CapsTag | undefined {
  const { hash, node, ver } = presence.getChild("c", NS_CAPS)?.attrs ?? {};
  return hash && node && ver ? { hash, node, ver } : undefined;
}
