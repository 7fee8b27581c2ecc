/**
 * RFC 6121: Instant Messaging and Presence, sections 3 and 4 (Subscriptions, Exchanging Presence Information)
 * https://www.rfc-editor.org/rfc/rfc6121#section-4
 */
import { xml, type Element } from "../../client/xml.ts";
import { type CapsTag, buildCaps, parseCaps } from "../caps/stanzas.ts";
import { buildSignedOut, isSignedOut } from "../directory/stanzas.ts";
import { defined } from "../fields.ts";
import { known, ownText } from "../stanza.ts";

const SHOWS = ["away", "chat", "dnd", "xa"] as const;
const SUBSCRIPTION_VERBS = ["subscribe", "subscribed", "unsubscribe", "unsubscribed"] as const;

export type Show = (typeof SHOWS)[number];
export type SubscriptionVerb = (typeof SUBSCRIPTION_VERBS)[number];

export type Presence =
  | { type: "available"; show?: Show; status?: string; priority: number; caps?: CapsTag }
  /** `signedOut`: the person left on purpose; without it the connection may have died. */
  | { type: "unavailable"; status?: string; signedOut: boolean }
  | { type: SubscriptionVerb }
  | { type: "probe" };

/** Without addresses: what a presence says. */
export function buildPresence(presence: Presence, to?: string): Element {
  switch (presence.type) {
    case "available":
      return xml(
        "presence",
        { to },
        presence.show && xml("show", {}, presence.show),
        presence.status === undefined ? undefined : xml("status", {}, presence.status),
        presence.priority === 0 ? undefined : xml("priority", {}, String(presence.priority)),
        presence.caps && buildCaps(presence.caps),
      );
    case "unavailable":
      return xml(
        "presence",
        { to, type: "unavailable" },
        presence.status === undefined ? undefined : xml("status", {}, presence.status),
        presence.signedOut ? buildSignedOut() : undefined,
      );
    default:
      return xml("presence", { to, type: presence.type });
  }
}

/** Undefined for errors and for types nobody knows. */
export function parsePresence(stanza: Element): Presence | undefined {
  if (!stanza.is("presence")) return undefined;
  const { type } = stanza.attrs;
  const status = ownText(stanza, "status");
  if (type === undefined) {
    return {
      type: "available",
      ...defined({ show: known(SHOWS, ownText(stanza, "show")), status, caps: parseCaps(stanza) }),
      priority: parsePriority(ownText(stanza, "priority")),
    };
  }
  if (type === "unavailable") {
    return { type, ...defined({ status }), signedOut: isSignedOut(stanza) };
  }
  if (type === "probe") return { type };
  const verb = known(SUBSCRIPTION_VERBS, type);
  return verb && { type: verb };
}

/** An integer between -128 and +127, 0 when not given (§4.7.2.3). */
function parsePriority(text: string | undefined): number {
  const priority = text && /^[+-]?\d{1,3}$/.test(text) ? Number(text) : 0;
  return priority >= -128 && priority <= 127 ? priority : 0;
}
