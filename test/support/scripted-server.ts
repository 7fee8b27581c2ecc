import { type Element, parse } from "../../src/client/index.ts";
import type { WebSocketConstructor, WebSocketLike } from "../../src/client/websocket.ts";
import { serverFinal } from "./scram-server.ts";

const SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
const OPEN = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='s1' version='1.0'/>";

/** One WebSocket whose other end is the test. */
export class ScriptedSocket implements WebSocketLike {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  isDropped = false;
  readonly #sent: Element[] = [];
  #wake = () => {};

  send(data: string): void {
    this.#sent.push(parse(data));
    this.#wake();
  }

  close(): void {
    this.isDropped = true;
    this.readyState = 3;
  }

  accept(): void {
    this.readyState = 1;
    this.onopen?.({} as never);
  }

  /** One frame each, in one task. */
  say(...frames: string[]): void {
    for (const data of frames) this.onmessage?.({ data } as never);
  }

  /** The network is gone and the browser noticed. */
  die(): void {
    this.readyState = 3;
    this.onclose?.({} as never);
  }

  /** The next element the client sends; it must have this name. */
  async expect(name: string): Promise<Element> {
    const element = await this.next();
    if (element.getName() !== name) throw new Error(`<${name}/> was expected, not ${element.toString()}`);
    return element;
  }

  async next(): Promise<Element> {
    for (;;) {
      const element = this.#sent.shift();
      if (element) return element;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** What was sent and not looked at yet. */
  rest(): Element[] {
    return this.#sent.splice(0);
  }

  async offer(...mechanisms: string[]): Promise<void> {
    await this.expect("open");
    const offered = mechanisms.map((mechanism) => `<mechanism>${mechanism}</mechanism>`).join("");
    this.say(OPEN, features(`<mechanisms xmlns='${SASL}'>${offered}</mechanisms>`));
  }

  /** From the opening of the socket to the features after authentication. */
  async authenticate({ sm = true, features: more = "" } = {}): Promise<void> {
    this.accept();
    await this.offer("PLAIN");
    await this.expect("auth");
    this.say(`<success xmlns='${SASL}'/>`);
    await this.expect("open");
    const management = sm ? "<sm xmlns='urn:xmpp:sm:3'/>" : "";
    this.say(OPEN, features(`<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>${management}${more}`));
  }

  /** The same by SCRAM-SHA-256, for the account of this password. */
  async authenticateWithScram(password: string): Promise<void> {
    this.accept();
    await this.offer("SCRAM-SHA-256", "PLAIN");
    const first = decode(await this.expect("auth")).slice("n,,".length);
    const salt = Buffer.from("salt");
    const serverFirst = `${first.replace(/^.*r=/, "r=")}server,s=${salt.toString("base64")},i=4096`;
    this.say(`<challenge xmlns='${SASL}'>${btoa(serverFirst)}</challenge>`);
    const final = decode(await this.expect("response"));
    const stored = { mechanism: "SCRAM-SHA-256", password, salt, iterations: 4096 } as const;
    this.say(`<success xmlns='${SASL}'>${btoa(serverFinal(stored, first, serverFirst, final))}</success>`);
    await this.expect("open");
    this.say(OPEN, features(`<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>`));
  }

  async bind(jid = "alice@localhost/1"): Promise<void> {
    const bind = await this.expect("iq");
    this.say(
      `<iq xmlns='jabber:client' type='result' id='${bind.attrs["id"]}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>${jid}</jid></bind></iq>`,
    );
  }

  /** A whole sign-in, up to `<enabled/>`. */
  async signIn({ sm = true, with: rest = [] as string[] } = {}): Promise<void> {
    await this.authenticate({ sm });
    await this.bind();
    if (!sm) return;
    await this.expect("enable");
    this.say("<enabled xmlns='urn:xmpp:sm:3' id='sm-1' resume='true'/>", ...rest);
  }
}

function decode(element: Element): string {
  return Buffer.from(element.text(), "base64").toString();
}

function features(content: string): string {
  return `<stream:features xmlns:stream='http://etherx.jabber.org/streams'>${content}</stream:features>`;
}

/** Makes the sockets that a connection opens. */
export class ScriptedServer {
  readonly #sockets: ScriptedSocket[] = [];
  #wake = () => {};

  get webSocket(): WebSocketConstructor {
    const add = (socket: ScriptedSocket) => {
      this.#sockets.push(socket);
      this.#wake();
    };
    return class extends ScriptedSocket {
      constructor() {
        super();
        add(this);
      }
    };
  }

  /** The next socket that the client opens. */
  async socket(): Promise<ScriptedSocket> {
    for (;;) {
      const socket = this.#sockets.shift();
      if (socket) return socket;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sockets opened and not looked at yet. */
  get unseen(): number {
    return this.#sockets.length;
  }
}
