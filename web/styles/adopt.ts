import type { CSSResult, CSSResultOrNative } from "lit";
import { tokens } from "./tokens.ts";

const sheetsOf = new WeakMap<Document, Map<CSSResultOrNative, CSSStyleSheet>>();

/**
 * Gives a root its styles. A constructed sheet belongs to the document it was made in, so that an element that
 * moves into the gadget's document needs sheets made there; they are made once for each document.
 */
export function adoptStylesInto(root: ShadowRoot, styles: readonly CSSResultOrNative[]): void {
  root.adoptedStyleSheets = styles.map((style) => sheetFor(root.ownerDocument, style));
}

/** Makes the tokens known to a document, once. */
export function adoptTokens(document: Document): void {
  const sheet = sheetFor(document, tokens);
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
}

function sheetFor(document: Document, style: CSSResultOrNative): CSSStyleSheet {
  const sheets = sheetsOf.get(document) ?? new Map<CSSResultOrNative, CSSStyleSheet>();
  sheetsOf.set(document, sheets);
  const known = sheets.get(style);
  if (known) return known;
  const Sheet = (document.defaultView ?? window).CSSStyleSheet;
  const sheet = new Sheet();
  sheet.replaceSync((style as CSSResult).cssText);
  sheets.set(style, sheet);
  return sheet;
}
