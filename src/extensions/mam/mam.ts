import type { Clock, NewId } from "../../client/clock.ts";
import { MalformedError } from "../../client/errors.ts";
import { bareOf } from "../../client/jid.ts";
import type { Stream } from "../../client/stream.ts";
import type { Element } from "../../client/xml.ts";
import { parseChat, parseMark } from "../chat/stanzas.ts";
import type { ChatMessage, MessageMark } from "../chat/types.ts";
import { defined } from "../fields.ts";
import type { PageRequest } from "../rsm/stanzas.ts";
import { findByOriginIds, type OriginIdSearch } from "./origin-ids.ts";
import {
  type ArchiveFilter,
  type ArchiveResult,
  buildArchiveQuery,
  isArchiveResult,
  parseArchiveFin,
  parseArchiveResult,
} from "./stanzas.ts";

/** Which messages (`with`, `start`, `end`, …), and which page of them; 50 from the beginning unless told. */
export type ArchiveQuery = ArchiveFilter & PageRequest & { signal?: AbortSignal };

/** One message of our own archive. */
export interface ArchiveItem {
  archiveId: string;
  /** When our server had it: milliseconds since the epoch. */
  at: number;
  /** If it is a text between us and somebody. */
  message?: ChatMessage;
  /** If it tells how far a message of ours came. */
  mark?: MessageMark;
  /** The archived stanza itself. */
  raw: Element;
}

export interface ArchivePage {
  /** Oldest first, whatever the direction of the paging. */
  items: ArchiveItem[];
  /** Nothing lies beyond, in the direction of the paging. */
  complete: boolean;
  /** Archive ids of the ends of this page, for `before` and `after`; none for an empty page. */
  first?: string;
  last?: string;
  /** Of all that match, if the server says so. */
  count?: number;
}

/** Our own archive at the server. */
export interface Mam {
  /** One page. Rejects as `iq.request` does: item-not-found when `before` or `after` is no longer there. */
  query(query: ArchiveQuery): Promise<ArchivePage>;
  /** Which of these messages of ours the archive has, by the ids that we gave them. */
  findByOriginIds(search: OriginIdSearch): Promise<ReadonlyMap<string, ArchiveItem>>;
}

export interface MamParts {
  stream: Pick<Stream, "iq" | "jid" | "use">;
  clock: Clock;
  newId: NewId;
}

const PAGE = 50;

export function mam({ stream, clock, newId }: MamParts): Mam {
  /** What has come for each query that is under way. */
  const open = new Map<string, ArchiveResult[]>();

  stream.use((stanza) => {
    if (!stanza.is("message") || !isArchiveResult(stanza)) return false;
    const result = parseArchiveResult(stanza, stream.jid);
    if (result?.queryId !== undefined) open.get(result.queryId)?.push(result);
    return true;
  });

  const itemOf = ({ archiveId, delay, message: raw }: ArchiveResult): ArchiveItem => {
    const own = bareOf(stream.jid);
    const at = delay?.stamp ?? clock.now();
    const message = parseChat(raw, { own, source: "archive", at, delayed: false, archiveId, newId });
    return { archiveId, at, raw, ...defined({ message, mark: parseMark(raw, own) }) };
  };

  const query = async (query: ArchiveQuery): Promise<ArchivePage> => {
    const { signal, max = PAGE, after, before, index, ...filter } = query;
    const queryId = newId();
    const results: ArchiveResult[] = [];
    open.set(queryId, results);
    try {
      const payload = buildArchiveQuery({ queryId, filter, page: defined({ max, after, before, index }) });
      const fin = parseArchiveFin(await stream.iq.request({ type: "set", payload, ...defined({ signal }) }));
      if (!fin) throw new MalformedError("fin", "is missing, or has no page");
      const { first, last, count } = fin.page;
      return { items: results.map(itemOf), complete: fin.complete, ...defined({ first, last, count }) };
    } finally {
      open.delete(queryId);
    }
  };

  return { query, findByOriginIds: (search) => findByOriginIds(query, search) };
}
