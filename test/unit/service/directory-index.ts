import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import type { Agent } from "../../../src/service/agents/types.ts";
import { createDirectoryIndex } from "../../../src/service/directory/directory-index.ts";
import { fold, wordsOf } from "../../../src/service/directory/fold.ts";

function agent(logon: string, fields: Partial<Agent> = {}): Agent {
  return { jid: `${logon}@localhost`, logon, name: logon, groups: [], skills: [], rights: [], ...fields };
}

function indexOf(...agents: Agent[]) {
  const index = createDirectoryIndex();
  for (const each of agents) index.put(each);
  return index;
}

const logons = ({ agents }: { agents: Agent[] }) => agents.map(({ logon }) => logon);

describe("folding", () => {
  it.each([
    ["Ångström", "angstrom"],
    ["Łódź", "lodz"],
    ["STRASSE", "strasse"],
    ["Straße", "strasse"],
    ["İSTANBUL", "istanbul"],
    ["ﬁne", "fine"],
    ["Søren Æbelø", "soren aebelo"],
  ])("%s is compared as %s", (text, folded) => expect(fold(text)).toBe(folded));

  it("takes words apart at any white space", () => expect(wordsOf("  Anna\t\u00a0É ")).toEqual(["anna", "e"]));

  it("looks for a word once, however often it is there", () => expect(wordsOf("a ".repeat(100) + "B á")).toEqual(["a", "b"]));
});

describe("a search", () => {
  const index = indexOf(
    agent("b.agent", { name: "Zoë Müller", groups: ["Sales North"], skills: ["Português"] }),
    agent("c.agent", { name: "Anna Berg", groups: ["Support"] }),
    agent("joanna", { name: "Jo Smith" }),
  );

  it.each([
    ["muller", ["b.agent"]],
    ["MÜLLER", ["b.agent"]],
    ["north zoe", ["b.agent"]],
    ["portug", ["b.agent"]],
    ["supp", ["c.agent"]],
    ["agent", ["b.agent", "c.agent"]],
    ["berg sales", []],
    ["", ["b.agent", "c.agent", "joanna"]],
  ])("for %j finds %j", (text, expected) => expect(logons(index.search(text, 0, 10))).toEqual(expected));

  it("lists those who match at the beginning of a word first", () => {
    expect(logons(index.search("anna", 0, 10))).toEqual(["c.agent", "joanna"]);
  });

  it("lists who is ready first, then who is away, then by logon", () => {
    const ranked = indexOf(...["a", "b", "c", "d", "e"].map((logon) => agent(logon)));
    ranked.setReadiness("e@localhost", "ready");
    ranked.setReadiness("d@localhost", "away");
    ranked.setReadiness("c@localhost", "not-ready");
    ranked.setReadiness("b@localhost", "unreachable");
    expect(logons(ranked.search("", 0, 10))).toEqual(["e", "d", "c", "b", "a"]);
    expect(logons(ranked.list("", 0, 10))).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("pages without losing or repeating a row, over the groups of the ranking", () => {
    const many = indexOf(...Array.from({ length: 57 }, (_, number) => agent(`agent${String(number).padStart(2, "0")}`)));
    for (let number = 0; number < 57; number += 3) many.setReadiness(`agent${String(number).padStart(2, "0")}@localhost`, "ready");
    const all = logons(many.search("", 0, 100));
    const pages = Array.from({ length: 9 }, (_, page) => logons(many.search("", page * 7, 7)));
    expect(pages.flat()).toEqual(all);
    expect(many.search("", 1000, 7)).toEqual({ agents: [], count: 57 });
  });

  it("looks only among those it is told to", () => {
    expect(logons(index.search("", 0, 10, new Set(["joanna@localhost", "gone@localhost"])))).toEqual(["joanna"]);
    expect(logons(index.searchOrdered("", 0, 10, ["joanna@localhost", "gone@localhost", "b.agent@localhost"]))).toEqual([
      "joanna",
      "b.agent",
    ]);
  });

  it("finds what an agent is now, not what it was", () => {
    const changing = indexOf(agent("a", { name: "Old" }), agent("b"));
    changing.setReadiness("a@localhost", "ready");
    changing.put(agent("a", { name: "New" }));
    expect(logons(changing.search("old", 0, 10))).toEqual([]);
    expect(logons(changing.search("", 0, 10))).toEqual(["a", "b"]);
    changing.remove("a@localhost");
    expect(logons(changing.search("", 0, 10))).toEqual(["b"]);
  });

  it("takes a small part of the time in which the same rows are only walked through and sorted, among 50 000", () => {
    const names = ["Anna", "Björn", "Chloé", "Dmitri", "Eşref", "Fatima", "Gaël", "Hélène"];
    const agents = Array.from({ length: 50_000 }, (_, number) =>
      agent(`agent.${number}`, {
        name: `${names[number % 8]} Müller ${number}`,
        groups: [`group ${number % 300}`],
        skills: [`skill ${number % 40}`],
      }),
    );
    const large = indexOf(...agents);
    agents.forEach(({ jid }, number) => large.setReadiness(jid, number % 3 === 0 ? "ready" : "signed-out"));
    const texts = ["", "a", "an", "ann", "anna", "mul", "group 7", "skill 3 ann", "49999", "nothing like it"];
    large.search("", 0, 50);
    const times = texts.flatMap((text) =>
      Array.from({ length: 20 }, () => {
        const before = performance.now();
        large.search(text, 0, 50);
        return performance.now() - before;
      }),
    );
    const before = performance.now();
    agents.map(({ name, logon }) => `${fold(name)} ${logon}`).sort();
    const sorting = performance.now() - before;
    const p95 = times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)]!;
    // A ratio holds on a loaded machine as well: folding and sorting takes some 20 times as long.
    expect(p95 / sorting, `p95 ${p95.toFixed(1)} ms, folding and sorting ${sorting.toFixed(1)} ms`).toBeLessThan(0.25);
  });
});
