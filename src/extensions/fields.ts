/**
 * Reads the attributes and texts of our own protocol elements (docs/protocol). What does not have the
 * shape that the schema demands is refused with a MalformedError that names the field.
 */
import { MalformedError } from "../client/errors.ts";
import type { Element } from "../client/xml.ts";

/** Takes an attribute's value or an element's text; undefined when it is missing. */
export type Field<T> = (name: string, value: string | undefined) => T;

/** RFC 7622 §3.1: three parts of at most 1023 octets each, and two separators. */
const MAX_JID = 3071;

// RFC 7622 §3.3.1 forbids these in a localpart. No more is checked: a JID is compared as the server stamped it.
const BARE_JID = /^[^\p{Cc}\s"&'/:<>@]+@[^\p{Cc}\s"&'/<>@]+$/u;

// Lower case only: ids are compared as strings, and two spellings would be two sessions.
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const DATE_TIME = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

function present(name: string, value: string | undefined): string {
  if (value === undefined) throw new MalformedError(name, "is missing");
  return value;
}

export const uuid: Field<string> = (name, value) => {
  if (!UUID.test(present(name, value))) throw new MalformedError(name, "is not a UUID in lower case");
  return value!;
};

/** `local@domain`, without a resource. */
export const bareJid: Field<string> = (name, value) => {
  if (present(name, value).length > MAX_JID) throw new MalformedError(name, `is longer than ${MAX_JID} characters`);
  if (!BARE_JID.test(value!)) throw new MalformedError(name, "is not a bare JID");
  return value!;
};

/** XEP-0082 §3.2 in UTC, as milliseconds since the epoch. */
export const time: Field<number> = (name, value) => {
  const date = DATE_TIME.exec(present(name, value))?.[1];
  const ms = Date.parse(value!);
  // The platform takes 30 February for 2 March.
  if (date === undefined || Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(date)) {
    throw new MalformedError(name, "is not a date and time in UTC");
  }
  return ms;
};

/** The lexical form of XEP-0082 with milliseconds. */
export const formatTime = (ms: number): string => new Date(ms).toISOString();

export const bool: Field<boolean> = (name, value) => oneOf("true", "false")(name, value) === "true";

export function oneOf<const T extends string>(...values: readonly T[]): Field<T> {
  return (name, value) => {
    const known = values.find((candidate) => candidate === present(name, value));
    if (known === undefined) throw new MalformedError(name, `is none of ${values.join(", ")}`);
    return known;
  };
}

export function integer({ min, max = Number.MAX_SAFE_INTEGER }: { min: number; max?: number }): Field<number> {
  return (name, value) => {
    const number = /^\d{1,16}$/.test(present(name, value)) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) throw new MalformedError(name, `is not a number from ${min} to ${max}`);
    return number;
  };
}

/** Counts characters as XML Schema does: code points. */
export function text({ min = 0, max }: { min?: number; max: number }): Field<string> {
  return (name, value) => {
    // Far too long is not worth counting.
    const length = present(name, value).length > 2 * max ? Number.POSITIVE_INFINITY : [...value!].length;
    if (length < min) throw new MalformedError(name, "is empty");
    if (length > max) throw new MalformedError(name, `is longer than ${max} characters`);
    return value!;
  };
}

/** The field may be missing. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return (name, value) => (value === undefined ? undefined : field(name, value));
}

/** The only child of this name. */
export function onlyChild(element: Element, name: string, xmlns: string): Element {
  const [child, ...more] = element.getChildren(name, xmlns);
  if (!child) throw new MalformedError(name, "is missing");
  if (more.length > 0) throw new MalformedError(name, "is there more than once");
  return child;
}

/** All children of this name, at most `max`. */
export function children(element: Element, name: string, xmlns: string, max: number): Element[] {
  const found = element.getChildren(name, xmlns);
  if (found.length > max) throw new MalformedError(name, `is there more than ${max} times`);
  return found;
}

/** Refuses another element than the one that was expected. */
export function expectElement(element: Element | undefined, name: string, xmlns: string): Element {
  if (!element?.is(name, xmlns)) throw new MalformedError(name, "is missing");
  return element;
}

/** The same object without the properties that are undefined. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<typeof defined<T>>;
}

/** What `read` returns; undefined when what it read is malformed and can be done without. */
export function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}
