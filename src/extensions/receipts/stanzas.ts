/**
 * XEP-0184: Message Delivery Receipts, version 1.4.0
 * https://xmpp.org/extensions/xep-0184.html
 */
import { xml, type Element } from "../../client/xml.ts";

export const NS_RECEIPTS = "urn:xmpp:receipts";

export type Receipt = { type: "request" } | { type: "received"; id: string };

export function buildReceipt(receipt: Receipt): Element {
  return receipt.type === "request" ? xml("request", { xmlns: NS_RECEIPTS }) : xml("received", { xmlns: NS_RECEIPTS, id: receipt.id });
}

export function parseReceipt(message: Element): Receipt | undefined {
  const received = message.getChild("received", NS_RECEIPTS);
  if (received) {
    const { id } = received.attrs;
    // Without an id it acknowledges nothing (required since 1.4.0), and it must not be answered either (§5.4).
    return id ? { type: "received", id } : undefined;
  }
  return message.getChild("request", NS_RECEIPTS) && { type: "request" };
}
