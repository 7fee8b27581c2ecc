/**
 * XEP-0203: Delayed Delivery, version 2.0
 * https://xmpp.org/extensions/xep-0203.html
 */
import { xml, type Element } from "../../client/xml.ts";
import { bareOf, domainOf } from "../../client/jid.ts";
import { defined, formatTime, time, unlessMalformed } from "../fields.ts";

export const NS_DELAY = "urn:xmpp:delay";

export interface Delay {
  /** Who kept it back. */
  from?: string;
  /** When it was first sent: milliseconds since the epoch. */
  stamp: number;
}

export function buildDelay({ from, stamp }: Delay): Element {
  return xml("delay", { xmlns: NS_DELAY, from, stamp: formatTime(stamp) });
}

/** All the stamps there are, in the order in which they were added. Anybody may have added them. */
export function parseDelays(stanza: Element): Delay[] {
  return stanza.getChildren("delay", NS_DELAY).flatMap((delay) => {
    // > The format […] MUST be expressed in UTC. (§2)
    const stamp = unlessMalformed(() => time("stamp", delay.attrs["stamp"]));
    return stamp === undefined ? [] : [{ ...defined({ from: delay.attrs["from"] }), stamp }];
  });
}

/**
 * The stamp of our own server (as the domain, or as our account), the last if there are several: ours adds
 * its own after what came in. Others' stamps are ignored.
 *
 * > …a recipient SHOULD NOT rely on delayed delivery notations to provide a completely accurate representation of the delivery path or
 * > timing of a stanza it has received. (§5)
 *
 * The server SHOULD, but need not, remove a stamp that bears its name: this is good for showing a time, and for nothing else.
 */
export function parseOwnServersDelay(stanza: Element, ownJid: string): Delay | undefined {
  const own = bareOf(ownJid);
  return parseDelays(stanza).findLast(({ from }) => from === own || from === domainOf(own));
}
