import { describe, expect, it } from "vitest";
import { Liveness } from "../../../src/client/liveness.ts";
import { FakeClock } from "../../support/fake-clock.ts";

function watched() {
  const clock = new FakeClock();
  const seen = { asked: 0, dead: 0 };
  const liveness = new Liveness({
    clock,
    idleMs: 20_000,
    deadlineMs: 10_000,
    ask: () => (seen.asked += 1),
    dead: () => (seen.dead += 1),
  });
  return { clock, seen, liveness };
}

describe("watching for signs of life", () => {
  it("asks after a silence and gives up ten seconds later", () => {
    const { clock, seen } = watched();
    clock.advance(19_999);
    expect(seen).toEqual({ asked: 0, dead: 0 });
    clock.advance(1);
    expect(seen).toEqual({ asked: 1, dead: 0 });
    clock.advance(9_999);
    expect(seen.dead).toBe(0);
    clock.advance(1);
    expect(seen.dead).toBe(1);
  });

  it("does not ask while it hears something", () => {
    const { clock, seen, liveness } = watched();
    for (let second = 0; second < 60; second += 1) {
      clock.advance(1_000);
      liveness.heard();
    }
    expect(seen).toEqual({ asked: 0, dead: 0 });
    clock.advance(20_000);
    expect(seen.asked).toBe(1);
  });

  it("is content with any answer, and asks again after the next silence", () => {
    const { clock, seen, liveness } = watched();
    clock.advance(25_000);
    liveness.heard();
    clock.advance(19_000);
    expect(seen).toEqual({ asked: 1, dead: 0 });
    clock.advance(1_000);
    expect(seen).toEqual({ asked: 2, dead: 0 });
  });

  it("counts the time from the first question when somebody else asked", () => {
    const { clock, seen, liveness } = watched();
    liveness.asked();
    clock.advance(6_000);
    liveness.asked();
    liveness.check();
    clock.advance(4_000);
    expect(seen).toEqual({ asked: 0, dead: 1 });
  });

  it("asks at once when told to", () => {
    const { clock, seen, liveness } = watched();
    liveness.check();
    expect(seen.asked).toBe(1);
    clock.advance(10_000);
    expect(seen.dead).toBe(1);
  });

  it("leaves no timer behind", () => {
    const { clock, liveness } = watched();
    liveness.asked();
    liveness.stop();
    expect(clock.pending).toBe(0);
  });
});
