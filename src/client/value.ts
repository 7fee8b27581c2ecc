import { TimeoutError } from "./errors.ts";
import { type Clock, systemClock } from "./clock.ts";

/** Undoes what returned it. Calling it twice does nothing more. */
export type Unsubscribe = () => void;

export interface WaitOptions {
  /** What is awaited, for the error message: "the session to be connected". */
  what: string;
  /** Milliseconds until it rejects with a {@link TimeoutError}; none: waits for ever. */
  timeoutMs?: number;
  signal?: AbortSignal;
  clock?: Clock;
}

/** A stream of facts. Listeners are called in the order in which they subscribed. */
export class Emitter<T> {
  #listeners = new Set<(fact: T) => void>();

  /** Calls the listener for each fact from now on. */
  on(listener: (fact: T) => void): Unsubscribe {
    const own = (fact: T) => listener(fact);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Calls every listener, also when one throws; throws what the first faulty one threw. */
  emit(fact: T): void {
    const errors: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(fact);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** The first fact for which `isIt` holds. Rejects with TimeoutError, or the signal's reason. */
  next(isIt: (fact: T) => boolean, options: WaitOptions): Promise<T> {
    return wait((listener) => this.on(listener), isIt, options);
  }
}

/** What a {@link Value} shows to those who may only read it. */
export interface ReadonlyValue<T> {
  /** The value now. */
  get(): T;
  /** Calls the listener at every change from now on (not with the value as it is). */
  subscribe(listener: (value: T) => void): Unsubscribe;
  /** The value as soon as `isIt` holds for it: at once when it already does. */
  waitFor(isIt: (value: T) => boolean, options: WaitOptions): Promise<T>;
}

/** A value that can be observed. Setting an identical value (Object.is) tells nobody. */
export class Value<T> implements ReadonlyValue<T> {
  #value: T;
  #changed = new Emitter<T>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    this.#changed.emit(value);
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  subscribe(listener: (value: T) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  waitFor(isIt: (value: T) => boolean, options: WaitOptions): Promise<T> {
    if (isIt(this.#value)) return Promise.resolve(this.#value);
    return wait((listener) => this.subscribe(listener), isIt, options);
  }
}

function wait<T>(
  subscribe: (listener: (fact: T) => void) => Unsubscribe,
  isIt: (fact: T) => boolean,
  { what, timeoutMs, signal, clock = systemClock }: WaitOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stops: Unsubscribe[] = [];
    const settle = (finish: () => void) => {
      for (const stop of stops) stop();
      finish();
    };
    stops.push(
      subscribe((fact) => {
        if (isIt(fact)) settle(() => resolve(fact));
      }),
    );
    if (timeoutMs !== undefined) {
      stops.push(clock.setTimeout(() => settle(() => reject(new TimeoutError(what, timeoutMs))), timeoutMs));
    }
    if (signal) {
      const abort = () => settle(() => reject(signal.reason));
      signal.addEventListener("abort", abort, { once: true });
      stops.push(() => signal.removeEventListener("abort", abort));
    }
  });
}
