/**
 * What XML 1.0 allows as a character, https://www.w3.org/TR/xml/#charsets
 * "Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]"
 * One forbidden character makes the server end the stream with not-well-formed, and takes the
 * messages behind it along; pasted text does contain them.
 */
import { type Element } from "./xml.ts";

const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** The text with U+FFFD in place of each character that XML forbids, lone surrogates included. */
export function cleanText(text: string): string {
  return text.replace(FORBIDDEN, "\uFFFD");
}

/** Cleans all text and attribute values of the element in place. Does not recurse, so that depth cannot hurt it. */
export function clean(element: Element): void {
  const open = [element];
  for (let current = open.pop(); current; current = open.pop()) {
    for (const [name, value] of Object.entries(current.attrs)) {
      if (value !== undefined) current.attrs[name] = cleanText(value);
    }
    current.children.forEach((child, index, children) => {
      if (typeof child === "string") children[index] = cleanText(child);
      else open.push(child);
    });
  }
}
