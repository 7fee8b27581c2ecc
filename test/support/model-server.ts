import { parse } from "../../src/client/index.ts";
import type { WebSocketConstructor, WebSocketLike } from "../../src/client/websocket.ts";

const SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
const SM = "urn:xmpp:sm:3";

interface Session {
  id: string;
  /** Stanzas taken over from the client. */
  handled: number;
  /** Stanzas sent to the client that it has not acknowledged, and how many it has. */
  unacknowledged: string[];
  acknowledged: number;
}

/**
 * A server that speaks just enough XMPP to keep the books of XEP-0198, written from the specification's
 * side: what it took over, what the client has acknowledged, and what it sends again after a resumption.
 * The line to it can be cut after any number of frames, in either direction.
 */
export class ModelServer {
  /** The ids of messages taken over, in order. */
  readonly delivered: string[] = [];
  readonly #sessions = new Map<string, Session>();
  #socket: ModelSocket | undefined;
  #made = 0;
  #framesUntilCut = Number.POSITIVE_INFINITY;

  get webSocket(): WebSocketConstructor {
    const open = (socket: ModelSocket) => {
      this.#socket = socket;
      queueMicrotask(() => socket.accept());
    };
    const receive = (socket: ModelSocket, text: string) => this.#receive(socket, text);
    return class extends ModelSocket {
      constructor() {
        super(receive);
        open(this);
      }
    };
  }

  /** The line breaks after that many more frames, whoever sends them. */
  cutAfter(frames: number): void {
    this.#framesUntilCut = frames;
    if (frames === 0) this.#cut();
  }

  /** As after a restart: no session can be resumed. */
  forget(): void {
    this.#sessions.clear();
  }

  /** A message for the client; kept for it while its session lasts. */
  say(id: string): boolean {
    const session = this.#socket?.session;
    if (!session || !this.#sessions.has(session.id)) return false;
    const text = `<message xmlns='jabber:client' id='${id}'/>`;
    session.unacknowledged.push(text);
    this.#send(this.#socket, text, `<r xmlns='${SM}'/>`);
    return true;
  }

  #cut(): void {
    this.#framesUntilCut = Number.POSITIVE_INFINITY;
    this.#socket?.cut();
    this.#socket = undefined;
  }

  /** Whether the frame passes. */
  #isCarried(socket: ModelSocket | undefined): boolean {
    if (socket !== this.#socket || !socket) return false;
    if (this.#framesUntilCut === 0) {
      this.#cut();
      return false;
    }
    this.#framesUntilCut -= 1;
    return true;
  }

  #send(socket: ModelSocket | undefined, ...frames: string[]): void {
    for (const frame of frames) if (this.#isCarried(socket)) socket?.deliver(frame);
  }

  #receive(socket: ModelSocket, text: string): void {
    if (!this.#isCarried(socket)) return;
    const element = parse(text);
    const { session } = socket;
    switch (element.name) {
      case "open": {
        const features = socket.isAuthenticated
          ? `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='${SM}'/>`
          : `<mechanisms xmlns='${SASL}'><mechanism>PLAIN</mechanism></mechanisms>`;
        const framed = `<stream:features xmlns:stream='http://etherx.jabber.org/streams'>${features}</stream:features>`;
        return this.#send(socket, "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", framed);
      }
      case "auth":
        socket.isAuthenticated = true;
        return this.#send(socket, `<success xmlns='${SASL}'/>`);
      case "iq": {
        const bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@localhost/1</jid></bind>";
        return this.#send(socket, `<iq xmlns='jabber:client' type='result' id='${element.attrs["id"]}'>${bind}</iq>`);
      }
      case "enable": {
        const made: Session = { id: `sm-${(this.#made += 1)}`, handled: 0, unacknowledged: [], acknowledged: 0 };
        this.#sessions.set(made.id, made);
        socket.session = made;
        return this.#send(socket, `<enabled xmlns='${SM}' id='${made.id}' resume='true'/>`);
      }
      case "resume": {
        const found = this.#sessions.get(element.attrs["previd"] ?? "");
        if (!found) return this.#send(socket, `<failed xmlns='${SM}'/>`);
        socket.session = found;
        acknowledge(found, element.attrs["h"]);
        return this.#send(socket, `<resumed xmlns='${SM}' previd='${found.id}' h='${found.handled}'/>`, ...found.unacknowledged);
      }
      case "message":
        if (session) session.handled += 1;
        this.delivered.push(element.attrs["id"] ?? "");
        return;
      case "r":
        return this.#send(socket, `<a xmlns='${SM}' h='${session?.handled}'/>`);
      case "a":
        if (session) acknowledge(session, element.attrs["h"]);
    }
  }
}

function acknowledge(session: Session, h: string | undefined): void {
  const covered = Number(h) - session.acknowledged;
  if (!(covered >= 0 && covered <= session.unacknowledged.length)) {
    throw new Error(`The client acknowledges ${h}: ${session.acknowledged} before, ${session.unacknowledged.length} open`);
  }
  session.acknowledged += covered;
  session.unacknowledged.splice(0, covered);
}

class ModelSocket implements WebSocketLike {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  isAuthenticated = false;
  session: Session | undefined;
  readonly #receive: (socket: ModelSocket, text: string) => void;

  constructor(receive: (socket: ModelSocket, text: string) => void) {
    this.#receive = receive;
  }

  accept(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.onopen?.({} as never);
  }

  send(data: string): void {
    this.#receive(this, data);
  }

  close(): void {
    this.readyState = 3;
  }

  deliver(data: string): void {
    this.onmessage?.({ data } as never);
  }

  cut(): void {
    this.readyState = 3;
    this.onclose?.({} as never);
  }
}
