/**
 * XEP-0199: XMPP Ping, version 2.0.1
 * https://xmpp.org/extensions/xep-0199.html
 */
import { xml, type Element } from "../../client/xml.ts";

export const NS_PING = "urn:xmpp:ping";

export function buildPing(): Element {
  return xml("ping", { xmlns: NS_PING });
}

export function isPing(payload: Element): boolean {
  return payload.is("ping", NS_PING);
}
