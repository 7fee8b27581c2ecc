import type { Unsubscribe } from "./value.ts";

/** What the surroundings know of the network and of the reader; in a page, `navigator.onLine` and `document.visibilityState`. */
export interface Network {
  isOnline(): boolean;
  isVisible(): boolean;
  /** Calls the listener after either has changed. */
  subscribe(listener: () => void): Unsubscribe;
}

/** For surroundings that know nothing, such as Node: always online, always looked at. */
export const unknownNetwork: Network = {
  isOnline: () => true,
  isVisible: () => true,
  subscribe: () => () => {},
};
