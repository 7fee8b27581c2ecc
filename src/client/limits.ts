/**
 * How deep and how large a stanza may be. A nested message of 35 kB, which every server passes on,
 * overflows the stack of whoever walks it recursively; so depth is checked before anybody does.
 */
import { MalformedError, StanzaTooLargeError } from "./errors.ts";
import type { Element } from "./xml.ts";

export interface Limits {
  /** Levels of elements in a stanza, the stanza itself included. */
  depth: number;
  /** Size of an incoming stanza, in UTF-16 code units (never more than its bytes). */
  incoming: number;
  /** Bytes of an outgoing stanza; a server that announces less (XEP-0478) is obeyed. */
  outgoing: number;
}

/** 256 KiB is what Prosody and ejabberd take from a client unless configured otherwise. */
export const defaultLimits: Limits = { depth: 64, incoming: 1024 * 1024, outgoing: 256 * 1024 };

/** Throws when the element has more levels than allowed. Does not recurse. */
export function checkDepth(element: Element, depth: number): void {
  let level: Element[] = [element];
  for (let levels = 1; level.length > 0; levels += 1) {
    if (levels > depth) throw new MalformedError(element.name, `nested deeper than ${depth} levels`);
    level = level.flatMap((parent) => parent.children.filter((child): child is Element => typeof child !== "string"));
  }
}

/** Throws when the text has more bytes of UTF-8 than allowed. */
export function checkSize(text: string, limit: number): void {
  // A UTF-16 code unit takes three bytes at most: short texts need no counting.
  if (text.length * 3 <= limit) return;
  const size = new TextEncoder().encode(text).length;
  if (size > limit) throw new StanzaTooLargeError(size, limit);
}
