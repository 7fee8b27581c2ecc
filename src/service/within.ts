import { type Clock, systemClock } from "../client/clock.ts";
import { TimeoutError } from "../client/errors.ts";

export interface WithinOptions {
  ms: number;
  /** What is awaited, for the error. */
  what: string;
  clock?: Clock;
}

/** What the work comes to; rejects with TimeoutError when that takes longer. The work itself goes on. */
export async function within<T>(work: Promise<T>, { ms, what, clock = systemClock }: WithinOptions): Promise<T> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.setTimeout(() => reject(new TimeoutError(what, ms)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
