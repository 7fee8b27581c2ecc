import type { Network } from "../../src/desk/index.ts";

/** What this page knows of the network and of its reader. */
export const pageNetwork: Network = {
  isOnline: () => navigator.onLine,
  isVisible: () => document.visibilityState === "visible",
  subscribe(listener) {
    const stop = new AbortController();
    for (const type of ["online", "offline"]) window.addEventListener(type, listener, { signal: stop.signal });
    document.addEventListener("visibilitychange", listener, { signal: stop.signal });
    return () => stop.abort();
  },
};
