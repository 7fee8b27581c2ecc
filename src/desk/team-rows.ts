/** The rows of the Team Communicator: which are known, which match, which are missing. Pure. */
import type { AgentPresence, AgentRow, TeamFilter } from "../extensions/directory/types.ts";

/** Asked for at once: what a page of usual height shows, and a little more. */
export const PAGE_ROWS = 30;

export type Rows = ReadonlyMap<number, AgentRow>;

/** Without case and accents, as the service compares. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** What of the rows at hand also fits these words: shown until the service has answered. */
export function narrow(rows: Iterable<AgentRow>, text: string, filter: TeamFilter): Rows {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const fitting = [...rows].filter((row) => (filter !== "favorites" || row.favorite) && words.every((word) => folded(row).includes(word)));
  return new Map(fitting.entries());
}

function folded({ logon, name, groups, skills }: AgentRow): string {
  return fold([logon, name, ...groups, ...skills].join("\n"));
}

/** A page takes its places. An agent who stood elsewhere has moved: that place is unknown again. */
export function placePage(rows: Rows, page: readonly AgentRow[], index: number, count: number): Rows {
  const arrived = new Set(page.map(({ jid }) => jid));
  const placed = new Map([...rows].filter(([place, { jid }]) => place < count && !arrived.has(jid)));
  page.forEach((row, offset) => placed.set(index + offset, row));
  return placed;
}

/** Presence changes what a row says, never where it stands. */
export function patchPresence(rows: Rows, presences: readonly AgentPresence[]): Rows {
  const byJid = new Map(presences.map((presence) => [presence.jid, presence]));
  if (![...rows.values()].some(({ jid }) => byJid.has(jid))) return rows;
  return new Map([...rows].map(([place, row]) => [place, withPresence(row, byJid.get(row.jid))]));
}

function withPresence(row: AgentRow, presence: AgentPresence | undefined): AgentRow {
  if (!presence) return row;
  const { reason: _reason, since: _since, ...rest } = row;
  return { ...rest, ...presence };
}

export function patchFavorite(rows: Rows, jid: string, favorite: boolean): Rows {
  return new Map([...rows].map(([place, row]) => [place, row.jid === jid ? { ...row, favorite } : row]));
}

/** The first rows of the pages that a window needs and nobody has or asked for. */
export function missingPages(
  { rows, count }: { rows: Rows; count: number | undefined },
  { first, last }: { first: number; last: number },
  asked: ReadonlySet<number>,
): number[] {
  const pages = new Set<number>();
  const end = Math.min(last, (count ?? Infinity) - 1);
  for (let place = Math.max(0, first); place <= end; place++) {
    const page = place - (place % PAGE_ROWS);
    if (!rows.has(place) && !asked.has(page)) pages.add(page);
  }
  return [...pages];
}
