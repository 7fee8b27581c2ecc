import { expect, it } from "vitest";
import { Keeper } from "../../../src/desk/kept.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { rest } from "../../support/scripted-client.ts";

function setUp() {
  const clock = new FakeClock();
  const written: [string, unknown][] = [];
  const storage = {
    readOutbox: () => Promise.resolve([]),
    putOutbox: () => Promise.resolve(),
    removeOutbox: () => Promise.resolve(),
    read: () => Promise.resolve(undefined),
    write: async (key: string, value: unknown) => void written.push([key, value]),
  };
  const keeper = new Keeper(storage, clock, (problem) => expect.fail(problem.code));
  return { clock, keeper, written };
}

it("writes at once what must not be lost", async () => {
  const { keeper, written } = setUp();
  keeper.write("readiness", { type: "away" });
  await rest();
  expect(written).toEqual([["readiness", { type: "away" }]]);
});

it("writes what changes with every message a moment later, and only the last of it", async () => {
  const { clock, keeper, written } = setUp();
  keeper.write("place", "one");
  clock.advance(100);
  keeper.write("place", "two");
  await rest();
  expect(written).toEqual([]);
  clock.advance(200);
  await rest();
  expect(written).toEqual([["place", "two"]]);
  keeper.write("place", "three");
  clock.advance(1_000);
  await rest();
  expect(written.at(-1)).toEqual(["place", "three"]);
});

it("writes all of it when the page goes", async () => {
  const { clock, keeper, written } = setUp();
  keeper.write("place", "one");
  keeper.write("read", { s: "key" });
  keeper.flush();
  await rest();
  expect(written).toEqual([
    ["place", "one"],
    ["read", { s: "key" }],
  ]);
  clock.advance(1_000);
  await rest();
  expect(written).toHaveLength(2);
});
