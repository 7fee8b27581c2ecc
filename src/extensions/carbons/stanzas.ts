/**
 * XEP-0280: Message Carbons, version 1.0.1
 * https://xmpp.org/extensions/xep-0280.html
 */
import { xml, type Element } from "../../client/xml.ts";
import { bareOf } from "../../client/jid.ts";
import { type Forwarded, buildForwarded, parseForwarded } from "../forward/stanzas.ts";

export const NS_CARBONS = "urn:xmpp:carbons:2";

/** A copy of what another device of ours sent or received. */
export interface Carbon extends Forwarded {
  direction: "sent" | "received";
}

export function buildEnableCarbons(): Element {
  return xml("enable", { xmlns: NS_CARBONS });
}

export function buildDisableCarbons(): Element {
  return xml("disable", { xmlns: NS_CARBONS });
}

/** Keeps a message from being copied to the other devices (§9); `no-copy` (XEP-0334) goes with it. */
export function buildPrivate(): Element {
  return xml("private", { xmlns: NS_CARBONS });
}

export function buildCarbon({ direction, ...forwarded }: Carbon): Element {
  return xml(direction, { xmlns: NS_CARBONS }, buildForwarded(forwarded));
}

/** Whether the message says that it is a carbon. Anybody can say so. */
export function isCarbon(message: Element): boolean {
  return message.getChildElements().some((child) => child.is("sent", NS_CARBONS) || child.is("received", NS_CARBONS));
}

/**
 * The copy, if our own server made it.
 *
 * > Any forwarded copies received by a Carbons-enabled client MUST be from that user's bare JID; any copies that do not meet this
 * > requirement MUST be ignored. (§11)
 *
 * No `from` at all is our own account too (RFC 6120 §8.1.2.1). Beyond that, what we sent must be from us, and what we received be to us.
 */
export function parseCarbon(message: Element, ownJid: string): Carbon | undefined {
  const own = bareOf(ownJid);
  if ((message.attrs["from"] ?? own) !== own) return undefined;

  const copies = message.getChildElements().filter((child) => child.getNS() === NS_CARBONS);
  const copy = copies.length === 1 ? copies[0] : undefined;
  const direction = copy?.is("sent") ? "sent" : copy?.is("received") ? "received" : undefined;
  if (!copy || !direction) return undefined;

  const forwarded = parseForwarded(copy);
  if (!forwarded || isCarbon(forwarded.message)) return undefined;
  const { from, to } = forwarded.message.attrs;
  if (!from || !to || bareOf(direction === "sent" ? from : to) !== own) return undefined;
  return { direction, ...forwarded };
}
