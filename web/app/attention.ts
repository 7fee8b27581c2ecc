import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Whether the page is in front of the agent: visible, and the focus is in it. */
export class PageAttention implements ReactiveController {
  #stop: AbortController | undefined;
  #inFront = isInFront();

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly changed: (inFront: boolean) => void,
  ) {
    host.addController(this);
  }

  get inFront(): boolean {
    return this.#inFront;
  }

  hostConnected(): void {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    for (const type of ["focus", "blur"]) window.addEventListener(type, () => this.#look(), { signal });
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    this.#look();
  }

  hostDisconnected(): void {
    this.#stop?.abort();
  }

  #look(): void {
    const inFront = isInFront();
    if (inFront === this.#inFront) return;
    this.#inFront = inFront;
    this.changed(inFront);
    this.host.requestUpdate();
  }
}

function isInFront(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
