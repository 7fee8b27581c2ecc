import { type ReadonlyValue, type Unsubscribe, Value } from "../client/value.ts";
import type { Conversation } from "./conversation.ts";
import type { Conversations } from "./conversations.ts";
import type { Transcript } from "./types.ts";

const EMPTY: Transcript = { lines: [], hasOlder: false, loadingOlder: false };

interface Shown {
  transcript: Value<Transcript>;
  conversation?: Conversation;
  stop?: Unsubscribe;
}

/** What the page looks at: the same value for the same session, whichever conversation comes to stand behind it. */
export class ShownTranscripts {
  readonly #conversations: Pick<Conversations, "get">;
  readonly #shown = new Map<string, Shown>();

  constructor(conversations: Pick<Conversations, "get">) {
    this.#conversations = conversations;
  }

  get(sessionId: string): ReadonlyValue<Transcript> {
    const known = this.#shown.get(sessionId);
    if (known) return known.transcript;
    const shown: Shown = { transcript: new Value(EMPTY) };
    this.#shown.set(sessionId, shown);
    this.#follow(sessionId, shown);
    return shown.transcript;
  }

  /** Sessions came or went. */
  update(): void {
    for (const [sessionId, shown] of this.#shown) this.#follow(sessionId, shown);
  }

  close(): void {
    for (const { stop } of this.#shown.values()) stop?.();
  }

  #follow(sessionId: string, shown: Shown): void {
    const conversation = this.#conversations.get(sessionId);
    if (conversation === shown.conversation) return;
    shown.stop?.();
    // Marked done: whoever still looks keeps what is there.
    if (!conversation) {
      this.#shown.delete(sessionId);
      return;
    }
    shown.conversation = conversation;
    shown.transcript.set(conversation.transcript.get());
    shown.stop = conversation.transcript.subscribe((transcript) => shown.transcript.set(transcript));
  }
}
