import { describe, expect, it } from "vitest";
import { missingPages, narrow, PAGE_ROWS, patchPresence, placePage } from "../../../src/desk/team-rows.ts";
import { openDesk, rest, row, ScriptedClient } from "../../support/scripted-client.ts";

const logons = (rows: ReadonlyMap<number, { logon: string }>) => [...rows].toSorted(([a], [b]) => a - b).map(([, { logon }]) => logon);

async function crowd(count = 120) {
  const client = new ScriptedClient();
  client.rows = Array.from({ length: count }, (_, index) => row(`agent${index}`));
  const { desk } = await openDesk(client);
  const { team } = desk;
  team.show(0, 9);
  await rest();
  return { desk, team, client };
}

describe("rows of the Team Communicator", () => {
  it.each([
    ["MÜL", ["x.mueller", "Jörg Müller"], true],
    ["mull jorg", ["x.mueller", "Jörg Müller"], true],
    ["muller anna", ["x.mueller", "Jörg Müller"], false],
    ["", ["x", "y"], true],
  ])("narrowed by %j: %o is kept: %s", (text, [logon, name], kept) => {
    expect(narrow([row(logon!, { name: name! })], text, "all").size).toBe(kept ? 1 : 0);
  });

  it("are placed page by page; an agent is in one place only", () => {
    const rows = placePage(
      new Map([
        [0, row("a")],
        [60, row("b")],
      ]),
      [row("b"), row("c")],
      0,
      70,
    );
    expect([...rows.keys()]).toEqual([0, 1]);
    expect(logons(rows)).toEqual(["b", "c"]);
  });

  it("keep their places when presence changes", () => {
    const rows = new Map([
      [0, row("a", { reason: "lunch", readiness: "not-ready" })],
      [1, row("b")],
    ]);
    const patched = patchPresence(rows, [{ jid: row("a").jid, readiness: "ready", plain: false }]);
    expect(logons(patched)).toEqual(["a", "b"]);
    expect(patched.get(0)).not.toHaveProperty("reason");
    expect(patched.get(1)).toBe(rows.get(1));
    expect(patchPresence(rows, [{ jid: "other@example.org", readiness: "ready", plain: false }])).toBe(rows);
  });

  it("are asked for by pages, each once", () => {
    expect(missingPages({ rows: new Map(), count: undefined }, { first: 0, last: 9 }, new Set())).toEqual([0]);
    expect(missingPages({ rows: new Map(), count: 120 }, { first: 45, last: 300 }, new Set([60]))).toEqual([30, 90]);
    expect(missingPages({ rows: new Map(), count: 0 }, { first: 0, last: 9 }, new Set())).toEqual([]);
  });
});

describe("the Team Communicator", () => {
  it("loads what is shown, and the next page when it is scrolled to", async () => {
    const { team, client } = await crowd();
    expect(team.state.get()).toMatchObject({ count: 120, loading: false });
    expect(team.state.get().rows.size).toBe(PAGE_ROWS);
    team.show(85, 94);
    await rest();
    expect(client.searches.map(({ index }) => index)).toEqual([0, 60, 90]);
    team.show(85, 94);
    await rest();
    expect(client.searches).toHaveLength(3);
  });

  it("narrows and asks at once, and drops late answers", async () => {
    const { team, client } = await crowd();
    client.holdSearches = true;
    team.search("agent1");
    expect(logons(team.state.get().rows)).toEqual(["agent1", ...Array.from({ length: 10 }, (_, index) => `agent1${index}`)]);
    expect(team.state.get()).toMatchObject({ loading: true });
    expect(team.state.get()).not.toHaveProperty("count");
    client.clock.advance(100);
    team.search("agent11");
    client.clock.advance(100);
    await rest();
    expect(client.searches.slice(1).map(({ text }) => text)).toEqual(["agent1", "agent11"]);
    const [first, second] = client.heldSearches;
    second!();
    await rest();
    first!();
    await rest();
    expect(logons(team.state.get().rows)).toEqual(["agent11", ...Array.from({ length: 10 }, (_, index) => `agent11${index}`)]);
    expect(team.state.get()).toMatchObject({ text: "agent11", count: 11, loading: false });
  });

  it("asks for the first letter of a word typed fast, then for what it has become", async () => {
    const { team, client } = await crowd();
    for (const text of ["a", "ag", "age", "agen", "agent7"]) {
      team.search(text);
      client.clock.advance(30);
    }
    client.clock.advance(100);
    await rest();
    expect(client.searches.slice(1).map(({ text }) => text)).toEqual(["a", "age", "agent7"]);
  });

  it("watches exactly the rows on screen and the others of open sessions", async () => {
    const { client, team } = await crowd();
    client.clock.advance(1000);
    await rest();
    expect(client.watched.at(-1)).toHaveLength(10);
    client.offer("s", "b.agent@example.org");
    team.show(0, 1);
    client.clock.advance(1000);
    await rest();
    expect(client.watched.at(-1)).toEqual(["agent0@example.org", "agent1@example.org", "b.agent@example.org"]);
    client.offline();
    client.online();
    client.clock.advance(1);
    await rest();
    expect(client.watched.at(-1)).toEqual(["agent0@example.org", "agent1@example.org", "b.agent@example.org"]);
  });

  it("shows a favorite at once, and takes it back when the service refuses", async () => {
    const { team, client } = await crowd();
    await team.setFavorite("agent3@example.org", true);
    expect(team.state.get().rows.get(3)).toMatchObject({ favorite: true });
    client.service = "absent";
    const asking = team.setFavorite("agent4@example.org", true);
    expect(team.state.get().rows.get(4)).toMatchObject({ favorite: true });
    await expect(asking).rejects.toMatchObject({ problem: { code: "service-away" } });
    expect(team.state.get().rows.get(4)).toMatchObject({ favorite: false });
  });

  it("keeps its rows while the service is away, says so, and reads again when it is back", async () => {
    const { team, client, desk } = await crowd();
    client.service = "absent";
    team.search("agent9");
    client.clock.advance(100);
    await rest();
    expect(team.state.get()).toMatchObject({ loading: false, problem: { code: "service-away" } });
    expect(team.state.get().rows.get(0)).toMatchObject({ logon: "agent9" });
    await expect(desk.invite("agent9@example.org")).rejects.toBeDefined();
    client.service = "there";
    client.clock.advance(5000);
    await rest();
    expect(team.state.get()).not.toHaveProperty("problem");
    expect(team.state.get()).toMatchObject({ count: 11 });
  });
});
