/**
 * RFC 6120 §8.2.3: IQ Semantics
 * https://www.rfc-editor.org/rfc/rfc6120#section-8.2.3
 */
import type { Clock, NewId } from "./clock.ts";
import { MalformedError, OfflineError, type ParleyError, StanzaError, TimeoutError } from "./errors.ts";
import { bareOf, domainOf } from "./jid.ts";
import type { Log } from "./log.ts";
import type { Arrival } from "./parser.ts";
import { buildStanzaError, parseStanzaError } from "./stanza-error.ts";
import type { Iq, IqHandler, IqRequest } from "./stream.ts";
import type { Unsubscribe } from "./value.ts";
import { type Element, xml } from "./xml.ts";

const TIMEOUT_MS = 10_000;

/**
 * Who may answer a request. An id is no secret towards the one who was asked, and a guess is possible
 * for others: without this check anybody could answer in another's name.
 *
 * RFC 6120 §8.1.2.1: a stanza without `from` comes from our own account; §10.3.3: the server answers
 * for the account, and does so from the bare JID.
 *
 * @param own - our full JID (for a component its domain)
 */
export function isAllowedResponder(from: string | undefined, to: string | undefined, own: string): boolean {
  if (from === to) return true;
  const isForAccount = to === undefined || to === bareOf(own);
  // Nobody else can send from these addresses: the server stamps clients' stanzas with their full JID.
  if (isForAccount) return from === undefined || from === bareOf(own) || from === own || from === domainOf(own);
  return from === undefined && to === domainOf(own);
}

interface Pending {
  to: string | undefined;
  settle(finish: () => void): void;
  resolve(payload: Element | undefined): void;
  reject(error: unknown): void;
}

export interface IqLayerOptions {
  /** Our full JID, or a component's domain. */
  jid: () => string;
  send: (iq: Element) => Promise<void>;
  clock: Clock;
  newId: NewId;
  log: Log;
}

/** The requests of ours that wait for an answer, and our answers to others'. */
export class IqLayer implements Iq {
  readonly #options: IqLayerOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #handlers = new Map<string, IqHandler>();

  constructor(options: IqLayerOptions) {
    this.#options = options;
  }

  request({ type, to, payload, timeoutMs = TIMEOUT_MS, signal }: IqRequest): Promise<Element | undefined> {
    const { send, clock, newId } = this.#options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const id = newId();
      const abort = () => pending.settle(() => reject(signal?.reason));
      const what = `the answer to <${payload.name} xmlns='${payload.attrs["xmlns"] ?? ""}'/>`;
      const cancelTimer = clock.setTimeout(() => pending.settle(() => reject(new TimeoutError(what, timeoutMs))), timeoutMs);
      const pending: Pending = {
        to,
        settle: (finish) => {
          this.#pending.delete(id);
          cancelTimer();
          signal?.removeEventListener("abort", abort);
          finish();
        },
        resolve,
        reject,
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#pending.set(id, pending);
      send(xml("iq", { type, id, to }, payload)).catch((error: unknown) => pending.settle(() => reject(error)));
    });
  }

  handle(type: "get" | "set", name: string, xmlns: string, handler: IqHandler): Unsubscribe {
    const key = handlerKey(type, name, xmlns);
    if (this.#handlers.has(key)) throw new Error(`${type} <${name} xmlns='${xmlns}'/> already has a handler`);
    this.#handlers.set(key, handler);
    return () => {
      if (this.#handlers.get(key) === handler) this.#handlers.delete(key);
    };
  }

  /** Takes an iq from the stream. */
  receive(arrival: Arrival): void {
    const { type } = arrival.element.attrs;
    if (type === "result" || type === "error") this.#receiveAnswer(arrival);
    else void this.#answer(arrival);
  }

  /** The stream is gone: nobody will answer any more. */
  failAll(reason: ParleyError): void {
    for (const { settle, reject } of [...this.#pending.values()]) {
      settle(() => reject(new OfflineError(`The connection went before the answer came: ${reason.message}`)));
    }
  }

  #receiveAnswer({ element: iq, refused }: Arrival): void {
    const { id, from, type } = iq.attrs;
    const pending = this.#pending.get(id ?? "");
    if (!pending) return;
    if (!isAllowedResponder(from, pending.to, this.#options.jid())) {
      this.#options.log({ level: "warn", event: "iq-answer-from-stranger" });
      return;
    }
    pending.settle(() => {
      if (refused) pending.reject(new MalformedError("iq", refused));
      else if (type === "error") pending.reject(parseStanzaError(iq));
      else pending.resolve(iq.getChildElements()[0]);
    });
  }

  async #answer(arrival: Arrival): Promise<void> {
    const { id, from, to } = arrival.element.attrs;
    const reply = (type: "result" | "error", payload: Element | undefined) =>
      this.#options.send(xml("iq", { id, to: from, from: to, type }, payload));
    try {
      await reply("result", await this.#payloadFor(arrival));
    } catch (error) {
      if (!(error instanceof StanzaError)) this.#options.log({ level: "error", event: "iq-not-answered", error });
      const told = error instanceof StanzaError ? error : new StanzaError("cancel", "internal-server-error");
      // Offline again: the one who asks hears from the server, or from its own clock.
      await reply("error", buildStanzaError(told)).catch(() => {});
    }
  }

  async #payloadFor({ element: iq, refused }: Arrival): Promise<Element | undefined> {
    const { type } = iq.attrs;
    const [payload, ...more] = iq.getChildElements();
    if (refused) throw new StanzaError("modify", "policy-violation");
    // RFC 6120 §8.2.3: get and set "MUST contain exactly one child element".
    if ((type !== "get" && type !== "set") || !payload || more.length > 0) throw new StanzaError("modify", "bad-request");
    const handler = this.#handlers.get(handlerKey(type, payload.getName(), payload.getNS() ?? ""));
    if (!handler) throw new StanzaError("cancel", "service-unavailable");
    return handler(payload, iq);
  }
}

function handlerKey(type: string, name: string, xmlns: string): string {
  return `${type} ${name} ${xmlns}`;
}
