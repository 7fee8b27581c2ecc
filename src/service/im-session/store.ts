/** Sessions in the database. Whoever changes one holds the lists of both its agents (`lockLists`). */
import type { SessionMode, SessionReason, SessionState } from "../../extensions/im-session/types.ts";
import type { Queries, SqlValue } from "../database/database.ts";
import type { SessionRecord, Side, SideRecord } from "./record.ts";

interface SessionRow {
  id: string;
  revision: number;
  state: SessionState;
  mode: SessionMode;
  created_at: Date;
  expires_at: Date;
  offered: boolean;
  timed_out: boolean;
  accepted_at: Date | null;
  accepted_by: string | null;
  ended_at: Date | null;
  ended_by: Side | null;
  inviter: string;
  inviter_reason: SessionReason | null;
  inviter_done: boolean;
  inviter_present: boolean;
  inviter_grace_until: Date | null;
  target: string;
  target_reason: SessionReason | null;
  target_done: boolean;
  target_present: boolean;
  target_grace_until: Date | null;
}

/** In the order of `valuesOf`. */
const COLUMNS = [
  "id",
  "revision",
  "state",
  "mode",
  "created_at",
  "expires_at",
  "offered",
  "timed_out",
  "accepted_at",
  "accepted_by",
  "ended_at",
  "ended_by",
  "inviter",
  "inviter_reason",
  "inviter_done",
  "inviter_present",
  "inviter_grace_until",
  "target",
  "target_reason",
  "target_done",
  "target_present",
  "target_grace_until",
] as const satisfies readonly (keyof SessionRow)[];

const LIST = COLUMNS.join(", ");
const INSERT = `INSERT INTO sessions (${LIST}) VALUES (${COLUMNS.map((_, index) => `$${index + 1}`).join(", ")})`;
const UPDATE = `UPDATE sessions SET ${COLUMNS.slice(1)
  .map((column, index) => `${column} = $${index + 2}`)
  .join(", ")} WHERE id = $1`;

const date = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));

function valuesOf(session: SessionRecord): SqlValue[] {
  const side = ({ jid, reason, done, present, graceUntil }: SideRecord) => [jid, reason ?? null, done, present, date(graceUntil)];
  const { id, revision, state, mode, createdAt, expiresAt, offered, timedOut, acceptedAt, acceptedBy, endedAt, endedBy, inviter, target } =
    session;
  return [
    id,
    revision,
    state,
    mode,
    date(createdAt),
    date(expiresAt),
    offered,
    timedOut,
    date(acceptedAt),
    acceptedBy ?? null,
    date(endedAt),
    endedBy ?? null,
    ...side(inviter),
    ...side(target),
  ];
}

function recordOf(row: SessionRow): SessionRecord {
  const side = (jid: string, reason: SessionReason | null, done: boolean, present: boolean, graceUntil: Date | null): SideRecord => ({
    jid,
    done,
    present,
    ...(reason && { reason }),
    ...(graceUntil && { graceUntil: graceUntil.getTime() }),
  });
  return {
    id: row.id,
    revision: row.revision,
    state: row.state,
    mode: row.mode,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    offered: row.offered,
    timedOut: row.timed_out,
    ...(row.accepted_at && { acceptedAt: row.accepted_at.getTime() }),
    ...(row.accepted_by && { acceptedBy: row.accepted_by }),
    ...(row.ended_at && { endedAt: row.ended_at.getTime() }),
    ...(row.ended_by && { endedBy: row.ended_by }),
    inviter: side(row.inviter, row.inviter_reason, row.inviter_done, row.inviter_present, row.inviter_grace_until),
    target: side(row.target, row.target_reason, row.target_done, row.target_present, row.target_grace_until),
  };
}

async function select(db: Queries, rest: string, values: readonly SqlValue[]): Promise<SessionRecord[]> {
  return (await db.query<SessionRow>(`SELECT ${LIST} FROM sessions ${rest}`, values)).map(recordOf);
}

/**
 * Takes the locks of these agents' lists until the transaction ends, always in the same order, so that two
 * transactions can not wait for each other.
 */
export async function lockLists(tx: Queries, jids: readonly string[]): Promise<void> {
  await tx.query("SELECT jid FROM session_lists WHERE jid = ANY($1) ORDER BY jid FOR UPDATE", [jids]);
}

export async function findSession(db: Queries, id: string): Promise<SessionRecord | undefined> {
  return (await select(db, "WHERE id = $1", [id]))[0];
}

export async function lockSession(tx: Queries, id: string): Promise<SessionRecord | undefined> {
  return (await select(tx, "WHERE id = $1 FOR UPDATE", [id]))[0];
}

/** The two agents of what this id stands for: a session, or an invitation that was answered with one. */
export interface Known {
  inviter: string;
  target: string;
  sessionId: string;
}

export async function findKnown(db: Queries, id: string): Promise<Known | undefined> {
  const rows = await db.query<Known>(
    `SELECT inviter, target, id AS "sessionId" FROM sessions WHERE id = $1
     UNION ALL SELECT inviter, target, session_id AS "sessionId" FROM session_aliases WHERE id = $1`,
    [id],
  );
  return rows[0];
}

export async function insertAlias(tx: Queries, id: string, { inviter, target, sessionId }: Known): Promise<void> {
  await tx.query("INSERT INTO session_aliases (id, inviter, target, session_id) VALUES ($1, $2, $3, $4)", [id, inviter, target, sessionId]);
}

export async function lockOpenSession(tx: Queries, one: string, two: string): Promise<SessionRecord | undefined> {
  const where =
    "WHERE state <> 'ended' AND least(inviter, target) = least($1, $2) AND greatest(inviter, target) = greatest($1, $2) FOR UPDATE";
  return (await select(tx, where, [one, two]))[0];
}

/** In the agent's list: told to the agent and not done. */
const LISTED = "((inviter = $1 AND NOT inviter_done) OR (target = $1 AND NOT target_done AND offered))";

export async function countSessions(db: Queries, jid: string): Promise<{ open: number; listed: number }> {
  const [counts] = await db.query<{ open: number; listed: number }>(
    `SELECT count(*) FILTER (WHERE state <> 'ended') AS open, count(*) AS listed FROM sessions
     WHERE (inviter = $1 AND NOT inviter_done) OR (target = $1 AND NOT target_done)`,
    [jid],
  );
  return counts!;
}

export async function listSessions(db: Queries, jid: string): Promise<SessionRecord[]> {
  return select(db, `WHERE ${LISTED} ORDER BY created_at, id`, [jid]);
}

/** The agent's sessions that are not ended. */
export async function openSessionsOf(db: Queries, jid: string): Promise<SessionRecord[]> {
  return select(
    db,
    "WHERE state <> 'ended' AND ((inviter = $1 AND NOT inviter_done) OR (target = $1 AND NOT target_done)) ORDER BY created_at, id",
    [jid],
  );
}

const DEADLINE = "least(CASE WHEN state = 'not-connected' AND NOT timed_out THEN expires_at END, inviter_grace_until, target_grace_until)";

/** Sessions with a deadline that has passed, the most overdue first. */
export async function dueSessions(db: Queries, now: number, limit: number): Promise<SessionRecord[]> {
  return select(db, `WHERE state <> 'ended' AND ${DEADLINE} <= $1 ORDER BY ${DEADLINE} LIMIT $2`, [new Date(now), limit]);
}

export async function nextDeadline(db: Queries): Promise<number | undefined> {
  const [row] = await db.query<{ at: Date | null }>(`SELECT min(${DEADLINE}) AS at FROM sessions WHERE state <> 'ended'`);
  return row?.at?.getTime();
}

export async function insertSession(tx: Queries, session: SessionRecord): Promise<void> {
  await tx.query(INSERT, valuesOf(session));
}

export async function updateSession(tx: Queries, session: SessionRecord): Promise<void> {
  await tx.query(UPDATE, valuesOf(session));
}

export async function listVersion(db: Queries, jid: string): Promise<number> {
  const [row] = await db.query<{ version: number }>("SELECT version FROM session_lists WHERE jid = $1", [jid]);
  return row?.version ?? 0;
}

/** The next version of the agent's list, which tells of this session. */
export async function nextListVersion(tx: Queries, jid: string, sessionId: string): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    "UPDATE session_lists SET version = version + 1, last_session = $2 WHERE jid = $1 RETURNING version",
    [jid, sessionId],
  );
  return row!.version;
}

/** What the newest version of the agent's list told. */
export async function newestOfList(db: Queries, jid: string): Promise<{ version: number; session: SessionRecord } | undefined> {
  const [row] = await db.query<SessionRow & { list_version: number }>(
    `SELECT ${LIST}, version AS list_version FROM session_lists JOIN sessions ON id = last_session WHERE jid = $1`,
    [jid],
  );
  return row && { version: row.list_version, session: recordOf(row) };
}

/** For administrators: newest first. */
export async function querySessions(
  db: Queries,
  { state, jid, limit }: { state?: SessionState; jid?: string; limit: number },
): Promise<SessionRecord[]> {
  const where =
    "WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR inviter = $2 OR target = $2) ORDER BY created_at DESC, id LIMIT $3";
  return select(db, where, [state ?? null, jid ?? null, limit]);
}

/** How many there are that are not ended, by state. */
export async function countByState(db: Queries): Promise<Record<"not-connected" | "connected", number>> {
  const rows = await db.query<{ state: "not-connected" | "connected"; count: number }>(
    "SELECT state, count(*) AS count FROM sessions WHERE state <> 'ended' GROUP BY state",
  );
  return { "not-connected": 0, connected: 0, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
}
