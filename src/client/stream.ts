import type { ReadonlyValue, Emitter, Unsubscribe } from "./value.ts";
import type { Element } from "./xml.ts";
import type { AuthenticationError, ParleyError } from "./errors.ts";

/** Where the connection is. */
export type ConnectionState =
  /** Not started, or stopped. */
  | { type: "offline" }
  | { type: "connecting"; attempt: number }
  /** `resumed`: the server kept our session (XEP-0198); else presence, roster and carbons start anew. */
  | { type: "online"; jid: string; resumed: boolean }
  /** Tries again at `retryAt` (ms since the epoch). */
  | { type: "waiting"; attempt: number; retryAt: number; reason: ParleyError }
  /** Will not try again by itself: the server refused the logon, or another place took it over. */
  | { type: "refused"; reason: AuthenticationError | ParleyError };

/** Looks at an incoming message or presence; `true`: it was meant for me, nobody else need look. */
export type StanzaHandler = (stanza: Element) => boolean | void;

export interface IqRequest {
  type: "get" | "set";
  /** None: our own account, answered by the server. */
  to?: string;
  payload: Element;
  /** 10 000 unless told. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Answers a request of ours: the payload of the result. Throw a StanzaError to refuse. */
export type IqHandler = (payload: Element, iq: Element) => Promise<Element | undefined> | Element | undefined;

/** RFC 6120 §8.2.3, with the responder check that the protocol library lacks. */
export interface Iq {
  /**
   * The payload of the result (undefined for an empty one). Rejects with StanzaError,
   * TimeoutError, or OfflineError (also when the connection goes while it waits).
   */
  request(request: IqRequest): Promise<Element | undefined>;
  /** Answers requests with this payload. `from` is on the iq, as the server stamped it. */
  handle(type: "get" | "set", name: string, xmlns: string, handler: IqHandler): Unsubscribe;
}

/** What an extension may ask of the connection (also implemented by the service's component). */
export interface Stream {
  /** Our full JID (the domain, for a component). Throws OfflineError before the first sign-in. */
  readonly jid: string;
  readonly state: ReadonlyValue<ConnectionState>;
  readonly iq: Iq;
  /**
   * Writes the stanza: text is cleaned of characters XML forbids. Resolves when written, which does
   * not mean arrived; see `acked`. Rejects with OfflineError or StanzaTooLargeError.
   */
  send(stanza: Element): Promise<void>;
  /** Looks at each incoming message and presence, in the order of registration. */
  use(handler: StanzaHandler): Unsubscribe;
  /** May change each outgoing stanza in place, in the order of registration (caps on presence). */
  filter(change: (stanza: Element) => void): Unsubscribe;
  /** The server has taken this stanza over (XEP-0198 §4). */
  readonly acked: Emitter<Element>;
  /** Resumption failed: nobody knows whether this stanza arrived. */
  readonly lost: Emitter<Element>;
}
