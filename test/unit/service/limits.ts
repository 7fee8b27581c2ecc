import { describe, expect, it } from "vitest";
import { createLimiter } from "../../../src/service/limits.ts";
import { FakeClock } from "../../support/fake-clock.ts";

describe("the limit of requests", () => {
  const taken = (limiter: ReturnType<typeof createLimiter>, key: string, count: number) =>
    Array.from({ length: count }, () => limiter.take(key)).filter(Boolean).length;

  it("lets a burst through, then so many a second, for each agent alone", () => {
    const clock = new FakeClock();
    const limiter = createLimiter({ burst: 40, perSecond: 20, clock });
    expect(taken(limiter, "a", 100)).toBe(40);
    clock.advance(1000);
    expect(taken(limiter, "a", 100)).toBe(20);
    expect(taken(limiter, "b", 100)).toBe(40);
    clock.advance(60_000);
    expect(taken(limiter, "a", 100)).toBe(40);
  });

  it("is not loosened by a crowd of others", () => {
    const clock = new FakeClock();
    const limiter = createLimiter({ burst: 2, perSecond: 1, clock });
    taken(limiter, "a", 2);
    for (let other = 0; other < 20_000; other++) limiter.take(`other ${other}`);
    expect(limiter.take("a")).toBe(false);
  });
});
