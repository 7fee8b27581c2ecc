/**
 * XMPP by hand, for what is asked of the server and not of our own client: literal stanzas over WebSocket (RFC 7395) or as an
 * external component (XEP-0114), and everything that came back as text.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import type { Prosody } from "./prosody.ts";

export class RawStream {
  /** What arrived, in order: one entry per WebSocket frame or TCP read. */
  readonly received: string[] = [];
  #closed = false;
  #wake = new Set<() => void>();
  readonly #line: { send(text: string): void; cut(): void; silence(): void };

  constructor(line: { send(text: string): void; cut(): void; silence(): void }) {
    this.#line = line;
  }

  /** For the line: something came. */
  arrived(text: string): void {
    this.received.push(text);
    for (const wake of this.#wake) wake();
  }

  /** For the line: the other side closed. */
  ended(): void {
    this.#closed = true;
    for (const wake of this.#wake) wake();
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(text: string): void {
    this.#line.send(text);
  }

  /** Breaks the connection: the peer's system says goodbye (FIN or RST), the stream does not. */
  cut(): void {
    this.#line.cut();
  }

  /** Goes deaf and dumb with the connection left open, as a machine that lost its network. */
  silence(): void {
    this.#line.silence();
  }

  /** The text from the first match of `pattern` on; waits for it. Only what comes after `since` entries is looked at. */
  async waitFor(pattern: RegExp, { timeout = 10_000, since = 0 } = {}): Promise<string> {
    const deadline = performance.now() + timeout;
    for (;;) {
      const text = this.received.slice(since).join("");
      const match = pattern.exec(text);
      if (match) return text.slice(match.index);
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`nothing like ${pattern} within ${timeout} ms in:\n${text}`);
      if (this.#closed) throw new Error(`closed before anything like ${pattern} in:\n${text}`);
      await this.#change(left);
    }
  }

  async waitForClose(timeout = 10_000): Promise<void> {
    const deadline = performance.now() + timeout;
    while (!this.#closed) {
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`still open after ${timeout} ms`);
      await this.#change(left);
    }
  }

  #change(timeout: number): Promise<void> {
    return new Promise((done) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wake.delete(wake);
        done();
      };
      const timer = setTimeout(wake, timeout);
      this.#wake.add(wake);
    });
  }
}

export interface RawSignIn {
  /** Without one: SASL ANONYMOUS on the guests' host. */
  readonly logon?: string;
  readonly password?: string;
  readonly resource?: string;
  /** Resumes this XEP-0198 stream in place of binding a resource. */
  readonly resume?: { id: string; h: number };
}

/** Opens the WebSocket only; rejects with the HTTP status when the handshake is refused. */
export async function openRaw(prosody: Prosody, origin?: string): Promise<RawStream> {
  const socket = new WebSocket(prosody.websocket, ["xmpp"], { ...(origin ? { origin } : {}), allowSynchronousEvents: false });
  const stream = new RawStream({
    send: (text) => socket.send(text),
    cut: () => socket.terminate(),
    silence: () => socket.pause(),
  });
  socket.on("message", (data) => stream.arrived((data as Buffer).toString()));
  socket.on("close", () => stream.ended());
  await once(socket, "open");
  socket.on("error", () => stream.ended());
  return stream;
}

/** Signs in, and resolves when the resource is bound and stream management is on, or the stream is resumed. */
export async function signInRaw(prosody: Prosody, { logon, password = "", resource = "raw", resume }: RawSignIn): Promise<RawStream> {
  const domain = logon === undefined ? prosody.guestDomain : prosody.domain;
  const open = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${domain}' version='1.0'/>`;
  const stream = await openRaw(prosody);
  stream.send(open);
  await stream.waitFor(/<stream:features|<features/);
  const plain = Buffer.from(`\0${logon}\0${password}`).toString("base64");
  stream.send(
    logon === undefined
      ? "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
      : `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`,
  );
  const answer = await stream.waitFor(/<success|<failure/);
  if (answer.startsWith("<failure")) throw new Error(`sign-in refused: ${answer}`);

  const since = stream.received.length;
  stream.send(open);
  await stream.waitFor(/<stream:features|<features/, { since });
  if (resume) {
    stream.send(`<resume xmlns='urn:xmpp:sm:3' previd='${resume.id}' h='${resume.h}'/>`);
    await stream.waitFor(/<resumed|<failed/, { since });
    return stream;
  }
  stream.send(
    `<iq type='set' id='bind' xmlns='jabber:client'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind></iq>`,
  );
  await stream.waitFor(/<jid>/, { since });
  stream.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
  await stream.waitFor(/<enabled/, { since });
  return stream;
}

/** The service's place at the server, taken by hand. */
export async function rawComponent(prosody: Prosody): Promise<RawStream> {
  const socket: Socket = connect(prosody.componentPort, "127.0.0.1");
  const stream = new RawStream({
    send: (text) => socket.write(text),
    cut: () => socket.destroy(),
    silence: () => socket.pause(),
  });
  socket.setEncoding("utf8");
  socket.on("data", (data) => stream.arrived(String(data)));
  socket.on("close", () => stream.ended());
  await once(socket, "connect");
  socket.on("error", () => stream.ended());
  stream.send(
    `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${prosody.serviceDomain}'>`,
  );
  const header = await stream.waitFor(/<stream:stream[^>]*>/);
  const id = /\bid=['"]([^'"]+)/.exec(header)?.[1] ?? "";
  const handshake = createHash("sha1")
    .update(id + prosody.componentSecret)
    .digest("hex");
  stream.send(`<handshake>${handshake}</handshake>`);
  await stream.waitFor(/<handshake/);
  return stream;
}

/** The value of an attribute of the first element called `name`. */
export function attribute(text: string, name: string, attr: string): string {
  const value = new RegExp(`<${name}\\b[^>]*\\b${attr}=['"]([^'"]*)`).exec(text)?.[1];
  if (value === undefined) throw new Error(`no ${name}/@${attr} in:\n${text}`);
  return value;
}
