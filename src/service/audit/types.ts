/** Who did (or tried) what to whom, when. Never any message text. */
export interface AuditRow {
  /** Grows; the order of the rows. */
  id: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** Bare JID; "administrator" on the command line; "service" for what happened by itself (time-out, grace). */
  actor: string;
  /** "im-session.invite", "agent.add", … */
  action: string;
  /** The other agent, if any. */
  subject?: string;
  sessionId?: string;
  /** "done", with the rights that an agent then has: "done: im.use im.make"; or why it was refused: "right-missing im.make own". */
  outcome: string;
}

export interface AuditApi {
  /** Newest first. `logon`: as actor or subject. `since`: milliseconds since the epoch. `before`: an id. */
  list(query?: {
    actor?: string;
    logon?: string;
    sessionId?: string;
    since?: number;
    before?: number;
    limit?: number;
  }): Promise<AuditRow[]>;
  /** Of what the process around the core did: an account's password changed. */
  record(row: Pick<AuditRow, "actor" | "action" | "subject" | "outcome">): Promise<void>;
}
