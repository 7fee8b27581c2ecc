/** Both databases, for tests that must hold on either. */
import type { Database } from "../../src/service/database/database.ts";
import { migrate } from "../../src/service/database/migrate.ts";
import { openPglite } from "../../src/service/database/pglite.ts";
import { openPostgres } from "../../src/service/database/postgres.ts";
import { type PostgresCluster, startPostgres } from "./postgres.ts";

export interface Engine {
  readonly name: Database["engine"];
  start(): Promise<void>;
  /** A new database without tables. */
  openEmpty(): Promise<Database>;
  /** A new database with all tables. */
  open(): Promise<Database>;
  /** A second connection to the one that was opened last; the same object where only one is possible. */
  again(): Promise<Database>;
  stop(): Promise<void>;
}

function pgliteEngine(): Engine {
  let last: Database;
  const openEmpty = async () => (last = await openPglite());
  return {
    name: "pglite",
    start: async () => {},
    openEmpty,
    async open() {
      await migrate(await openEmpty());
      return last;
    },
    again: async () => last,
    stop: async () => {},
  };
}

function postgresEngine(): Engine {
  let cluster: PostgresCluster;
  let url: string;
  const opened: Database[] = [];
  let isStopping = false;
  const connect = () => {
    const database = openPostgres({
      url,
      onError: (error) => {
        // A pool counts as closed before the server has seen its connections go.
        if (!isStopping) throw error;
      },
    });
    opened.push(database);
    return database;
  };
  const openEmpty = async () => {
    url = await cluster.createDatabase();
    return connect();
  };
  return {
    name: "postgres",
    start: async () => {
      cluster = await startPostgres();
    },
    openEmpty,
    async open() {
      const database = await openEmpty();
      await migrate(database);
      return database;
    },
    again: async () => connect(),
    async stop() {
      isStopping = true;
      await Promise.all(opened.map((database) => database.close()));
      await cluster.stop();
    },
  };
}

export const engines = (): Engine[] => [pgliteEngine(), postgresEngine()];
