/** What the page does when it is asked to, see `call` in ../harness/stage.ts. */
export function offer<Offer extends object>(bench: Offer): Offer {
  Object.assign(globalThis, { bench });
  return bench;
}
