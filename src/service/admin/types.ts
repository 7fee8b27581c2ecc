/** What goes over the socket of the command line. */

/** A row of an import. What is undefined stays as it is, or takes its default in a new agent. */
export interface ImportRow {
  /** In the file, counted from 1. */
  line: number;
  logon: string;
  name?: string;
  groups?: string[];
  skills?: string[];
  rights?: string[];
  password?: string;
}

export type ImportReport =
  /** `password`: generated. */
  | { type: "added"; line: number; logon: string; password?: string }
  | { type: "updated"; line: number; logon: string }
  | { type: "rejected"; line: number; column: string; reason: string }
  /** The last one, unless the service died: `error` when it was broken off. */
  | { type: "end"; error?: AdminFailure };

/** Why a request was refused. `message` is a sentence for an administrator. */
export interface AdminFailure {
  code: "bad-request" | "unknown-agent" | "exists" | "not-ready" | "xmpp-server" | "internal";
  message: string;
  field?: string;
}
