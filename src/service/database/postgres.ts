import pg from "pg";
import type { Database, Queries, SqlValue } from "./database.ts";

export interface PostgresOptions {
  /** postgres://… */
  url: string;
  /** 10 unless told. */
  maxConnections?: number;
  /** A connection that is not in use broke; the pool replaces it. */
  onError: (error: Error) => void;
}

/** Nobody waits for a connection, a free one or a new one, for longer. */
const CONNECT_MS = 1500;
/** What the server may take for a statement, and for its next one within a transaction. */
const STATEMENT_MS = 4000;
/** A server that can not keep its own time limit is not there. */
const SILENCE_MS = 5000;

const ATTEMPTS = 4;
// 40001 serialization_failure, 40P01 deadlock_detected: PostgreSQL's documentation says to retry the transaction.
const RETRYABLE = new Set(["40001", "40P01"]);

export function openPostgres({ url, maxConnections = 10, onError }: PostgresOptions): Database {
  const parsers = new pg.TypeOverrides();
  // Counts and row numbers stay far below 2^53.
  parsers.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    types: parsers,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    query_timeout: SILENCE_MS,
    application_name: "parley",
  });
  pool.on("error", onError);

  return {
    engine: "postgres",
    ...queries(pool),
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await transact(pool, work);
        } catch (error) {
          if (attempt === ATTEMPTS || !RETRYABLE.has(codeOf(error))) throw error;
        }
      }
    },
    close: () => pool.end(),
  };
}

async function transact<T>(pool: pg.Pool, work: (tx: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // Without a listener the loss of the connection in the middle would end the process; the statement rejects anyway.
  const lost = (error: Error) => (broken = error);
  client.on("error", lost);
  try {
    await client.query("BEGIN");
    const result = await work(queries(client));
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // Who said nothing to the statement says nothing to this; the transaction ends with its connection.
    if (isSilence(error)) broken = error;
    else await client.query("ROLLBACK").catch((failure: Error) => (broken ??= failure));
    throw error;
  } finally {
    client.off("error", lost);
    client.release(broken);
  }
}

function queries(engine: pg.Pool | pg.ClientBase): Queries {
  return {
    async query<R extends object>(sql: string, values: readonly SqlValue[] = []) {
      return (await engine.query<R & pg.QueryResultRow>(sql, [...values])).rows;
    },
  };
}

/** COMPAT: pg 8 has no class and no code for what `query_timeout` rejects with. */
function isSilence(error: unknown): error is Error {
  return error instanceof Error && error.message === "Query read timeout";
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}
