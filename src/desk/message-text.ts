/** What may be sent as one message. */
import { cleanText } from "../client/characters.ts";
import type { Problem } from "./types.ts";

/**
 * Bytes of UTF-8, as escaped in XML: the server takes 256 KiB per stanza, and what surrounds the text, or a copy of
 * it wraps around, must fit as well.
 */
export const MAX_TEXT_BYTES = 128 * 1024;

const ESCAPED: Record<string, number> = { "&": 5, "<": 4, ">": 4, '"': 6, "'": 6 };

/**
 * The text as the other side will read it: without the blank lines and spaces at its ends, and with what XML cannot carry
 * replaced here already, so that both transcripts show the same. Undefined when nothing is left.
 */
export function sendable(text: string): string | undefined {
  const readable = cleanText(text.replace(/\r\n?/g, "\n"));
  const trimmed = readable.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
  return trimmed.trim() === "" ? undefined : trimmed;
}

export function tooLong(text: string): Problem | undefined {
  const size = sizeOf(text);
  if (size <= MAX_TEXT_BYTES) return undefined;
  return { code: "message-too-long", detail: { size, limit: MAX_TEXT_BYTES } };
}

/** Bytes the text takes within a stanza. */
export function sizeOf(text: string): number {
  let size = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    size += ESCAPED[character] ?? (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
  }
  return size;
}
