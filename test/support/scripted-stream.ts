import { type ConnectionState, type Element, Emitter, parse, type StanzaHandler, type Stream, Value } from "../../src/client/index.ts";
import { IqLayer } from "../../src/client/iq.ts";
import { FakeClock } from "./fake-clock.ts";

/** A signed-in stream whose other end is the test: what an extension sends is read here, what it hears is said here. */
export class ScriptedStream implements Stream {
  readonly jid: string;
  readonly state: Value<ConnectionState>;
  readonly acked = new Emitter<Element>();
  readonly lost = new Emitter<Element>();
  readonly clock = new FakeClock();
  readonly iq: IqLayer;
  readonly #sent: Element[] = [];
  readonly #handlers = new Set<StanzaHandler>();
  readonly #filters = new Set<(stanza: Element) => void>();

  constructor(jid: string) {
    this.jid = jid;
    this.state = new Value<ConnectionState>({ type: "online", jid, resumed: false });
    let ids = 0;
    this.iq = new IqLayer({
      jid: () => jid,
      send: (stanza) => this.send(stanza),
      clock: this.clock,
      newId: () => `id-${++ids}`,
      log: () => {},
    });
  }

  async send(stanza: Element): Promise<void> {
    for (const change of this.#filters) change(stanza);
    this.#sent.push(parse(stanza.toString()));
  }

  use(handler: StanzaHandler): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  filter(change: (stanza: Element) => void): () => void {
    this.#filters.add(change);
    return () => this.#filters.delete(change);
  }

  /** The oldest stanza that was sent and not read yet. */
  next(): Element {
    const stanza = this.#sent.shift();
    if (!stanza) throw new Error("nothing was sent");
    return stanza;
  }

  get hasSent(): boolean {
    return this.#sent.length > 0;
  }

  /** A stanza arrives; `true`: some handler said that it was meant for it. */
  receive(xml: string): boolean {
    const stanza = parse(xml);
    if (stanza.getName() !== "iq") return [...this.#handlers].some((handler) => handler(stanza) === true);
    this.iq.receive({ element: stanza });
    return true;
  }

  /** Answers a request with what is in `xml` as its children. */
  answer(request: Element, type: "result" | "error", xml = ""): void {
    const { id, to } = request.attrs;
    this.receive(`<iq type='${type}' id='${id}'${to ? ` from='${to}'` : ""} to='${this.jid}'>${xml}</iq>`);
  }
}
