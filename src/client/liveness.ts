import type { Clock } from "./clock.ts";

export interface LivenessOptions {
  clock: Clock;
  /** After how long a silence to ask. */
  idleMs: number;
  /** How long the answer may take. */
  deadlineMs: number;
  /** Asks the other side for a sign of life. */
  ask(): void;
  /** No sign came. */
  dead(): void;
}

/**
 * Finds out that a connection is dead although no socket says so: a silence is followed by a
 * question, a question left open by the verdict. Anything received is a sign of life: an answer may
 * well queue behind a long archive page on a slow line.
 */
export class Liveness {
  readonly #options: LivenessOptions;
  #heardAt: number;
  #askedAt: number | undefined;
  #cancelTimer = () => {};

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#heardAt = options.clock.now();
    this.#wait();
  }

  /** Something was received. */
  heard(): void {
    this.#heardAt = this.#options.clock.now();
    if (this.#askedAt === undefined) return;
    this.#askedAt = undefined;
    this.#wait();
  }

  /** The other side owes an answer, whoever asked for it. */
  asked(): void {
    if (this.#askedAt !== undefined) return;
    this.#askedAt = this.#options.clock.now();
    this.#wait();
  }

  /** Asks now: the network changed, or the reader is back. */
  check(): void {
    if (this.#askedAt !== undefined) return;
    this.asked();
    this.#options.ask();
  }

  stop(): void {
    this.#cancelTimer();
  }

  #wait(): void {
    const { clock, idleMs, deadlineMs } = this.#options;
    const due = this.#askedAt === undefined ? this.#heardAt + idleMs : this.#askedAt + deadlineMs;
    this.#cancelTimer();
    this.#cancelTimer = clock.setTimeout(() => this.#due(), Math.max(0, due - clock.now()));
  }

  #due(): void {
    const { clock, idleMs, dead } = this.#options;
    if (this.#askedAt !== undefined) dead();
    else if (clock.now() - this.#heardAt >= idleMs) this.check();
    else this.#wait();
  }
}
