/**
 * RFC 6121: Instant Messaging and Presence, section 5 (Exchanging Messages)
 * https://www.rfc-editor.org/rfc/rfc6121#section-5
 */
import type { NewId } from "../../client/clock.ts";
import { bareOf } from "../../client/jid.ts";
import { xml, type Element } from "../../client/xml.ts";
import { buildChatState } from "../chat-states/stanzas.ts";
import { buildMarker, parseMarker } from "../displayed-markers/stanzas.ts";
import { defined } from "../fields.ts";
import { buildReceipt, parseReceipt } from "../receipts/stanzas.ts";
import { ownText } from "../stanza.ts";
import { buildOriginId, parseOriginId } from "../stanza-ids/stanzas.ts";
import type { ChatMessage, ChatStateName, MessageMark, OutgoingChat } from "./types.ts";

/** Where a message was found, and what is known of it from there. */
export interface Provenance {
  /** Our own JID, bare or full. */
  own: string;
  source: ChatMessage["source"];
  /** Milliseconds since the epoch. */
  at: number;
  delayed: boolean;
  archiveId?: string | undefined;
  /** For a message to which neither its sender nor our archive gave an id. */
  newId: NewId;
}

/** Asks for a receipt and a displayed marker. */
export function buildChat({ id, to, body, thread }: OutgoingChat, state?: ChatStateName): Element {
  return xml(
    "message",
    { type: "chat", id, to },
    xml("body", {}, body),
    thread === undefined ? undefined : xml("thread", {}, thread),
    buildOriginId(id),
    buildReceipt({ type: "request" }),
    buildMarker({ type: "markable" }),
    state && buildChatState(state),
  );
}

/** Any other type than these is treated as `normal` (§5.2.2). */
const NOT_CHAT = new Set(["error", "groupchat", "headline"]);

/** Whether it is a message between two people. */
export function isPersonal(message: Element): boolean {
  return message.is("message") && !NOT_CHAT.has(message.attrs["type"] ?? "normal");
}

/** The two bare JIDs and the direction; undefined when the message is neither from us nor to us. No address is our own (RFC 6120 §8.1). */
export function parseParties(message: Element, ownJid: string): Pick<ChatMessage, "from" | "to" | "direction"> | undefined {
  const own = bareOf(ownJid);
  const from = bareOf(message.attrs["from"] ?? own);
  const to = bareOf(message.attrs["to"] ?? own);
  if (from === own) return { from, to, direction: "out" };
  return to === own ? { from, to, direction: "in" } : undefined;
}

/** What somebody wrote; undefined when there is no text, or it was not written to us or by us. */
export function parseChat(message: Element, provenance: Provenance): ChatMessage | undefined {
  const { own, source, at, delayed, archiveId, newId } = provenance;
  const parties = isPersonal(message) ? parseParties(message, own) : undefined;
  const body = ownText(message, "body");
  if (!parties || body === undefined) return undefined;
  return {
    id: parseOriginId(message) ?? (message.attrs["id"] || archiveId || newId()),
    ...parties,
    source,
    body,
    ...defined({ thread: ownText(message, "thread"), archiveId }),
    at,
    delayed,
    wantsReceipt: parseReceipt(message)?.type === "request",
    wantsMarker: parseMarker(message)?.type === "markable",
  };
}

/** What the other side says of a message of ours; or, from another device of ours, that we have seen one of theirs. */
export function parseMark(message: Element, ownJid: string): MessageMark | undefined {
  const parties = isPersonal(message) ? parseParties(message, ownJid) : undefined;
  if (!parties) return undefined;
  const receipt = parties.direction === "in" ? parseReceipt(message) : undefined;
  if (receipt?.type === "received") return { from: parties.from, id: receipt.id, kind: "delivered" };
  const marker = parseMarker(message);
  return marker?.type === "displayed" ? { from: parties.from, id: marker.id, kind: "read" } : undefined;
}
