/** The XML of the protocol library, typed. Everything else imports Element and xml from here. */
import ltxml from "@xmpp/xml";

export type Node = Element | string;

/** An XML element as `@xmpp/xml` makes it. Look-ups demand the namespace: without it, any namespace would match. */
export interface Element {
  /** The qualified name, prefix included; compare with `is`. */
  name: string;
  attrs: Record<string, string | undefined>;
  parent: Element | null;
  children: Node[];
  is(name: string, xmlns?: string): boolean;
  /** The local name. */
  getName(): string;
  getNS(): string | undefined;
  getChild(name: string, xmlns: string): Element | undefined;
  getChildren(name: string, xmlns: string): Element[];
  getChildElements(): Element[];
  getChildText(name: string, xmlns: string): string | null;
  text(): string;
  append(...nodes: Node[]): this;
  remove(node: Node): this;
  toString(): string;
}

/** Builds an element. Text and attribute values are escaped; names must be constants of ours. Undefined attributes and children are left out. */
export function xml(name: string, attrs: Record<string, string | undefined> = {}, ...children: (Node | undefined)[]): Element {
  const given = Object.fromEntries(Object.entries(attrs).filter(([, value]) => value !== undefined));
  return (ltxml as (...args: unknown[]) => Element)(name, given, ...children.filter((child) => child !== undefined));
}
