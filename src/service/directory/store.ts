/** What belongs to an agent in the directory, and what its clients look at: in the database. */
import type { Queries } from "../database/database.ts";

/** Kept of each agent's recent partners. */
const MAX_RECENTS = 50;

export async function recordRecent(tx: Queries, owner: string, jid: string, at: number): Promise<void> {
  await tx.query(
    "INSERT INTO recents (owner, jid, at) VALUES ($1, $2, $3) ON CONFLICT (owner, jid) DO UPDATE SET at = greatest(recents.at, excluded.at)",
    [owner, jid, new Date(at)],
  );
  await tx.query(
    "DELETE FROM recents WHERE owner = $1 AND jid IN (SELECT jid FROM recents WHERE owner = $1 ORDER BY at DESC, jid OFFSET $2)",
    [owner, MAX_RECENTS],
  );
}

/** The latest first. */
export async function recentsOf(db: Queries, owner: string): Promise<string[]> {
  const rows = await db.query<{ jid: string }>("SELECT jid FROM recents WHERE owner = $1 ORDER BY at DESC, jid", [owner]);
  return rows.map(({ jid }) => jid);
}

export async function favoritesOf(db: Queries, owner: string): Promise<Set<string>> {
  const rows = await db.query<{ jid: string }>("SELECT jid FROM favorites WHERE owner = $1", [owner]);
  return new Set(rows.map(({ jid }) => jid));
}

/** Resolves to how many there then are. */
export async function addFavorite(tx: Queries, owner: string, jid: string): Promise<number> {
  await tx.query("INSERT INTO favorites (owner, jid) VALUES ($1, $2) ON CONFLICT DO NOTHING", [owner, jid]);
  const [row] = await tx.query<{ count: number }>("SELECT count(*) AS count FROM favorites WHERE owner = $1", [owner]);
  return row!.count;
}

export async function removeFavorite(db: Queries, owner: string, jid: string): Promise<void> {
  await db.query("DELETE FROM favorites WHERE owner = $1 AND jid = $2", [owner, jid]);
}

export async function putWatch(db: Queries, client: string, jids: readonly string[]): Promise<void> {
  if (jids.length === 0) await db.query("DELETE FROM watches WHERE client = $1", [client]);
  else
    await db.query("INSERT INTO watches (client, jids) VALUES ($1, $2) ON CONFLICT (client) DO UPDATE SET jids = excluded.jids", [
      client,
      jids,
    ]);
}

export async function allWatches(db: Queries): Promise<{ client: string; jids: string[] }[]> {
  return db.query("SELECT client, jids FROM watches");
}
