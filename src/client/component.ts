/**
 * XEP-0114: Jabber Component Protocol, version 1.6
 * https://xmpp.org/extensions/xep-0114.html
 * Node only: `parley/component`. The protocol knows neither encryption nor acknowledgements: use it on
 * loopback or a private network, and let nothing depend on a message having arrived.
 */
import { createHash } from "node:crypto";
import { attempt } from "./attempt.ts";
import { type Clock, newId, type NewId, systemClock } from "./clock.ts";
import { AuthenticationError, MalformedError, OfflineError, type ParleyError, StreamError, TimeoutError } from "./errors.ts";
import { domainOf } from "./jid.ts";
import { checkSize, defaultLimits, type Limits } from "./limits.ts";
import { Liveness } from "./liveness.ts";
import { type Log, noLog } from "./log.ts";
import { NS_CLIENT, NS_COMPONENT, NS_STREAM } from "./namespaces.ts";
import { unknownNetwork } from "./network.ts";
import type { Arrival } from "./parser.ts";
import { isStanza, Stanzas } from "./stanzas.ts";
import type { ConnectionState, Iq, StanzaHandler, Stream } from "./stream.ts";
import { isFinalForComponent } from "./supervision.ts";
import { Supervisor } from "./supervisor.ts";
import { tcpOpener } from "./tcp.ts";
import { Emitter, type ReadonlyValue, type Unsubscribe } from "./value.ts";
import type { Wire } from "./wire.ts";
import { type Element, xml } from "./xml.ts";

export interface ComponentOptions {
  host: string;
  port: number;
  /** The component's own domain: "parley.example.org". */
  domain: string;
  /** Shared with the server. */
  secret: string;
  clock?: Clock;
  /** 0 ≤ random() < 1; spreads reconnections. */
  random?: () => number;
  newId?: NewId;
  limits?: Partial<Limits>;
  log?: Log;
}

/** Short: the server is near, and a standby should not be late when the other instance dies. */
const BACK_OFF = { firstMs: 500, mostMs: 2_000 };
const LIVENESS = { idleMs: 20_000, deadlineMs: 10_000 };
/** How long closing may take. */
const CLOSE_MS = 2_000;
/** Prosody takes 512 KiB from a component unless configured otherwise. */
const OUTGOING_BYTES = 512 * 1024;

/**
 * A component's connection to its server. Reconnects by itself. While another instance of the same
 * domain is connected, it keeps trying quietly (the state stays `waiting`, the reason is the
 * StreamError `conflict`) and takes over when that one is gone: a hot standby.
 */
export class Component implements Stream {
  readonly #options: ComponentOptions;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #stanzas: Stanzas;
  readonly #supervisor: Supervisor;
  /** The socket of the current attempt or stream. */
  #wire: Wire | undefined;
  /** Set while signed in. */
  #liveness: Liveness | undefined;

  /** Never told: the protocol has no acknowledgements. */
  readonly acked = new Emitter<Element>();
  /** Never told: the protocol has no acknowledgements. */
  readonly lost = new Emitter<Element>();

  constructor(options: ComponentOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#limits = { ...defaultLimits, outgoing: OUTGOING_BYTES, ...options.limits };
    const log = options.log ?? noLog;
    this.#stanzas = new Stanzas({
      jid: () => this.jid,
      send: (iq) => this.send(iq),
      clock: this.#clock,
      newId: options.newId ?? newId,
      log,
      limits: this.#limits,
    });
    this.#supervisor = new Supervisor({
      clock: this.#clock,
      random: options.random ?? Math.random,
      backOff: BACK_OFF,
      network: unknownNetwork,
      isFinal: isFinalForComponent,
      log,
      connect: () => {
        this.#wire = attempt({
          open: tcpOpener(options.host, options.port, this.#limits),
          clock: this.#clock,
          negotiate: (wire) => this.#negotiate(wire),
          ended: (wire, reason) => this.#ended(wire, reason),
        });
      },
      drop: (reason) => {
        const wire = this.#wire;
        this.#detach(reason);
        wire?.drop(reason);
      },
      check: () => this.#liveness?.check(),
    });
  }

  get state(): ReadonlyValue<ConnectionState> {
    return this.#supervisor.state;
  }

  /** Our domain. */
  get jid(): string {
    return this.#options.domain;
  }

  get iq(): Iq {
    return this.#stanzas.iq;
  }

  /** Connects, and reconnects until {@link stop}. */
  start(): void {
    this.#supervisor.start();
  }

  /** Closes the stream. Resolves when the server has closed it too, and knows nobody here any more; or after two seconds. */
  async stop(): Promise<void> {
    const wire = this.#liveness && this.#wire;
    // Detached, the stream is not dropped with the rest but lives on to be closed.
    if (wire) this.#detach(new OfflineError("The connection was stopped"));
    this.#supervisor.stop();
    if (wire) await close(wire, this.#clock);
  }

  /** Sends in the name of our domain, or of the address in `from`, which must be one of ours. */
  async send(stanza: Element): Promise<void> {
    const wire = this.#wire;
    if (!wire || !this.#liveness) throw new OfflineError("There is no connection");
    this.#stanzas.prepare(stanza);
    stanza.attrs["from"] = this.#ownAddress(stanza.attrs["from"]);
    // Of the stream's namespace, as everything without another.
    delete stanza.attrs["xmlns"];
    const text = stanza.toString();
    checkSize(text, this.#limits.outgoing);
    wire.write(text);
  }

  use(handler: StanzaHandler): Unsubscribe {
    return this.#stanzas.use(handler);
  }

  filter(change: (stanza: Element) => void): Unsubscribe {
    return this.#stanzas.filter(change);
  }

  /** XEP-0114 §3: "the component MUST include a 'from' attribute … whose domain matches the component's". */
  #ownAddress(from = this.#options.domain): string {
    if (domainOf(from) !== this.#options.domain) throw new MalformedError("from", "is not an address of this component");
    return from;
  }

  async #negotiate(wire: Wire): Promise<void> {
    const { domain, secret } = this.#options;
    await wire.opened;
    wire.write(`<?xml version='1.0'?>${header(domain)}`);
    const opening = await wire.next();
    if (!opening.is("stream", NS_STREAM)) throw new MalformedError(opening.name, "is not the opening of a stream");
    const digest = createHash("sha1").update(`${opening.attrs["id"]}${secret}`, "utf8").digest("hex");
    wire.send(xml("handshake", {}, digest));
    const answer = await wire.next();
    if (!answer.is("handshake", NS_COMPONENT)) throw new MalformedError(answer.name, "does not answer the handshake");
    if (this.#wire === wire) this.#signedIn(wire);
  }

  #signedIn(wire: Wire): void {
    const liveness = new Liveness({
      clock: this.#clock,
      ...LIVENESS,
      ask: () => this.#ping(),
      dead: () => wire.drop(new OfflineError("The server gave no sign of life")),
    });
    this.#liveness = liveness;
    void wire.ended.then(() => liveness.stop());
    this.#supervisor.signedIn(this.#options.domain, false);
    wire.listen((arrival) => {
      liveness.heard();
      this.#arrived(arrival);
    });
  }

  #arrived(arrival: Arrival): void {
    const { element } = arrival;
    if (!isStanza(element, NS_COMPONENT)) return;
    // So that the same code reads a client's and a component's stanzas.
    element.parent = null;
    element.attrs["xmlns"] = NS_CLIENT;
    this.#stanzas.receive(arrival);
  }

  /** XEP-0199 to our own domain: it goes to the server and comes back to us. */
  #ping(): void {
    this.iq.request({ type: "get", to: this.jid, payload: xml("ping", { xmlns: "urn:xmpp:ping" }) }).catch(() => {});
  }

  #ended(wire: Wire, reason: ParleyError): void {
    if (this.#wire !== wire) return;
    this.#detach(reason);
    this.#supervisor.ended(isWrongSecret(reason) ? new AuthenticationError("not-authorized") : reason);
  }

  #detach(reason: ParleyError): void {
    this.#wire = undefined;
    this.#liveness = undefined;
    this.#stanzas.iq.failAll(reason);
  }
}

function header(domain: string): string {
  const open = xml("stream:stream", { xmlns: NS_COMPONENT, "xmlns:stream": NS_STREAM, to: domain }).toString();
  return open.replace(/\/>$/, ">");
}

/** RFC 6120 §4.4: whoever closes a stream waits for the other side to do the same. */
async function close(wire: Wire, clock: Clock): Promise<void> {
  const cancelDeadline = clock.setTimeout(() => wire.drop(new TimeoutError("the end of the stream", CLOSE_MS)), CLOSE_MS);
  try {
    wire.write("</stream:stream>");
  } catch (error) {
    // A socket that closed a moment ago needs no farewell.
    if (!(error instanceof OfflineError)) throw error;
  }
  await wire.ended;
  cancelDeadline();
}

function isWrongSecret(reason: ParleyError): boolean {
  return reason instanceof StreamError && reason.condition === "not-authorized";
}
