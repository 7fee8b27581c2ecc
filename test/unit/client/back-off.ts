import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backOffMs, defaultBackOff } from "../../../src/client/back-off.ts";

describe("backing off", () => {
  it("doubles the longest wait from half a second to half a minute", () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((failures) => backOffMs(failures, 1));
    expect(longest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("spreads evenly between nothing and the longest wait", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, share) => {
        const ms = backOffMs(failures, share);
        const longest = backOffMs(failures, 1);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(longest).toBeLessThanOrEqual(defaultBackOff.mostMs);
        expect(ms).toBe(Math.floor(share * longest));
      }),
    );
  });
});
