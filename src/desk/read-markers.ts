import type { DeskChat } from "./port.ts";

/** Displayed markers (XEP-0333) for what the agent has seen; what was seen while offline is told afterwards. */
export class ReadMarkers {
  readonly #chat: Pick<DeskChat, "sendMarker">;
  /** By session: of several, the last says all. */
  readonly #owed = new Map<string, { to: string; id: string }>();

  constructor(chat: Pick<DeskChat, "sendMarker">) {
    this.#chat = chat;
  }

  owe(sessionId: string, to: string, id: string): void {
    this.#owed.set(sessionId, { to, id });
  }

  /** To be called while online. */
  send(): void {
    for (const [sessionId, marker] of this.#owed) {
      this.#owed.delete(sessionId);
      this.#chat.sendMarker(marker.to, sessionId, marker.id).catch(() => {
        // A newer one says this one too.
        if (!this.#owed.has(sessionId)) this.#owed.set(sessionId, marker);
      });
    }
  }
}
