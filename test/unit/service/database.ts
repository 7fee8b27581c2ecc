import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isUniqueViolation } from "../../../src/service/database/errors.ts";
import { migrate } from "../../../src/service/database/migrate.ts";
import { migrations } from "../../../src/service/database/migrations.ts";
import { engines } from "../../support/engines.ts";

describe.each(engines())("the database on $name", { timeout: 60_000 }, (engine) => {
  beforeAll(() => engine.start(), 60_000);
  afterAll(() => engine.stop());

  it("gives and takes every kind of value in the same form", async () => {
    const database = await engine.openEmpty();
    const at = new Date(1_700_000_000_123);
    const [row] = await database.query(
      "SELECT $1::timestamptz AS at, $2::text[] AS list, $3::bigint AS large, $4::integer AS small, $5::boolean AS yes, $6::text AS nothing, count(*) AS counted",
      [at, ["a", 'with "quotes", commas and \\'], 2 ** 40, 7, true, null],
    );
    expect(row).toEqual({
      at,
      list: ["a", 'with "quotes", commas and \\'],
      large: 2 ** 40,
      small: 7,
      yes: true,
      nothing: null,
      counted: 1,
    });
  });

  it("takes values as values, whatever is in them", async () => {
    const database = await engine.open();
    const nasty = "'; DROP TABLE agents; --";
    expect(await database.query("SELECT jid FROM agents WHERE logon = $1", [nasty])).toEqual([]);
    expect(await database.query("SELECT count(*) AS count FROM agents")).toEqual([{ count: 0 }]);
  });

  it("undoes a transaction that throws, and throws on", async () => {
    const database = await engine.open();
    const boom = new Error("boom");
    await expect(
      database.transaction(async (tx) => {
        await tx.query("UPDATE directory SET revision = 99");
        throw boom;
      }),
    ).rejects.toBe(boom);
    expect(await database.query("SELECT revision FROM directory")).toEqual([{ revision: 0 }]);
  });

  it("does not lose an increment among many transactions at once", async () => {
    const database = await engine.open();
    await Promise.all(
      Array.from({ length: 30 }, () => database.transaction((tx) => tx.query("UPDATE directory SET revision = revision + 1"))),
    );
    expect(await database.query("SELECT revision FROM directory")).toEqual([{ revision: 30 }]);
  });

  it("tells a duplicate key from other failures", async () => {
    const database = await engine.open();
    const insert = () => database.query("INSERT INTO capabilities (ver, im_session) VALUES ('x', true)");
    await insert();
    expect(isUniqueViolation(await insert().catch((error: unknown) => error))).toBe(true);
    expect(isUniqueViolation(await database.query("SELECT 1 / 0").catch((error: unknown) => error))).toBe(false);
  });

  describe("migrations", () => {
    it("run once, in order, however often and from however many instances they are started", async () => {
      const first = await engine.openEmpty();
      const second = await engine.again();
      await Promise.all([migrate(first), migrate(second)]);
      await migrate(first);
      expect(await first.query("SELECT number, name FROM migrations ORDER BY number")).toEqual(
        migrations.map(({ number, name }) => ({ number, name })),
      );
    });

    it("leave nothing behind when one of their steps fails", async () => {
      const database = await engine.openEmpty();
      const steps = [
        { number: 1, name: "good", statements: ["CREATE TABLE good (id integer)"] },
        { number: 2, name: "bad", statements: ["CREATE TABLE bad (id nonsense)"] },
      ];
      await expect(migrate(database, steps)).rejects.toThrow("nonsense");
      expect(await database.query("SELECT to_regclass('good') AS good")).toEqual([{ good: null }]);
    });

    it("add what is new to what is there", async () => {
      const database = await engine.openEmpty();
      const step = { number: 1, name: "one", statements: ["CREATE TABLE one (id integer)"] };
      await migrate(database, [step]);
      await migrate(database, [step, { number: 2, name: "two", statements: ["ALTER TABLE one ADD more text"] }]);
      expect(await database.query("SELECT more FROM one")).toEqual([]);
    });

    it("refuse a database of a newer version", async () => {
      const database = await engine.openEmpty();
      await migrate(database);
      await expect(migrate(database, migrations.slice(0, -1))).rejects.toThrow("newer version");
    });

    it("are numbered from 1 without a gap", () => {
      expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
    });
  });
});
