/** A stream on which we are signed in: counts, acknowledges (XEP-0198 §4), watches for life, and closes. */
import type { Clock } from "./clock.ts";
import { type MalformedError, OfflineError, TimeoutError } from "./errors.ts";
import { Liveness } from "./liveness.ts";
import { NS_CLIENT, NS_FRAMING, NS_SM } from "./namespaces.ts";
import type { Arrival } from "./parser.ts";
import { isStanza } from "./stanzas.ts";
import type { StreamManagement } from "./stream-management.ts";
import type { Wire } from "./wire.ts";
import { type Element, xml } from "./xml.ts";

export interface LiveStreamOptions {
  wire: Wire;
  /** Undefined: the server does not know stream management. */
  management: StreamManagement | undefined;
  clock: Clock;
  /** A stanza came. */
  received(arrival: Arrival): void;
  /** The server took this stanza over. */
  acked(stanza: Element): void;
  /** Asks a server without stream management for a sign of life. */
  ping(): void;
}

/** A connection that died silently is noticed within 30 s when idle, within 10 s of sending a message. */
const LIVENESS = { idleMs: 20_000, deadlineMs: 10_000 };
/** So many stanzas are kept for a resumption without asking whether the server has them: they also have to fit into a page's storage. */
const KEPT = 50;
/** How long closing may take. */
const CLOSE_MS = 2_000;

export class LiveStream {
  readonly #options: LiveStreamOptions;
  readonly #liveness: Liveness;
  #isAckAsked = false;
  #drained = () => {};

  constructor(options: LiveStreamOptions) {
    this.#options = options;
    const { wire, management, clock } = options;
    this.#liveness = new Liveness({
      clock,
      ...LIVENESS,
      ask: () => (management ? this.#askForAck() : options.ping()),
      dead: () => wire.drop(new TimeoutError("a sign of life", LIVENESS.deadlineMs)),
    });
    void wire.ended.then(() => this.#liveness.stop());
  }

  /** Begins to hand out what comes in. */
  listen(): void {
    this.#options.wire.listen((arrival) => this.#arrived(arrival));
    if (this.#options.management?.unacknowledged) this.#askForAck();
  }

  write(stanza: Element, text: string): void {
    const { wire, management } = this.#options;
    wire.write(text);
    management?.sent(stanza, text);
    // Whoever sends a message looks at its tick; the rest can wait for the next occasion.
    if (stanza.getName() === "message" || (management?.unacknowledged ?? 0) >= KEPT) this.#askForAck();
  }

  /** Asks for a sign of life now. */
  check(): void {
    this.#liveness.check();
  }

  /** Closes the stream, after the server had its chance to acknowledge what it took over. */
  async close(): Promise<void> {
    const { wire, management, clock } = this.#options;
    const cancelDeadline = clock.setTimeout(() => wire.drop(new TimeoutError("the end of the stream", CLOSE_MS)), CLOSE_MS);
    if (management?.unacknowledged) {
      const drained = new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
      this.#askForAck();
      await Promise.race([drained, wire.ended]);
    }
    this.tell(xml("close", { xmlns: NS_FRAMING }));
    await wire.ended;
    cancelDeadline();
  }

  #arrived(arrival: Arrival): void {
    this.#liveness.heard();
    const { management, received } = this.#options;
    const { element } = arrival;
    if (isStanza(element, NS_CLIENT)) {
      // XEP-0198 §4: "handled" is what we have taken over, and that is before anybody looks at it:
      // a stanza that one of our handlers chokes on must not come again.
      management?.received();
      received(arrival);
    } else if (management && element.is("r", NS_SM)) {
      this.tell(management.answer());
    } else if (management && element.is("a", NS_SM)) {
      this.#acknowledge(management, element);
    }
  }

  #acknowledge(management: StreamManagement, answer: Element): void {
    this.#isAckAsked = false;
    let stanzas: Element[];
    try {
      stanzas = management.acknowledge(answer.attrs["h"]);
    } catch (error) {
      this.#options.wire.drop(error as MalformedError);
      return;
    }
    for (const stanza of stanzas) this.#options.acked(stanza);
    // One question at a time is open; what was sent meanwhile gets its own.
    if (management.unacknowledged > 0) this.#askForAck();
    else this.#drained();
  }

  #askForAck(): void {
    if (!this.#options.management || this.#isAckAsked) return;
    this.#isAckAsked = true;
    this.#liveness.asked();
    this.tell(xml("r", { xmlns: NS_SM }));
  }

  /** Writes what is not a stanza, so it is not counted; that the stream has ended is heard elsewhere. */
  tell(element: Element): void {
    try {
      this.#options.wire.send(element);
    } catch (error) {
      if (!(error instanceof OfflineError)) throw error;
    }
  }
}
