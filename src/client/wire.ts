/**
 * One stream over one socket, as elements: read one by one while it is negotiated, handed to a
 * listener afterwards. Nothing is lost or reordered between the two, which stream management's
 * counting depends on.
 */
import { MalformedError, OfflineError, ParleyError, StreamError } from "./errors.ts";
import { NS_FRAMING, NS_STREAM, NS_STREAM_ERRORS } from "./namespaces.ts";
import type { Arrival } from "./parser.ts";
import type { Element } from "./xml.ts";

/** The transport below: WebSocket or TCP. */
export interface Socket {
  /** Throws OfflineError when it is not open. */
  write(text: string): void;
  /** Lets go of it without a word to the other side. */
  drop(): void;
}

export interface SocketListener {
  opened(): void;
  arrived(arrival: Arrival): void;
  closed(reason: ParleyError): void;
}

export type OpenSocket = (listener: SocketListener) => Socket;

export class Wire {
  readonly #socket: Socket | undefined;
  /** Fulfilled when the socket is open; rejected when it could not be opened. */
  readonly opened: Promise<void>;
  /** Fulfilled with the reason when the stream has ended, whoever ended it. */
  readonly ended: Promise<ParleyError>;
  #end: (reason: ParleyError) => void = () => {};
  #endReason: ParleyError | undefined;
  #queue: Arrival[] = [];
  #reader: { resolve(element: Element): void; reject(error: unknown): void } | undefined;
  #listener: ((arrival: Arrival) => void) | undefined;

  constructor(open: OpenSocket) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    let opened = () => {};
    this.opened = new Promise((resolve, reject) => {
      opened = resolve;
      void this.ended.then(reject);
    });
    // Whoever does not wait for the opening hears of the failure by `ended`.
    this.opened.catch(() => {});
    try {
      this.#socket = open({
        opened,
        arrived: (arrival) => this.#arrived(arrival),
        closed: (reason) => this.drop(reason),
      });
    } catch (error) {
      // A malformed address, or one that the page may not open.
      this.drop(error instanceof ParleyError ? error : new ParleyError(String(error)));
    }
  }

  write(text: string): void {
    if (this.#endReason || !this.#socket) throw new OfflineError("The stream has ended");
    this.#socket.write(text);
  }

  send(element: Element): void {
    this.write(element.toString());
  }

  /** The next element, while no listener has taken over. Rejects when the stream ends first. */
  next(): Promise<Element> {
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      this.#feedReader();
    });
  }

  /** From now on each element goes to the listener; first those that nobody has read. */
  listen(listener: (arrival: Arrival) => void): void {
    this.#listener = listener;
    for (const arrival of this.#queue.splice(0)) listener(arrival);
  }

  /** Lets go of the socket without closing the stream; the server may keep the session for resumption. */
  drop(reason: ParleyError): void {
    if (this.#endReason) return;
    this.#endReason = reason;
    this.#socket?.drop();
    this.#end(reason);
    this.#feedReader();
  }

  #arrived(arrival: Arrival): void {
    // Several elements may come in one piece, of which an earlier one ended the stream.
    if (this.#endReason) return;
    const end = endOf(arrival.element);
    if (end) {
      this.drop(end);
    } else if (this.#listener) {
      this.#listener(arrival);
    } else {
      this.#queue.push(arrival);
      this.#feedReader();
    }
  }

  #feedReader(): void {
    const reader = this.#reader;
    if (!reader) return;
    const arrival = this.#queue.shift();
    if (!arrival && !this.#endReason) return;
    this.#reader = undefined;
    if (!arrival) reader.reject(this.#endReason);
    else if (arrival.refused) reader.reject(new MalformedError(arrival.element.name, arrival.refused));
    else reader.resolve(arrival.element);
  }
}

/** RFC 6120 §4.9.1.1: "Stream-level errors are unrecoverable." RFC 7395 §3.6: <close/> ends the stream. */
function endOf(element: Element): ParleyError | undefined {
  if (element.is("close", NS_FRAMING)) return new OfflineError("The server closed the stream");
  if (!isStreamError(element)) return undefined;
  const condition = element.getChildElements().find((child) => child.getNS() === NS_STREAM_ERRORS && child.getName() !== "text");
  const text = element.getChildText("text", NS_STREAM_ERRORS);
  return new StreamError(condition?.getName() ?? "undefined-condition", text ?? undefined);
}

/**
 * COMPAT: Prosody 13.0 leaves out the declaration of the prefix when it ends a WebSocket stream, until that is mended there.
 * RFC 7395 §3.3.3 wants each message to be complete in itself.
 */
function isStreamError(element: Element): boolean {
  return element.is("error", NS_STREAM) || (element.name === "stream:error" && element.getNS() === undefined);
}
