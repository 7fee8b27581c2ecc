/**
 * XEP-0359: Unique and Stable Stanza IDs, version 0.7.0
 * https://xmpp.org/extensions/xep-0359.html
 */
import { xml, type Element } from "../../client/xml.ts";
import { hasHint } from "../hints/stanzas.ts";

export const NS_STANZA_ID = "urn:xmpp:sid:0";

export interface StanzaId {
  /** Who gave it: a bare JID or a domain. */
  by: string;
  id: string;
}

export function buildOriginId(id: string): Element {
  return xml("origin-id", { xmlns: NS_STANZA_ID, id });
}

/** The id the sender's client chose. */
export function parseOriginId(stanza: Element): string | undefined {
  return stanza.getChild("origin-id", NS_STANZA_ID)?.attrs["id"] || undefined;
}

export function buildStanzaId({ by, id }: StanzaId): Element {
  return xml("stanza-id", { xmlns: NS_STANZA_ID, by, id });
}

export function parseStanzaIds(stanza: Element): StanzaId[] {
  return stanza.getChildren("stanza-id", NS_STANZA_ID).flatMap(({ attrs: { by, id } }) => (by && id ? [{ by, id }] : []));
}

/**
 * The id that `by`, our own account, gave.
 *
 * > Stanza ID generating entities, which encounter a <stanza-id/> element where the 'by' attribute matches the 'by' attribute they would
 * > otherwise set, MUST delete that element even if they are not adding their own stanza ID. (§3 rule 2)
 *
 * COMPAT: Prosody (0.12, 13) leaves a forged one in the copy it delivers, beside the genuine one. So two are none; nor is there a
 * genuine one on a message that asks not to be archived.
 */
export function parseStanzaId(stanza: Element, by: string): string | undefined {
  if (hasHint(stanza, "no-store") || hasHint(stanza, "no-permanent-store")) return undefined;
  const ours = parseStanzaIds(stanza).filter((stanzaId) => stanzaId.by === by);
  return ours.length === 1 ? ours[0]!.id : undefined;
}
