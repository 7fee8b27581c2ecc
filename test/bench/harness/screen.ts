/** In a page: when an input event happened, and when what it led to was on the screen. Both since the epoch, for two pages to be compared. */

export interface Screen {
  /** When the last event of this type began: the time stamp that the browser gave it. */
  inputAt(type: "click" | "keydown"): number;
  /**
   * Looks at every frame from now on, until it shows what is awaited. `find` leads through shadow roots:
   * "parley-app parley-desk-page main".
   */
  watch(what: string, isShown: (find: (path: string) => HTMLElement | undefined) => boolean): void;
  /** When the frame was done that showed what `watch` awaited. Rejects when that takes too long. */
  paintedAt(): Promise<number>;
}

declare global {
  // eslint-disable-next-line no-var
  var benchScreen: Screen;
}

/** Runs in the page before its own scripts. */
export function installScreen(): void {
  const PATIENCE_MS = 15_000;
  const inputs: Record<string, number> = {};
  for (const type of ["click", "keydown"]) {
    window.addEventListener(type, ({ timeStamp }) => (inputs[type] = performance.timeOrigin + timeStamp), { capture: true });
  }
  const find = (path: string): HTMLElement | undefined => {
    let within: ParentNode = document;
    let found: HTMLElement | null = null;
    for (const selector of path.split(" ")) {
      found = within.querySelector<HTMLElement>(selector);
      if (!found) return undefined;
      within = found.shadowRoot ?? found;
    }
    return found ?? undefined;
  };
  let painted = Promise.resolve(0);
  globalThis.benchScreen = {
    inputAt: (type) => inputs[type] ?? Number.NaN,
    watch(what, isShown) {
      painted = new Promise((resolve, reject) => {
        const deadline = performance.now() + PATIENCE_MS;
        const look = () => {
          if (!isShown(find)) {
            if (performance.now() > deadline) reject(new Error(`${what} is not on the screen`));
            else requestAnimationFrame(look);
            return;
          }
          // A task that is queued while the frame is made runs when it is done.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
          port2.postMessage(undefined);
        };
        requestAnimationFrame(look);
      });
    },
    paintedAt: () => painted,
  };
}
