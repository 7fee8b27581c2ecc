/** Exponential back-off with full jitter: a thousand clients that lost one server do not come back in one moment. */

export interface BackOff {
  /** The longest first wait. */
  firstMs: number;
  /** The longest wait of all. */
  mostMs: number;
}

export const defaultBackOff: BackOff = { firstMs: 500, mostMs: 30_000 };

/**
 * How long to wait after so many failures in a row (1: the first).
 * @param random - 0 ≤ random < 1
 */
export function backOffMs(failures: number, random: number, { firstMs, mostMs }: BackOff = defaultBackOff): number {
  const longest = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.floor(random * longest);
}
