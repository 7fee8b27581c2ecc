/** Agents in the database. */
import type { Right } from "../../extensions/directory/types.ts";
import type { Queries } from "../database/database.ts";
import type { Agent } from "./types.ts";

/** An agent with the revision of its last change. */
export interface StoredAgent extends Agent {
  removed: boolean;
  revision: number;
}

const COLUMNS = "jid, logon, name, groups, skills, rights";

/** The next revision of the directory; whoever takes it changes agents alone until the transaction ends. */
export async function nextDirectoryRevision(tx: Queries): Promise<number> {
  const [row] = await tx.query<{ revision: number }>("UPDATE directory SET revision = revision + 1 RETURNING revision");
  return row!.revision;
}

/** Adds and replaces; one that was removed is there again. One statement, however many. */
export async function putAgents(tx: Queries, agents: readonly Agent[], revision: number): Promise<void> {
  await tx.query(
    `INSERT INTO agents (jid, logon, name, groups, skills, rights, removed, revision)
     SELECT jid, logon, name,
       ARRAY(SELECT jsonb_array_elements_text(groups)), ARRAY(SELECT jsonb_array_elements_text(skills)), ARRAY(SELECT jsonb_array_elements_text(rights)),
       false, $2
     FROM jsonb_to_recordset($1::jsonb) AS given (jid text, logon text, name text, groups jsonb, skills jsonb, rights jsonb)
     ON CONFLICT (jid) DO UPDATE SET name = excluded.name, groups = excluded.groups, skills = excluded.skills, rights = excluded.rights,
       removed = false, revision = excluded.revision`,
    [JSON.stringify(agents), revision],
  );
  await tx.query(
    "INSERT INTO session_lists (jid) SELECT jid FROM jsonb_to_recordset($1::jsonb) AS given (jid text) ON CONFLICT DO NOTHING",
    [JSON.stringify(agents)],
  );
}

/** What belongs to an agent alone goes; sessions and audit stay. */
export async function removeAgent(tx: Queries, jid: string, revision: number): Promise<void> {
  await tx.query("UPDATE agents SET removed = true, rights = '{}', revision = $2 WHERE jid = $1", [jid, revision]);
  await tx.query("DELETE FROM favorites WHERE owner = $1 OR jid = $1", [jid]);
  await tx.query("DELETE FROM recents WHERE owner = $1 OR jid = $1", [jid]);
  await tx.query("DELETE FROM presences WHERE jid = $1", [jid]);
}

/** Those among them that are agents. */
export async function findAgents(db: Queries, jids: readonly string[]): Promise<Agent[]> {
  return db.query<Agent>(`SELECT ${COLUMNS} FROM agents WHERE jid = ANY($1) AND NOT removed`, [jids]);
}

export async function readRights(db: Queries, jid: string): Promise<readonly Right[] | undefined> {
  const [row] = await db.query<{ rights: Right[] }>("SELECT rights FROM agents WHERE jid = $1 AND NOT removed", [jid]);
  return row?.rights;
}

/** All that changed since, the removed ones too, in the order of the changes. */
export async function agentsSince(db: Queries, revision: number): Promise<StoredAgent[]> {
  return db.query<StoredAgent>(`SELECT ${COLUMNS}, removed, revision FROM agents WHERE revision > $1 ORDER BY revision, jid`, [revision]);
}
