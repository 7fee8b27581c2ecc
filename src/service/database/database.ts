/** What may be given to a statement. */
export type SqlValue = string | number | boolean | Date | null | readonly string[];

export type Row = Record<string, unknown>;

export interface Queries {
  /**
   * The rows of one statement: plain SQL with `$1` parameters, never with values inside the text.
   * int8 comes as number, timestamptz as Date, text[] as string[], whatever the engine.
   */
  query<R extends object = Row>(sql: string, values?: readonly SqlValue[]): Promise<R[]>;
}

/** The one interface over PGlite and PostgreSQL. */
export interface Database extends Queries {
  readonly engine: "pglite" | "postgres";
  /**
   * All of `work` or nothing of it; what it throws is thrown on. `work` may run again
   * after a deadlock or serialization failure: its effects belong after the transaction.
   */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
