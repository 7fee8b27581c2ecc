/**
 * XEP-0198: Stream Management, version 1.6.3
 * https://xmpp.org/extensions/xep-0198.html
 * The counters and the queue of what the server has not taken over yet. Pure state: whoever holds the
 * stream tells it what was sent and received.
 */
import { MalformedError } from "./errors.ts";
import { NS_SM } from "./namespaces.ts";
import { parse } from "./parse.ts";
import { type Element, xml } from "./xml.ts";

/** What it takes to resume a stream from another page or process. JSON, for a storage of the session's life time. */
export interface SavedStream {
  /** The full JID of the stream. */
  jid: string;
  /** The server's name for it ("SM-ID"). */
  id: string;
  /** Stanzas received. */
  inbound: number;
  /** Stanzas sent that the server has taken over. */
  outbound: number;
  /** Stanzas sent that it has not, as XML. */
  unacknowledged: string[];
  /** Milliseconds since the epoch. */
  savedAt: number;
}

interface Sent {
  stanza: Element;
  text: string;
}

export class StreamManagement {
  readonly jid: string;
  /** Undefined: the server will not resume this stream. */
  readonly id: string | undefined;
  #inbound = 0;
  #outbound = 0;
  #unacknowledged: Sent[] = [];

  constructor(jid: string, id: string | undefined) {
    this.jid = jid;
    this.id = id;
  }

  static from(saved: SavedStream): StreamManagement {
    const management = new StreamManagement(saved.jid, saved.id);
    management.#inbound = saved.inbound;
    management.#outbound = saved.outbound;
    management.#unacknowledged = saved.unacknowledged.map((text) => ({ text, stanza: parse(text) }));
    return management;
  }

  /** Undefined when the stream cannot be resumed. */
  save(now: number): SavedStream | undefined {
    if (this.id === undefined) return undefined;
    return {
      jid: this.jid,
      id: this.id,
      inbound: this.#inbound,
      outbound: this.#outbound,
      unacknowledged: this.#unacknowledged.map(({ text }) => text),
      savedAt: now,
    };
  }

  /** How many stanzas the server has not taken over yet, as far as we know. */
  get unacknowledged(): number {
    return this.#unacknowledged.length;
  }

  /** A stanza was written; `text` is how. */
  sent(stanza: Element, text: string): void {
    this.#unacknowledged.push({ stanza, text });
  }

  received(): void {
    this.#inbound = (this.#inbound + 1) >>> 0;
  }

  /** Tells the server how much we have received. */
  answer(): Element {
    return xml("a", { xmlns: NS_SM, h: String(this.#inbound) });
  }

  resume(): Element {
    return xml("resume", { xmlns: NS_SM, h: String(this.#inbound), previd: this.id });
  }

  /** Takes the server's count and returns the stanzas it covers for the first time. Throws MalformedError. */
  acknowledge(h: string | undefined): Element[] {
    const count = Number(h);
    if (!Number.isInteger(count) || count < 0) throw new MalformedError("h", `is not a count: ${h}`);
    // XEP-0198 §4: the counter wraps from 2^32-1 to zero.
    const covered = (count - this.#outbound) >>> 0;
    if (covered > this.#unacknowledged.length) {
      throw new MalformedError("h", `acknowledges ${covered} of ${this.#unacknowledged.length} stanzas`);
    }
    this.#outbound = count;
    return this.#unacknowledged.splice(0, covered).map(({ stanza }) => stanza);
  }

  /** How those that the server lacks were written; to be written again after a resumption. */
  texts(): string[] {
    return this.#unacknowledged.map(({ text }) => text);
  }

  /** The stream is gone for good: returns those of which nobody knows whether they arrived. */
  giveUp(): Element[] {
    return this.#unacknowledged.splice(0).map(({ stanza }) => stanza);
  }
}
