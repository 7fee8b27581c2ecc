import type { Histogram } from "prom-client";
import type { Database } from "./database.ts";

/** The same database, with the time of every statement and transaction on the histogram. */
export function measured(database: Database, seconds: Pick<Histogram, "startTimer">): Database {
  async function timed<T>(work: () => Promise<T>): Promise<T> {
    const stop = seconds.startTimer();
    try {
      return await work();
    } finally {
      stop();
    }
  }
  return {
    engine: database.engine,
    query: (sql, values) => timed(() => database.query(sql, values)),
    transaction: (work) => timed(() => database.transaction(work)),
    close: () => database.close(),
  };
}
