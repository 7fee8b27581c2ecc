/** Looking into stanzas (RFC 6120 §8) safely. */
import type { Element } from "../client/xml.ts";

/** The namespace of stanzas on a client's stream. Forwarded stanzas must say it. */
export const NS_CLIENT = "jabber:client";

/**
 * A child that belongs to the stanza itself (`<body/>`, `<thread/>`, `<show/>`): of the stanza's own namespace, which is
 * not the same on a client's and a component's stream. `<x:body xmlns:x='urn:other'/>` is something else.
 */
export function ownChild(stanza: Element, name: string): Element | undefined {
  const xmlns = stanza.getNS();
  return stanza.getChildElements().find((child) => child.getName() === name && child.getNS() === xmlns);
}

/** The text of a child that belongs to the stanza itself; undefined when there is none, or it is empty. */
export function ownText(stanza: Element, name: string): string | undefined {
  return ownChild(stanza, name)?.text() || undefined;
}

/** Takes strings of a closed set, and nothing else. */
export function known<const T extends string>(values: readonly T[], value: string | undefined): T | undefined {
  return values.find((one) => one === value);
}

/** A count as the schemas' unsigned integers have it; undefined for anything else. */
export function unsigned(value: string | null | undefined): number | undefined {
  return value && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
