import type { ReactiveController, ReactiveControllerHost } from "lit";

/** What the desk shows its values as. */
export interface Observable<T> {
  get(): T;
  subscribe(listener: (value: T) => void): () => void;
}

/** Redraws its element at every change of a value, while the element is in a document. */
export class Observed<T> implements ReactiveController {
  #source: Observable<T> | undefined;
  #stop: (() => void) | undefined;

  constructor(
    private readonly host: ReactiveControllerHost & { isConnected: boolean },
    source?: Observable<T>,
  ) {
    host.addController(this);
    this.watch(source);
  }

  get value(): T | undefined {
    return this.#source?.get();
  }

  /** Looks at another value from now on. */
  watch(source: Observable<T> | undefined): void {
    if (source === this.#source) return;
    this.hostDisconnected();
    this.#source = source;
    if (this.host.isConnected) this.hostConnected();
  }

  hostConnected(): void {
    this.#stop ??= this.#source?.subscribe(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
