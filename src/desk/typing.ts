/** Who is writing (XEP-0085): the others, and we. */
import type { Clock } from "../client/clock.ts";
import { Emitter } from "../client/value.ts";
import type { ChatStateName } from "../extensions/chat/types.ts";

/** XEP-0085 §5.1 suggests half a minute without a word for "paused". */
const FORGOTTEN_MS = 30_000;
const PAUSED_MS = 8_000;

/** Whether the other side writes; forgotten when nothing more is heard. */
export class PeersTyping {
  readonly changed = new Emitter<void>();
  readonly #clock: Clock;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(sessionId: string): boolean {
    return this.#cancels.has(sessionId);
  }

  set(sessionId: string, isTyping: boolean): void {
    const was = this.#cancels.get(sessionId);
    was?.();
    this.#cancels.delete(sessionId);
    if (isTyping)
      this.#cancels.set(
        sessionId,
        this.#clock.setTimeout(() => this.set(sessionId, false), FORGOTTEN_MS),
      );
    if (isTyping !== (was !== undefined)) this.changed.emit();
  }

  clear(): void {
    for (const sessionId of [...this.#cancels.keys()]) this.set(sessionId, false);
  }
}

/** What we tell the other side: each change once, and "paused" by ourselves. */
export class OwnTyping {
  readonly #clock: Clock;
  readonly #tell: (sessionId: string, state: ChatStateName) => void;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock, tell: (sessionId: string, state: ChatStateName) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  set(sessionId: string, isTyping: boolean): void {
    const was = this.#cancels.get(sessionId);
    was?.();
    this.#cancels.delete(sessionId);
    if (isTyping)
      this.#cancels.set(
        sessionId,
        this.#clock.setTimeout(() => this.set(sessionId, false), PAUSED_MS),
      );
    if (isTyping !== (was !== undefined)) this.#tell(sessionId, isTyping ? "composing" : "paused");
  }

  /** The message itself says that the writing is over. */
  sent(sessionId: string): void {
    this.#cancels.get(sessionId)?.();
    this.#cancels.delete(sessionId);
  }

  clear(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
