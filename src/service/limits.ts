import type { Clock } from "../client/clock.ts";

/** One bucket of tokens for each key: `burst` at once, `perSecond` in the long run. */
export interface Limiter {
  /** Takes a token; false: there is none. */
  take(key: string): boolean;
}

/** Beyond so many, those that are full again are forgotten. */
const MANY_BUCKETS = 10_000;

export function createLimiter({ burst, perSecond, clock }: { burst: number; perSecond: number; clock: Clock }): Limiter {
  const buckets = new Map<string, { tokens: number; at: number }>();

  const tokensOf = (bucket: { tokens: number; at: number }, now: number) =>
    Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1000);

  let tooMany = MANY_BUCKETS;

  /** A full bucket is as good as none. Looked for again when there are twice as many, so that it costs little for each request. */
  function forgetFull(now: number) {
    for (const [key, bucket] of buckets) if (tokensOf(bucket, now) >= burst) buckets.delete(key);
    tooMany = Math.max(MANY_BUCKETS, 2 * buckets.size);
  }

  return {
    take(key) {
      const now = clock.now();
      if (buckets.size >= tooMany) forgetFull(now);
      const tokens = tokensOf(buckets.get(key) ?? { tokens: burst, at: now }, now);
      if (tokens < 1) return false;
      buckets.set(key, { tokens: tokens - 1, at: now });
      return true;
    },
  };
}
