/**
 * From text to stanzas, with the limits kept while reading: what lies too deep or beyond the size
 * limit is never built, so that nothing behind the parser can be overrun by it. A stanza that broke a
 * limit still arrives, truncated and marked, because stream management has to count it (XEP-0198 §4):
 * left uncounted, it would be delivered, and refused, again after every resumption.
 */
import { Element as XmlElement, Parser } from "@xmpp/xml";
import { MalformedError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { Element } from "./xml.ts";

export interface Arrival {
  element: Element;
  /** Why the element is not complete, if it is not. */
  refused?: "too-deep" | "too-large";
}

export interface ParserListener {
  /** The header of a TCP stream (RFC 6120 §4.2). */
  opened(header: Element): void;
  arrived(arrival: Arrival): void;
  /** The other side closed the TCP stream. */
  ended(): void;
}

/** 1 where each text is one element (RFC 7395), 2 where elements are children of the stream (RFC 6120). */
export type StanzaLevel = 1 | 2;

// The library's parser keeps a tree of its own making; of it only the tokenizer is used.
const Tokenizer = Parser as new () => { write(text: string): void };

/** Reads a stream in whatever pieces the network makes of it. `write` throws MalformedError. */
export class StreamParser extends Tokenizer {
  readonly #limits: Limits;
  readonly #listener: ParserListener;
  readonly #stanzaLevel: StanzaLevel;
  #header: Element | null = null;
  /** The innermost open element that was built. */
  #cursor: Element | null = null;
  /** Open elements that were built. */
  #level = 0;
  /** Open elements inside those, which a limit keeps from being built. */
  #skipping = 0;
  #size = 0;
  #refused: Arrival["refused"];
  /** What came after the last ">". */
  #held = "";

  constructor(limits: Limits, listener: ParserListener, stanzaLevel: StanzaLevel) {
    super();
    this.#limits = limits;
    this.#listener = listener;
    this.#stanzaLevel = stanzaLevel;
  }

  override write(text: string): void {
    this.#size += text.length;
    this.#held += text;
    // COMPAT: ltx 3.1 does not recognize "?>", "-->" and "]]>" when they come in two pieces, and swallows
    // all that follows; so it gets pieces that end with ">". Not for ever: text may be long.
    const end = this.#held.length > this.#limits.incoming ? this.#held.length : this.#held.lastIndexOf(">") + 1;
    const whole = this.#held.slice(0, end);
    this.#held = this.#held.slice(end);
    try {
      super.write(whole);
    } catch (error) {
      throw error instanceof MalformedError ? error : new MalformedError("stream", String(error));
    }
  }

  /** Whether the last element is closed. */
  get isComplete(): boolean {
    return this.#level + this.#skipping < this.#stanzaLevel;
  }

  protected onStartElement(name: string, attrs: Record<string, string>): void {
    if (this.#isTooDeep()) this.#refused ??= "too-deep";
    if (this.#isRefusing()) {
      this.#skipping += 1;
      return;
    }
    const element = new XmlElement(name, attrs) as Element;
    this.#level += 1;
    if (this.#level < this.#stanzaLevel) {
      this.#header = element;
      this.#size = 0;
      this.#listener.opened(element);
    } else if (this.#level === this.#stanzaLevel) {
      // Linked upwards only: the stream must not collect what went through it.
      element.parent = this.#header;
      this.#cursor = element;
    } else {
      this.#cursor?.append(element);
      this.#cursor = element;
    }
  }

  protected onText(text: string): void {
    if (this.#level >= this.#stanzaLevel && !this.#isRefusing()) this.#cursor?.append(text);
  }

  protected onEndElement(name: string): void {
    if (this.#skipping > 0) {
      this.#skipping -= 1;
      return;
    }
    const element = this.#level < this.#stanzaLevel ? this.#header : this.#cursor;
    if (element?.name !== name) throw new MalformedError(name, `closes ${element?.name ?? "nothing"}`);
    this.#level -= 1;
    if (this.#level >= this.#stanzaLevel) this.#cursor = element.parent;
    else if (this.#level === this.#stanzaLevel - 1) this.#deliver(element);
    else this.#listener.ended();
  }

  #isTooDeep(): boolean {
    return this.#level - this.#stanzaLevel + 1 >= this.#limits.depth;
  }

  /** Whether the open stanza broke a limit: nothing more of it is built. */
  #isRefusing(): boolean {
    if (this.#level < this.#stanzaLevel) return false;
    if (this.#size > this.#limits.incoming) this.#refused ??= "too-large";
    return this.#refused !== undefined;
  }

  #deliver(element: Element): void {
    const refused = this.#refused;
    this.#refused = undefined;
    this.#cursor = null;
    this.#size = 0;
    this.#listener.arrived(refused ? { element, refused } : { element });
  }
}
