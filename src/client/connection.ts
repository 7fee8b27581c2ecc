import { attempt } from "./attempt.ts";
import { defaultBackOff } from "./back-off.ts";
import { type Clock, newId, type NewId, systemClock } from "./clock.ts";
import { MalformedError, OfflineError, ParleyError, StreamError } from "./errors.ts";
import { bareOf } from "./jid.ts";
import { checkSize, defaultLimits, type Limits } from "./limits.ts";
import { LiveStream } from "./live-stream.ts";
import { type Log, noLog } from "./log.ts";
import { NS_CLIENT } from "./namespaces.ts";
import { type Network, unknownNetwork } from "./network.ts";
import type { ScramKeys, Secret } from "./scram.ts";
import { type SignedIn, signIn } from "./sign-in.ts";
import { Stanzas } from "./stanzas.ts";
import { type SavedStream, StreamManagement } from "./stream-management.ts";
import type { ConnectionState, Iq, StanzaHandler, Stream } from "./stream.ts";
import { isFinalForClient } from "./supervision.ts";
import { Supervisor } from "./supervisor.ts";
import { Emitter, type ReadonlyValue, type Unsubscribe, Value } from "./value.ts";
import { type WebSocketConstructor, webSocketOpener } from "./websocket.ts";
import type { Wire } from "./wire.ts";
import { type Element, xml } from "./xml.ts";

export interface ConnectionOptions {
  /** Where the server listens (RFC 7395): "wss://example.org/xmpp-websocket". */
  websocket: string;
  /** The XMPP domain of the account: "example.org". */
  domain: string;
  /** The account's name, without the domain. */
  username: string;
  credentials: Secret;
  /** None: the server makes one. */
  resource?: string;
  /** What {@link Connection.snapshot} gave before the page was reloaded. */
  saved?: SavedStream | undefined;
  network?: Network;
  clock?: Clock;
  /** 0 ≤ random() < 1; spreads reconnections. */
  random?: () => number;
  newId?: NewId;
  limits?: Partial<Limits>;
  /** The platform's own unless told; Node before 22 has none, see the `ws` package. */
  webSocket?: WebSocketConstructor;
  log?: Log;
}

/**
 * A client's connection to its server over WebSocket: signs in, keeps the stream up, resumes it
 * (XEP-0198) after an interruption or a page reload, and says which stanzas the server took over.
 *
 * @example
 * const connection = new Connection({ websocket, domain, username, credentials: { password } });
 * connection.start();
 * await connection.state.waitFor(({ type }) => type === "online", { what: "the sign-in", timeoutMs: 30_000 });
 * await connection.send(xml("message", { to, type: "chat" }, xml("body", {}, "Hello")));
 */
export class Connection implements Stream {
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  readonly #newId: NewId;
  readonly #limits: Limits;
  readonly #log: Log;
  readonly #stanzas: Stanzas;
  readonly #supervisor: Supervisor;
  readonly #keys = new Value<ScramKeys | undefined>(undefined);
  /** The socket of the current attempt or stream. */
  #wire: Wire | undefined;
  /** Set while signed in. */
  #stream: LiveStream | undefined;
  /** Outlives the stream, to resume it. */
  #management: StreamManagement | undefined;
  #jid: string | undefined;
  #features: Element | undefined;
  #maxBytes: number;

  readonly acked = new Emitter<Element>();
  readonly lost = new Emitter<Element>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#newId = options.newId ?? newId;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#maxBytes = this.#limits.outgoing;
    this.#log = options.log ?? noLog;
    if ("keys" in options.credentials) this.#keys.set(options.credentials.keys);
    this.#management = this.#restore(options.saved);
    this.#stanzas = new Stanzas({
      jid: () => this.jid,
      send: (iq) => this.send(iq),
      clock: this.#clock,
      newId: this.#newId,
      log: this.#log,
      limits: this.#limits,
    });
    this.#supervisor = new Supervisor({
      clock: this.#clock,
      random: options.random ?? Math.random,
      backOff: defaultBackOff,
      network: options.network ?? unknownNetwork,
      isFinal: isFinalForClient,
      log: this.#log,
      connect: () => {
        this.#wire = attempt({
          open: (listener) => webSocketOpener(options.websocket, this.#limits, this.#webSocket())(listener),
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
      check: () => this.#stream?.check(),
    });
  }

  get state(): ReadonlyValue<ConnectionState> {
    return this.#supervisor.state;
  }

  get jid(): string {
    if (this.#jid === undefined) throw new OfflineError("Not signed in yet");
    return this.#jid;
  }

  /** What signs in the next time without the password; set by the first sign-in with SCRAM. */
  get keys(): ReadonlyValue<ScramKeys | undefined> {
    return this.#keys;
  }

  /** Whether the server offers this in the features of the stream; none before the first sign-in. */
  offers(name: string, xmlns: string): boolean {
    return this.#features?.getChild(name, xmlns) !== undefined;
  }

  get iq(): Iq {
    return this.#stanzas.iq;
  }

  /** Connects, and reconnects until {@link stop}. Also tries again after the state `refused`. */
  start(): void {
    this.#supervisor.start();
  }

  /** Closes the stream; resolves when the server has heard of it, or after two seconds. */
  async stop(): Promise<void> {
    const stream = this.#stream;
    const management = this.#management;
    this.#management = undefined;
    // Detached, a stream is not dropped with the rest but lives on to be closed.
    if (stream) this.#detach(new OfflineError("The connection was stopped"));
    this.#supervisor.stop();
    await stream?.close();
    this.#reportLost(management);
  }

  /** Lets go of the socket at once and leaves the session at the server, to be resumed from a {@link snapshot}. */
  abandon(): void {
    this.#supervisor.stop();
  }

  /** What it takes to resume the stream after a page reload; take it when the page goes, use it once. */
  snapshot(): SavedStream | undefined {
    return this.#management?.save(this.#clock.now());
  }

  async send(stanza: Element): Promise<void> {
    if (!this.#stream) throw new OfflineError("There is no connection");
    this.#stanzas.prepare(stanza);
    // RFC 7395 §3.3.3: each message carries its own namespace declarations.
    stanza.attrs["xmlns"] = NS_CLIENT;
    // The server knows who we are (RFC 6120 §8.1.2.1).
    delete stanza.attrs["from"];
    const text = stanza.toString();
    checkSize(text, this.#maxBytes);
    this.#stream.write(stanza, text);
  }

  /** Writes what is not a stanza (XEP-0352): it is not counted, and lost with the connection. While there is none nothing happens. */
  tell(element: Element): void {
    this.#stream?.tell(element);
  }

  use(handler: StanzaHandler): Unsubscribe {
    return this.#stanzas.use(handler);
  }

  filter(change: (stanza: Element) => void): Unsubscribe {
    return this.#stanzas.filter(change);
  }

  #restore(saved: SavedStream | undefined): StreamManagement | undefined {
    if (!saved) return undefined;
    const { username, domain } = this.#options;
    try {
      // Of another account's stream, the storage may know; we must not.
      return bareOf(saved.jid) === `${username}@${domain}`.toLowerCase() ? StreamManagement.from(saved) : undefined;
    } catch (error) {
      this.#log({ level: "warn", event: "saved-stream-unusable", error });
      return undefined;
    }
  }

  #webSocket(): WebSocketConstructor {
    const found = this.#options.webSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
    if (!found) throw new ParleyError("This platform has no WebSocket: give one as the option `webSocket`");
    return found;
  }

  async #negotiate(wire: Wire): Promise<void> {
    const { websocket, domain, username, credentials, resource } = this.#options;
    const signedIn = await signIn(wire, {
      domain,
      username,
      secret: credentials,
      // A server that could do SCRAM before and cannot now is not the one it claims to be.
      mayUsePlain: isConfidential(websocket) && this.#keys.get() === undefined,
      resource,
      previous: this.#management,
      newId: this.#newId,
    });
    if (this.#wire === wire) this.#signedIn(wire, signedIn);
  }

  #signedIn(wire: Wire, { jid, features, keys, management, resumed, acked, lost, early, maxBytes }: SignedIn): void {
    for (const stanza of acked) this.#tell(this.acked, stanza);
    this.#jid = jid;
    this.#features = features;
    this.#management = management;
    this.#maxBytes = Math.min(this.#limits.outgoing, maxBytes ?? Number.POSITIVE_INFINITY);
    if (keys) this.#keys.set(keys);
    if (resumed) for (const text of management?.texts() ?? []) wire.write(text);
    const stream = new LiveStream({
      wire,
      management,
      clock: this.#clock,
      received: (arrival) => this.#stanzas.receive(arrival),
      acked: (stanza) => this.#tell(this.acked, stanza),
      ping: () => this.#ping(),
    });
    this.#stream = stream;
    this.#supervisor.signedIn(jid, resumed);
    for (const stanza of lost) this.#tell(this.lost, stanza);
    for (const element of early) this.#stanzas.receive({ element });
    stream.listen();
  }

  /** XEP-0199; an error is an answer as well. */
  #ping(): void {
    const payload = xml("ping", { xmlns: "urn:xmpp:ping" });
    this.iq.request({ type: "get", to: this.#options.domain, payload }).catch(() => {});
  }

  #ended(wire: Wire, reason: ParleyError): void {
    if (this.#wire !== wire) return;
    this.#detach(reason);
    this.#supervisor.ended(reason);
    // After a stream error the server keeps no session; after nonsense we do not want it back.
    const isResumable = !(reason instanceof StreamError || reason instanceof MalformedError);
    if (isResumable && this.state.get().type !== "refused") return;
    const management = this.#management;
    this.#management = undefined;
    this.#reportLost(management);
  }

  #detach(reason: ParleyError): void {
    this.#wire = undefined;
    this.#stream = undefined;
    this.#stanzas.iq.failAll(reason);
  }

  #reportLost(management: StreamManagement | undefined): void {
    for (const stanza of management?.giveUp() ?? []) this.#tell(this.lost, stanza);
  }

  /** A listener's fault must not end the stream, nor keep the next stanza from being told. */
  #tell(emitter: Emitter<Element>, stanza: Element): void {
    try {
      emitter.emit(stanza);
    } catch (error) {
      this.#log({ level: "error", event: "listener-failed", error });
    }
  }
}

/** Whether nobody between us and the server can read along: TLS, or this machine alone. */
export function isConfidential(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "wss:" || /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
