/**
 * XEP-0352: Client State Indication, version 1.0.0
 * https://xmpp.org/extensions/xep-0352.html
 */
import { xml, type Element } from "../../client/xml.ts";
import { known } from "../stanza.ts";

export const NS_CSI = "urn:xmpp:csi:0";

/** `inactive`: nobody looks, the server may hold back what can wait. */
export type ClientState = "active" | "inactive";

export function buildClientState(state: ClientState): Element {
  return xml(state, { xmlns: NS_CSI });
}

export function parseClientState(element: Element): ClientState | undefined {
  return element.getNS() === NS_CSI ? known(["active", "inactive"], element.getName()) : undefined;
}
