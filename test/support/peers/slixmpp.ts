import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { found, type Peer, type PeerOptions } from "./peer.ts";

type PeerEvent =
  | { event: "online"; jid: string }
  | { event: "stanza"; xml: string }
  | { event: "message"; sender: string; type: string; id: string; thread: string; body: string }
  | { event: "receipt"; sender: string; id: string }
  | { event: "refused" }
  | { event: "disconnected" };

/** The system's own Python: it has the package python3-slixmpp. */
const PYTHON = "/usr/bin/python3";

/** A client on slixmpp, the Python library: receipts, chat states, carbons, markers. */
export class SlixmppPeer implements Peer {
  readonly jid: string;
  readonly events: PeerEvent[] = [];
  readonly #process: ChildProcessWithoutNullStreams;
  #complaints = "";

  private constructor(jid: string, process: ChildProcessWithoutNullStreams) {
    this.jid = jid;
    this.#process = process;
    createInterface(process.stdout).on("line", (line) => this.events.push(JSON.parse(line) as PeerEvent));
    process.stderr.on("data", (text: Buffer) => (this.#complaints += text.toString()));
  }

  static async start({ logon, password, domain, port }: PeerOptions): Promise<SlixmppPeer> {
    const jid = `${logon}@${domain}`;
    const script = join(import.meta.dirname, "slixmpp_peer.py");
    const peer = new SlixmppPeer(jid, spawn(PYTHON, [script, jid, "127.0.0.1", String(port)]));
    peer.#process.stdin.write(`${password}\n`);
    await peer.#event("it is online", ({ event }) => event === "online");
    return peer;
  }

  stanzas(): string[] {
    return this.events.flatMap((event) => (event.event === "stanza" ? [event.xml] : []));
  }

  async say(to: string, body: string, { id = randomUUID(), thread }: { id?: string; thread?: string } = {}): Promise<void> {
    this.#do({ do: "send", to, body, id, thread });
  }

  async shows(text: string | RegExp, from: string): Promise<void> {
    await this.#event(`a message like ${text} from ${from}`, (event) => {
      if (event.event !== "message" || event.sender.split("/")[0] !== from) return false;
      return typeof text === "string" ? event.body === text : text.test(event.body);
    });
  }

  /** Resolves when the receipt for its message `id` has come. */
  async hasReceipt(id: string): Promise<void> {
    await this.#event(`the receipt for ${id}`, (event) => event.event === "receipt" && event.id === id);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#do({ do: "quit" });
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 5_000);
    await once(this.#process, "exit");
    clearTimeout(timer);
  }

  #do(command: Record<string, string | undefined>): void {
    this.#process.stdin.write(`${JSON.stringify(command)}\n`);
  }

  #event(what: string, isIt: (event: PeerEvent) => boolean): Promise<PeerEvent> {
    return found(
      `slixmpp: ${what}`,
      () => this.events.find(isIt),
      () => `${this.events.map((event) => JSON.stringify(event)).join("\n")}\n${this.#complaints}`,
    );
  }
}
