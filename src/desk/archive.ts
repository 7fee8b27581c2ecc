/** Reading our own archive (XEP-0313): whole stretches, page by page. */
import type { ArchiveEntry, ArchivePage, ArchiveQuery } from "./port.ts";

export type QueryArchive = (query: ArchiveQuery) => Promise<ArchivePage>;

export const PAGE = 50;

/** The newest entries, page by page upwards, until one satisfies `isEnough`; oldest first. */
export async function readBack(
  query: QueryArchive,
  range: { with: string; start: number },
  isEnough: (entry: ArchiveEntry) => boolean,
): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  for await (const page of backwards(query, range)) {
    entries.unshift(...page);
    if (page.some(isEnough)) break;
  }
  return entries;
}

async function* backwards(query: QueryArchive, range: { with: string; start: number }): AsyncGenerator<ArchiveEntry[]> {
  let before: string | undefined = "";
  while (before !== undefined) {
    const page: ArchivePage = await query({ ...range, before, max: PAGE });
    yield page.items;
    before = page.complete ? undefined : page.first;
  }
}
