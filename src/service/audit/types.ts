/** Who did (or tried) what to whom, when. Never any message text. */
export interface AuditRow {
  /** Grows; the order of the rows. */
  id: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** Bare JID, or "service" for what happened by itself (time-out, grace). */
  actor: string;
  /** "im-session.invite", "agent.add", … */
  action: string;
  /** The other agent, if any. */
  subject?: string;
  sessionId?: string;
  /** "done", or why it was refused: "right-missing im.make own". */
  outcome: string;
}

export interface AuditApi {
  /** Newest first. */
  list(query?: { actor?: string; sessionId?: string; before?: number; limit?: number }): Promise<AuditRow[]>;
}
