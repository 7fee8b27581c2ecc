/** A {@link Stream} whose other end is the test: XML in, XML out. The IQ layer and the handing out are the real ones. */
import {
  type Clock,
  type ConnectionState,
  type Element,
  Emitter,
  type Iq,
  newId,
  OfflineError,
  parse,
  type StanzaHandler,
  type Stream,
  systemClock,
  type Unsubscribe,
  Value,
} from "../../src/client/index.ts";
import { defaultLimits } from "../../src/client/limits.ts";
import { Stanzas } from "../../src/client/stanzas.ts";

export class FakeStream implements Stream {
  readonly jid: string;
  readonly state: Value<ConnectionState>;
  readonly acked = new Emitter<Element>();
  readonly lost = new Emitter<Element>();
  readonly #stanzas: Stanzas;
  /** What was sent and not looked at yet, as it is on the wire. */
  readonly #sent: Element[] = [];
  #wake = () => {};
  #offered = "<features/>";

  /** Online from the beginning. */
  constructor(jid = "alice@localhost/desk", clock: Clock = systemClock) {
    this.jid = jid;
    this.state = new Value<ConnectionState>({ type: "online", jid, resumed: false });
    this.#stanzas = new Stanzas({
      jid: () => jid,
      send: (iq) => this.send(iq),
      clock,
      newId,
      // A handler that throws is a failed test, not a line in a log.
      log: ({ level, event, error }) => {
        if (level === "error") throw error instanceof Error ? error : new Error(event);
      },
      limits: defaultLimits,
    });
  }

  get iq(): Iq {
    return this.#stanzas.iq;
  }

  async send(stanza: Element): Promise<void> {
    if (this.state.get().type !== "online") throw new OfflineError("There is no connection");
    this.#stanzas.prepare(stanza);
    stanza.attrs["xmlns"] = "jabber:client";
    this.#sent.push(parse(stanza.toString()));
    this.#wake();
  }

  tell(element: Element): void {
    if (this.state.get().type === "online") this.#sent.push(parse(element.toString()));
  }

  use(handler: StanzaHandler): Unsubscribe {
    return this.#stanzas.use(handler);
  }

  filter(change: (stanza: Element) => void): Unsubscribe {
    return this.#stanzas.filter(change);
  }

  offers(name: string, xmlns: string): boolean {
    return parse(this.#offered).getChild(name, xmlns) !== undefined;
  }

  /** Sets what the server offers on the stream. */
  offer(features: string): void {
    this.#offered = `<features>${features}</features>`;
  }

  /** The server delivers this; without a namespace it is a client's stanza. `true`: somebody said that it was meant for him. */
  receive(text: string): boolean {
    const element = parse(text);
    element.attrs["xmlns"] ??= "jabber:client";
    let isTaken = true;
    const stop = this.use(() => {
      isTaken = false;
    });
    this.#stanzas.receive({ element });
    stop();
    return isTaken;
  }

  goOffline(): void {
    this.state.set({ type: "offline" });
    this.#stanzas.iq.failAll(new OfflineError("The connection went"));
  }

  goOnline(resumed: boolean): void {
    this.state.set({ type: "online", jid: this.jid, resumed });
  }

  /** The next stanza that is sent. */
  async next(): Promise<Element> {
    for (;;) {
      const stanza = this.#sent.shift();
      if (stanza) return stanza;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Answers a request of ours, as the one whom it was for, with this payload. */
  answer(request: Element, payload = "", from = request.attrs["to"]): void {
    const sender = from === undefined ? "" : `from='${from}'`;
    this.receive(`<iq type='result' id='${request.attrs["id"]}' ${sender}>${payload}</iq>`);
  }

  /** Refuses a request of ours. */
  refuse(request: Element, condition: string): void {
    this.answerError(request, `<error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`);
  }

  /** The same with the whole `<error/>`. */
  answerError(request: Element, error: string): void {
    const from = request.attrs["to"] === undefined ? "" : `from='${request.attrs["to"]}'`;
    this.receive(`<iq type='error' id='${request.attrs["id"]}' ${from}>${error}</iq>`);
  }

  /** What else was sent, once everything that is under way has been done. */
  async rest(): Promise<Element[]> {
    await new Promise((resolve) => setTimeout(resolve));
    return this.#sent.splice(0);
  }
}

/** Collects the facts of an emitter. */
export function collect<T>(emitter: Emitter<T>): T[] {
  const facts: T[] = [];
  emitter.on((fact) => facts.push(fact));
  return facts;
}
