/**
 * XEP-0297: Stanza Forwarding, version 1.0
 * https://xmpp.org/extensions/xep-0297.html
 */
import { xml, type Element } from "../../client/xml.ts";
import { type Delay, buildDelay, parseDelays } from "../delay/stanzas.ts";
import { defined } from "../fields.ts";
import { NS_CLIENT } from "../stanza.ts";

export const NS_FORWARD = "urn:xmpp:forward:0";

export interface Forwarded {
  /** When the one who forwards it first had it. */
  delay?: Delay;
  /** Says its own namespace. Whether it is genuine is for the extension to judge that forwards it (§5). */
  message: Element;
}

export function buildForwarded({ delay, message }: Forwarded): Element {
  return xml("forwarded", { xmlns: NS_FORWARD }, delay && buildDelay(delay), message);
}

/** The one message forwarded within this payload; undefined for none, several, or another kind of stanza. */
export function parseForwarded(payload: Element): Forwarded | undefined {
  const [forwarded, another] = payload.getChildren("forwarded", NS_FORWARD);
  if (!forwarded || another) return undefined;
  const [message, second] = forwarded.getChildren("message", NS_CLIENT);
  if (!message || second) return undefined;
  return { ...defined({ delay: parseDelays(forwarded)[0] }), message };
}
