import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAgents } from "../../../src/service/agents/agents.ts";
import { checkAgent } from "../../../src/service/agents/check-agent.ts";
import { createRoll } from "../../../src/service/agents/roll.ts";
import type { AgentInput } from "../../../src/service/agents/types.ts";
import { createAudit } from "../../../src/service/audit/audit.ts";
import type { Database } from "../../../src/service/database/database.ts";
import { createDirectoryIndex } from "../../../src/service/directory/directory-index.ts";
import { FieldError, UnknownAgentError } from "../../../src/service/errors.ts";
import type { Presences } from "../../../src/service/presence/presences.ts";
import { engines } from "../../support/engines.ts";
import { FakeClock } from "../../support/fake-clock.ts";

describe("a logon", () => {
  it.each(["a", "b.agent", "x-1_y", "0", "a".repeat(64)])("may be %s", (logon) =>
    expect(checkAgent({ logon }, "localhost").jid).toBe(`${logon}@localhost`),
  );

  it.each(["", "A", "b agent", "b@agent", ".b", "b.", "-b", "bé", "аgent", "a".repeat(65), "b/agent", "b\u202eagent", "b\n"])(
    "may not be %j",
    (logon) => {
      expect(() => checkAgent({ logon }, "localhost")).toThrow(expect.objectContaining({ field: "logon" }));
    },
  );
});

describe("an agent's fields", () => {
  it.each<[string, Partial<AgentInput>]>([
    ["name", { name: "x".repeat(201) }],
    ["name", { name: "bell\u0007" }],
    ["name", { name: "turned \u202e round" }],
    ["groups", { groups: ["ok", " "] }],
    ["skills", { skills: Array.from({ length: 101 }, (_, number) => `skill ${number}`) }],
    ["rights", { rights: ["im.use", "im.everything"] }],
  ])("name the one that is wrong: %s", (field, wrong) => {
    expect(() => checkAgent({ logon: "a", ...wrong }, "localhost")).toThrow(expect.objectContaining({ name: "FieldError", field }));
  });

  it("are trimmed, each value once, rights in their order", () => {
    expect(
      checkAgent({ logon: "a", name: " Zoë ", groups: ["x", " x"], rights: ["im.make", "im.use", "im.make"] }, "localhost"),
    ).toMatchObject({
      name: "Zoë",
      groups: ["x"],
      rights: ["im.use", "im.make"],
    });
  });
});

describe.each(engines())("agents on $name", (engine) => {
  let database: Database;
  beforeAll(async () => {
    await engine.start();
    database = await engine.open();
  }, 60_000);
  beforeEach(async () => {
    await database.query("TRUNCATE agents, audit CASCADE");
    await database.query("UPDATE directory SET revision = 0");
  });
  afterAll(() => engine.stop());

  function instance(on = database) {
    const roll = createRoll(on);
    const directory = createDirectoryIndex();
    roll.changed.on(({ put, removed }) => {
      for (const agent of put) directory.put(agent);
      for (const jid of removed) directory.remove(jid);
    });
    const presences = { standing: () => ({ readiness: "signed-out" }) } as unknown as Presences;
    return { roll, agents: createAgents({ database: on, roll, presences, directory, clock: new FakeClock(), domain: "localhost" }) };
  }

  it("are added, found, changed and removed", async () => {
    const { agents, roll } = instance();
    await agents.add({ logon: "b.agent", name: "Zoë", groups: ["Sales"], rights: ["im.use"] });
    await agents.add({ logon: "a.agent" });
    expect((await agents.list()).agents.map(({ logon }) => logon)).toEqual(["a.agent", "b.agent"]);
    expect(await agents.get("b.agent")).toEqual({
      jid: "b.agent@localhost",
      logon: "b.agent",
      name: "Zoë",
      groups: ["Sales"],
      skills: [],
      rights: ["im.use"],
      readiness: "signed-out",
    });
    expect((await agents.setRights("b.agent", { grant: ["im.make"], revoke: ["im.use"] })).rights).toEqual(["im.make"]);
    expect((await agents.setRights("b.agent", { set: ["admin"] })).rights).toEqual(["admin"]);
    await agents.remove("b.agent");
    expect(roll.has("b.agent@localhost")).toBe(false);
    await expect(agents.get("b.agent")).rejects.toThrow(UnknownAgentError);
    await expect(agents.setRights("b.agent", { set: [] })).rejects.toThrow(UnknownAgentError);
    await expect(agents.remove("b.agent")).rejects.toThrow(UnknownAgentError);
    expect((await agents.add({ logon: "b.agent" })).rights).toEqual([]);
  });

  it("leave a row in the audit for every agent that was changed, with the rights that it then has", async () => {
    const { agents } = instance();
    const audit = createAudit({ database, clock: new FakeClock(), domain: "localhost" });
    await agents.import([{ logon: "x", rights: ["im.use", "im.make"] }, { logon: "y" }]);
    await agents.setRights("x", { revoke: ["im.make"] });
    await agents.remove("y");
    const rows = await audit.list({ limit: 4 });
    expect(rows.map(({ actor, action, subject, outcome }) => [actor, action, subject, outcome]).reverse()).toEqual([
      ["administrator", "agent.import", "x@localhost", "done: im.use im.make"],
      ["administrator", "agent.import", "y@localhost", "done: no rights"],
      ["administrator", "agent.rights", "x@localhost", "done: im.use"],
      ["administrator", "agent.remove", "y@localhost", "done: no rights"],
    ]);
  });

  it("are not added twice", async () => {
    const { agents } = instance();
    const added = await Promise.allSettled([agents.add({ logon: "a" }), agents.add({ logon: "a" })]);
    expect(added.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(agents.add({ logon: "a" })).rejects.toThrow(FieldError);
  });

  it("are imported all or none; the error names row and field", async () => {
    const { agents } = instance();
    await agents.add({ logon: "a1", name: "Old" });
    const rows: AgentInput[] = Array.from({ length: 2500 }, (_, number) => ({ logon: `a${number}`, name: `Agent "${number}", {x}` }));
    await expect(agents.import([...rows.slice(0, 5), { logon: "Wrong" }])).rejects.toMatchObject({ row: 6, field: "logon" });
    await expect(agents.import([...rows.slice(0, 5), { logon: "a3" }])).rejects.toMatchObject({ row: 6, field: "logon" });
    expect((await agents.list()).count).toBe(1);
    expect(await agents.import(rows)).toEqual({ added: 2499, updated: 1 });
    expect((await agents.get("a1")).name).toBe('Agent "1", {x}');
    expect((await agents.list({ text: "agent", offset: 2400, limit: 500 })).agents).toHaveLength(100);
  });

  it("that another instance changed are known after the next look", async () => {
    const one = instance();
    const two = instance(await engine.again());
    await one.agents.add({ logon: "a" });
    await one.agents.add({ logon: "b" });
    await two.roll.sync();
    expect([...two.roll.jids()]).toEqual(["a@localhost", "b@localhost"]);
    await one.agents.remove("a");
    await two.roll.sync();
    expect([...two.roll.jids()]).toEqual(["b@localhost"]);
  });
});
