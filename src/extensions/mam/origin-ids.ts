import type { ArchiveItem, ArchivePage, ArchiveQuery } from "./mam.ts";

export interface OriginIdSearch {
  /** Whom the messages were for. */
  with: string;
  /** The ids that we gave them (XEP-0359 origin-ids). */
  ids: readonly string[];
  /** When the first of them was first sent, by our own clock: milliseconds since the epoch. */
  since: number;
  signal?: AbortSignal;
}

/** How far our clock may be ahead of the server's: an hour, which is a wrongly set zone. */
const CLOCK_MARGIN_MS = 3_600_000;

/**
 * Which of these messages of ours are in our archive, and so were taken over by the server. An archive can not be asked for origin-ids:
 * it is read backwards from its end, where they are if they are anywhere, and no further than needed.
 */
export async function findByOriginIds(
  query: (query: ArchiveQuery) => Promise<ArchivePage>,
  { with: peer, ids, since, signal }: OriginIdSearch,
): Promise<ReadonlyMap<string, ArchiveItem>> {
  const missing = new Set(ids);
  const found = new Map<string, ArchiveItem>();
  let before = "";
  while (missing.size > 0) {
    const page = await query({ with: peer, start: since - CLOCK_MARGIN_MS, before, max: 50, ...(signal && { signal }) });
    for (const item of page.items) {
      const { message } = item;
      if (message?.direction === "out" && missing.delete(message.id)) found.set(message.id, item);
    }
    if (page.complete || page.first === undefined || page.first === before) break;
    before = page.first;
  }
  return found;
}
