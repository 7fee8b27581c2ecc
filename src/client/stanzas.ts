/** What every stream does with stanzas, whatever carries them: hand them out, make them fit to be sent. */
import { clean } from "./characters.ts";
import { IqLayer, type IqLayerOptions } from "./iq.ts";
import { checkDepth, type Limits } from "./limits.ts";
import type { Arrival } from "./parser.ts";
import type { StanzaHandler } from "./stream.ts";
import type { Unsubscribe } from "./value.ts";
import type { Element } from "./xml.ts";

export class Stanzas {
  readonly iq: IqLayer;
  readonly #options: IqLayerOptions & { limits: Limits };
  #handlers: StanzaHandler[] = [];
  #filters: ((stanza: Element) => void)[] = [];

  constructor(options: IqLayerOptions & { limits: Limits }) {
    this.#options = options;
    this.iq = new IqLayer(options);
  }

  use(handler: StanzaHandler): Unsubscribe {
    const own: StanzaHandler = (stanza) => handler(stanza);
    this.#handlers = [...this.#handlers, own];
    return () => {
      this.#handlers = this.#handlers.filter((other) => other !== own);
    };
  }

  filter(change: (stanza: Element) => void): Unsubscribe {
    const own = (stanza: Element) => change(stanza);
    this.#filters = [...this.#filters, own];
    return () => {
      this.#filters = this.#filters.filter((other) => other !== own);
    };
  }

  /** Applies filters and makes the stanza legible for every parser. Throws MalformedError when it is too deep. */
  prepare(stanza: Element): void {
    for (const change of this.#filters) change(stanza);
    checkDepth(stanza, this.#options.limits.depth);
    clean(stanza);
  }

  /** Hands an incoming stanza to whom it concerns. Never throws: a faulty handler must not end the stream. */
  receive(arrival: Arrival): void {
    const { element, refused } = arrival;
    if (refused) {
      this.#options.log({ level: "warn", event: "stanza-refused", detail: { name: element.name, refused } });
    }
    if (element.getName() === "iq") return this.iq.receive(arrival);
    if (refused) return;
    for (const handler of this.#handlers) {
      try {
        if (handler(element) === true) return;
      } catch (error) {
        this.#options.log({ level: "error", event: "handler-failed", error });
      }
    }
  }
}

/** Whether the element is one of the three kinds of stanza (RFC 6120 §8), which stream management counts. */
export function isStanza(element: Element, xmlns: string): boolean {
  return ["iq", "message", "presence"].includes(element.getName()) && element.getNS() === xmlns;
}
