import { beforeEach, describe, expect, it } from "vitest";
import { createLanes, type Lanes } from "../../../src/service/lanes.ts";
import { FakeClock } from "../../support/fake-clock.ts";

describe("work in lanes", () => {
  let clock: FakeClock;
  let lanes: Lanes;
  let failures: string[];
  let done: string[];

  beforeEach(() => {
    clock = new FakeClock();
    failures = [];
    done = [];
    lanes = createLanes({ clock, onFailure: (what) => failures.push(what) });
  });

  const settled = () => new Promise((resolve) => setTimeout(resolve));
  const does = (what: string) => async () => void done.push(what);
  /** Something that goes on until the test lets it end. */
  function slow(what: string) {
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const task = async () => {
      done.push(`${what} begun`);
      await ended;
      done.push(what);
    };
    return { end, task };
  }

  it("is done one thing after the other for one agent, at once for another", async () => {
    const first = slow("first");
    lanes.run("a", "first", first.task);
    lanes.run("a", "second", does("second"));
    lanes.run("b", "other", does("other"));
    await settled();
    expect(done).toEqual(["first begun", "other"]);
    first.end();
    await settled();
    expect(done).toEqual(["first begun", "other", "first", "second"]);
  });

  it("that was asked for twice before it began is done once", async () => {
    const first = slow("first");
    lanes.run("a", "first", first.task);
    for (let time = 0; time < 100; time++) lanes.run("a", "again", does("again"));
    first.end();
    await settled();
    expect(done).toEqual(["first begun", "first", "again"]);
  });

  it("is done again until it succeeds, ever more seldom, and told of once", async () => {
    let isAway = true;
    let attempts = 0;
    lanes.run("a", "told", async () => {
      attempts++;
      if (isAway) throw new Error("the database is away");
      done.push("told");
    });
    await settled();
    for (let second = 0; second < 30; second++) {
      clock.advance(1000);
      await settled();
    }
    expect(attempts).toBe(6);
    expect(failures).toEqual(["told"]);
    isAway = false;
    clock.advance(10_000);
    await settled();
    expect(done).toEqual(["told"]);
    expect(clock.pending).toBe(0);
  });

  it("ends with what is under way, and tries nothing again", async () => {
    const under = slow("under way");
    lanes.run("a", "under way", under.task);
    lanes.run("a", "later", does("later"));
    lanes.run("b", "failing", () => Promise.reject(new Error("no")));
    await settled();
    const stopped = lanes.stop();
    lanes.run("c", "too late", does("too late"));
    under.end();
    await stopped;
    clock.advance(60_000);
    expect(done).toEqual(["under way begun", "under way"]);
    expect(clock.pending).toBe(0);
  });
});
