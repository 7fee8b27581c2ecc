/** An ordinary XMPP client, somebody else's program, as a test drives it. */
export interface Peer {
  /** The bare JID. */
  readonly jid: string;
  /** Every stanza that it received, as XML. */
  stanzas(): string[];
  /** Writes a chat message. */
  say(to: string, body: string): Promise<void>;
  /** Resolves when it shows this text as a message from `from` (a bare JID). */
  shows(text: string | RegExp, from: string): Promise<void>;
  stop(): Promise<void>;
}

export interface PeerOptions {
  logon: string;
  password: string;
  domain: string;
  /** On 127.0.0.1, without TLS. */
  port: number;
}

/** Waits until `look` finds something; on failure says what was awaited and what there is instead. */
export async function found<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  instead: () => string,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await look();
    if (result !== undefined) return result;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms. There is:\n${instead()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
