import type { Database } from "./database.ts";
import { migrations as all, type Migration } from "./migrations.ts";

/** Any number will do, as long as it is always the same. */
const LOCK = 7_205_759;

/**
 * Brings the schema up to date: every step that has not run yet, in one transaction. Of several instances that start
 * at once one does it and the others wait. Refuses a database that a newer version of Parley has changed.
 */
export async function migrate(database: Database, migrations: readonly Migration[] = all): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    await tx.query(
      "CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now())",
    );
    const [row] = await tx.query<{ newest: number }>("SELECT coalesce(max(number), 0) AS newest FROM migrations");
    const newest = row!.newest;
    if (newest > migrations.length) {
      throw new Error(`The database was changed by a newer version of Parley (step ${newest}, this one knows ${migrations.length})`);
    }
    for (const { number, name, statements } of migrations.slice(newest)) {
      for (const statement of statements) await tx.query(statement);
      await tx.query("INSERT INTO migrations (number, name) VALUES ($1, $2)", [number, name]);
    }
  });
}
