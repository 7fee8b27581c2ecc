/** Something an operator may want to know. Holds no message text, no address and no password. */
export interface LogEvent {
  level: "debug" | "info" | "warn" | "error";
  /** What happened: "connecting", "stanza-dropped", … */
  event: string;
  detail?: Readonly<Record<string, string | number | boolean>>;
  /** What was thrown, for a fault in one of our own handlers. */
  error?: unknown;
}

export type Log = (event: LogEvent) => void;

export const noLog: Log = () => {};
