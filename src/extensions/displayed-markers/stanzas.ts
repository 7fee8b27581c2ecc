/**
 * XEP-0333: Displayed Markers, version 1.0.0
 * https://xmpp.org/extensions/xep-0333.html
 */
import { xml, type Element } from "../../client/xml.ts";

export const NS_MARKERS = "urn:xmpp:chat-markers:0";

/** `displayed`: everything up to the message with this id was on the other side's screen. */
export type Marker = { type: "markable" } | { type: "displayed"; id: string };

export function buildMarker(marker: Marker): Element {
  return marker.type === "markable" ? xml("markable", { xmlns: NS_MARKERS }) : xml("displayed", { xmlns: NS_MARKERS, id: marker.id });
}

export function parseMarker(message: Element): Marker | undefined {
  if (message.getChild("markable", NS_MARKERS)) return { type: "markable" };
  // > The <displayed/> element MUST have an 'id' attribute that copies the value from the 'id' attribute of the message it refers to. (§4.2)
  const id = message.getChild("displayed", NS_MARKERS)?.attrs["id"];
  return id ? { type: "displayed", id } : undefined;
}
