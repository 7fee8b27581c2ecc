import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import type { Database, Queries, SqlValue } from "./database.ts";

type Engine = Pick<PGlite, "query">;

/** The embedded database in a folder of its own, or in memory when there is none. One process at a time. */
export async function openPglite(folder?: string): Promise<Database> {
  if (folder) await mkdir(dirname(folder), { recursive: true });
  const pglite = await PGlite.create({
    ...(folder ? { dataDir: folder } : {}),
    // Counts and row numbers stay far below 2^53.
    parsers: { [types.INT8]: Number },
  });
  return {
    engine: "pglite",
    ...queries(pglite),
    transaction: (work) => pglite.transaction((tx) => work(queries(tx))),
    close: () => pglite.close(),
  };
}

function queries(engine: Engine): Queries {
  return {
    async query<R extends object>(sql: string, values: readonly SqlValue[] = []) {
      return (await engine.query<R>(sql, [...values])).rows;
    },
  };
}
