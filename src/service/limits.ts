import type { Clock } from "../client/clock.ts";

/** One bucket of tokens for each key: `burst` at once, `perSecond` in the long run. */
export interface Limiter {
  /** Takes a token; false: there is none. */
  take(key: string): boolean;
}

const MAX_BUCKETS = 10_000;

export function createLimiter({ burst, perSecond, clock }: { burst: number; perSecond: number; clock: Clock }): Limiter {
  const buckets = new Map<string, { tokens: number; at: number }>();

  const tokensOf = (bucket: { tokens: number; at: number }, now: number) =>
    Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1000);

  /** A full bucket is as good as none. */
  function forgetFull(now: number) {
    for (const [key, bucket] of buckets) if (tokensOf(bucket, now) >= burst) buckets.delete(key);
  }

  return {
    take(key) {
      const now = clock.now();
      if (buckets.size >= MAX_BUCKETS) forgetFull(now);
      const tokens = tokensOf(buckets.get(key) ?? { tokens: burst, at: now }, now);
      if (tokens < 1) return false;
      buckets.set(key, { tokens: tokens - 1, at: now });
      return true;
    },
  };
}
