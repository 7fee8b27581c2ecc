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
  readonly #typing: Typing;

  constructor(clock: Clock) {
    this.#typing = new Typing(clock, FORGOTTEN_MS, () => this.changed.emit());
  }

  has(sessionId: string): boolean {
    return this.#typing.has(sessionId);
  }

  set(sessionId: string, isTyping: boolean): void {
    this.#typing.set(sessionId, isTyping);
  }

  clear(): void {
    for (const sessionId of this.#typing.ids()) this.set(sessionId, false);
  }
}

/** What we tell the other side: each change once, and "paused" by ourselves. */
export class OwnTyping {
  readonly #typing: Typing;

  constructor(clock: Clock, tell: (sessionId: string, state: ChatStateName) => void) {
    this.#typing = new Typing(clock, PAUSED_MS, (sessionId, isTyping) => tell(sessionId, isTyping ? "composing" : "paused"));
  }

  set(sessionId: string, isTyping: boolean): void {
    this.#typing.set(sessionId, isTyping);
  }

  /** The message itself says that the writing is over. */
  sent(sessionId: string): void {
    this.#typing.forget(sessionId);
  }

  clear(): void {
    for (const sessionId of this.#typing.ids()) this.#typing.forget(sessionId);
  }
}

/** In which sessions somebody types, until nothing more is heard of it for so long; each change is told once. */
class Typing {
  readonly #clock: Clock;
  readonly #lastsMs: number;
  readonly #changed: (sessionId: string, isTyping: boolean) => void;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock, lastsMs: number, changed: (sessionId: string, isTyping: boolean) => void) {
    this.#clock = clock;
    this.#lastsMs = lastsMs;
    this.#changed = changed;
  }

  ids(): string[] {
    return [...this.#cancels.keys()];
  }

  has(sessionId: string): boolean {
    return this.#cancels.has(sessionId);
  }

  set(sessionId: string, isTyping: boolean): void {
    const was = this.has(sessionId);
    this.forget(sessionId);
    if (isTyping) {
      const cancel = this.#clock.setTimeout(() => this.set(sessionId, false), this.#lastsMs);
      this.#cancels.set(sessionId, cancel);
    }
    if (isTyping !== was) this.#changed(sessionId, isTyping);
  }

  /** Tells nobody. */
  forget(sessionId: string): void {
    this.#cancels.get(sessionId)?.();
    this.#cancels.delete(sessionId);
  }
}
