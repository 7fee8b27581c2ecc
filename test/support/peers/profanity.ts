import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { found, type Peer, type PeerOptions } from "./peer.ts";

const run = promisify(execFile);

/** profanity, the console client, in a terminal of its own (tmux), typed to and read as a person would. */
export class ProfanityPeer implements Peer {
  readonly jid: string;
  readonly #home: string;
  readonly #socket = `parley-${randomUUID()}`;

  private constructor(jid: string, home: string) {
    this.jid = jid;
    this.#home = home;
  }

  static async start({ logon, password, domain, port }: PeerOptions): Promise<ProfanityPeer> {
    const jid = `${logon}@${domain}`;
    const home = await mkdtemp(join(tmpdir(), "parley-profanity-"));
    const peer = new ProfanityPeer(jid, home);
    try {
      await peer.#signIn(password, port);
      return peer;
    } catch (error) {
      await peer.stop();
      throw error;
    }
  }

  async #signIn(password: string, port: number): Promise<void> {
    const account = { enabled: true, jid: this.jid, server: "127.0.0.1", port, "tls.policy": "disable", password };
    await this.#write(".local/share/profanity/accounts", { [this.jid]: account });
    // Receipts are off there unless asked for; a log of what is shown is what a test can read.
    const settings = {
      logging: { chlog: true, rotate: "off" },
      ui: { splash: false, "enc.warn": false },
      notifications: { message: "off" },
      connection: { account: this.jid, autoping: 0, "receipts.send": true, "receipts.request": true },
    };
    await this.#write(".config/profanity/profrc", settings);
    await this.#tmux("-f", "/dev/null", "new-session", "-d", "-x", "200", "-y", "60", "profanity", "-l", "DEBUG", "-f", this.#logFile);
    const ownPresence = new RegExp(`RECV: <presence [^>]*from="${this.jid}/`);
    await this.#until("it is online", () => ownPresence.test(this.#log()) || undefined);
  }

  stanzas(): string[] {
    return [...this.#log().matchAll(/RECV: (<(?:iq|message|presence)[ >].*)$/gm)].map(([, stanza]) => stanza!);
  }

  async say(to: string, body: string): Promise<void> {
    await this.type(`/msg ${to} ${body}`);
  }

  async shows(text: string | RegExp, from: string): Promise<void> {
    const has = (line: string) => (typeof text === "string" ? line.includes(text) : text.test(line));
    await this.#until(`a line like ${text} from ${from}`, () => this.#conversation(from).split("\n").some(has) || undefined);
  }

  /** Types a line and presses Enter. */
  async type(line: string): Promise<void> {
    await this.#tmux("send-keys", "-t", ":", "-l", line);
    await this.#tmux("send-keys", "-t", ":", "Enter");
  }

  /** What the terminal shows now. */
  async screen(): Promise<string> {
    return (await this.#tmux("capture-pane", "-t", ":", "-p")).stdout;
  }

  async stop(): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    await rm(this.#home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** The log of the conversation, as profanity keeps it. */
  #conversation(peer: string): string {
    const folder = (jid: string) => jid.replace("@", "_at_");
    const path = join(this.#home, ".local/share/profanity/chatlogs", folder(this.jid), folder(peer));
    if (!existsSync(path)) return "";
    return readdirSync(path)
      .map((file) => readFileSync(join(path, file), "utf8"))
      .join("");
  }

  get #logFile(): string {
    return join(this.#home, "profanity.log");
  }

  #log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, "utf8") : "";
  }

  async #write(path: string, groups: Record<string, Record<string, string | number | boolean>>): Promise<void> {
    const lines = Object.entries(groups).flatMap(([group, keys]) => [
      `[${group}]`,
      ...Object.entries(keys).map(([key, value]) => `${key}=${value}`),
    ]);
    await mkdir(join(this.#home, path, ".."), { recursive: true });
    await writeFile(join(this.#home, path), `${lines.join("\n")}\n`, { mode: 0o600 });
  }

  #tmux(...args: string[]) {
    const { XDG_CONFIG_HOME: _config, XDG_DATA_HOME: _data, TMUX: _tmux, ...environment } = process.env;
    return run("tmux", ["-L", this.#socket, ...args], { env: { ...environment, HOME: this.#home, TERM: "xterm", LANG: "C.UTF-8" } });
  }

  async #until<T>(what: string, look: () => T | undefined): Promise<T> {
    try {
      return await found(`profanity: ${what}`, look, () => this.#log().slice(-6_000));
    } catch (error) {
      const screen = await this.screen().catch(() => "(no terminal)");
      throw new Error(`${String(error)}\nThe screen:\n${screen}`, { cause: error });
    }
  }
}
