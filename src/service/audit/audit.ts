import type { Clock } from "../../client/clock.ts";
import type { Queries } from "../database/database.ts";
import type { AuditApi, AuditRow } from "./types.ts";

/** The actor of what happens by itself. */
export const BY_ITSELF = "service";

/** Whoever may open the socket of the command line. */
export const ADMINISTRATOR = "administrator";

export type AuditEntry = Omit<AuditRow, "id">;

/** Part of the transaction of what it records: neither is without the other. */
export async function recordAudit(tx: Queries, { at, actor, action, subject, sessionId, outcome }: AuditEntry): Promise<void> {
  await tx.query("INSERT INTO audit (at, actor, action, subject, session_id, outcome) VALUES ($1, $2, $3, $4, $5, $6)", [
    new Date(at),
    actor,
    action,
    subject ?? null,
    sessionId ?? null,
    outcome,
  ]);
}

/** The same for many subjects of one action, in one statement. */
export async function recordAuditOfMany(
  tx: Queries,
  { at, actor, action }: Pick<AuditEntry, "at" | "actor" | "action">,
  about: readonly { subject: string; outcome: string }[],
): Promise<void> {
  await tx.query(
    `INSERT INTO audit (at, actor, action, subject, outcome)
     SELECT $1, $2, $3, subject, outcome FROM jsonb_to_recordset($4::jsonb) AS given (subject text, outcome text)`,
    [new Date(at), actor, action, JSON.stringify(about)],
  );
}

const MAX_ROWS = 1000;

interface Row {
  id: number;
  at: Date;
  actor: string;
  action: string;
  subject: string | null;
  session_id: string | null;
  outcome: string;
}

const WHERE = [
  "($1::text IS NULL OR actor = $1)",
  "($2::text IS NULL OR actor = $2 OR subject = $2)",
  "($3::uuid IS NULL OR session_id = $3)",
  "($4::timestamptz IS NULL OR at >= $4)",
  "($5::bigint IS NULL OR id < $5)",
].join(" AND ");

export function createAudit({ database, clock, domain }: { database: Queries; clock: Clock; domain: string }): AuditApi {
  return {
    async list({ actor, logon, sessionId, since, before, limit = 100 } = {}) {
      const rows = await database.query<Row>(
        `SELECT id, at, actor, action, subject, session_id, outcome FROM audit WHERE ${WHERE} ORDER BY id DESC LIMIT $6`,
        [
          actor ?? null,
          logon === undefined ? null : `${logon}@${domain}`,
          sessionId ?? null,
          since === undefined ? null : new Date(since),
          before ?? null,
          Math.min(limit, MAX_ROWS),
        ],
      );
      return rows.map(({ id, at, actor, action, subject, session_id, outcome }) => ({
        id,
        at: at.getTime(),
        actor,
        action,
        ...(subject && { subject }),
        ...(session_id && { sessionId: session_id }),
        outcome,
      }));
    },

    record: (row) => recordAudit(database, { ...row, at: clock.now() }),
  };
}
