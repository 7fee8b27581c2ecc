/**
 * XEP-0313: Message Archive Management, version 1.1.3
 * https://xmpp.org/extensions/xep-0313.html
 */
import { xml, type Element } from "../../client/xml.ts";
import { bareOf } from "../../client/jid.ts";
import { defined, formatTime, time, unlessMalformed } from "../fields.ts";
import { type Forwarded, buildForwarded, parseForwarded } from "../forward/stanzas.ts";
import { type PageRequest, type PageResult, buildPageRequest, buildPageResult, parsePageRequest, parsePageResult } from "../rsm/stanzas.ts";
import { type Form, buildForm, formTypeOf, parseForms, valueOf } from "../x-data/stanzas.ts";

export const NS_MAM = "urn:xmpp:mam:2";
/** The server knows `beforeId`, `afterId` and `ids` (§4.1). */
export const NS_MAM_EXTENDED = "urn:xmpp:mam:2#extended";

/** Which messages. Times are milliseconds since the epoch, as the archive stamped them; both ends are included. */
export interface ArchiveFilter {
  /** Exchanged with this address; a bare JID stands for all its resources. */
  with?: string;
  start?: number;
  end?: number;
  afterId?: string;
  beforeId?: string;
  /** Exactly these; refused with item-not-found if one of them is not there (§4.1.3). */
  ids?: string[];
}

export interface ArchiveRequest {
  /** Marks the results that belong to this request. */
  queryId?: string;
  filter?: ArchiveFilter;
  page?: PageRequest;
}

/** One message out of the archive. */
export interface ArchiveResult extends Forwarded {
  queryId?: string;
  archiveId: string;
}

/** The end of a page. */
export interface ArchiveFin {
  /** Nothing follows in the direction of the paging. */
  complete: boolean;
  /** False: what was found may still change (§4.3.2). */
  stable: boolean;
  page: PageResult;
}

export function buildArchiveQuery({ queryId, filter, page }: ArchiveRequest): Element {
  return xml("query", { xmlns: NS_MAM, queryid: queryId }, filter && buildForm(formOf(filter)), page && buildPageRequest(page));
}

function formOf({ with: peer, start, end, afterId, beforeId, ids }: ArchiveFilter): Form {
  const given = (name: string, ...values: (string | undefined)[]) =>
    values[0] === undefined ? [] : [{ var: name, values: values as string[] }];
  return {
    type: "submit",
    fields: [
      { var: "FORM_TYPE", type: "hidden", values: [NS_MAM] },
      ...given("with", peer),
      ...given("start", start === undefined ? undefined : formatTime(start)),
      ...given("end", end === undefined ? undefined : formatTime(end)),
      ...given("after-id", afterId),
      ...given("before-id", beforeId),
      ...given("ids", ...(ids ?? [])),
    ],
  };
}

export function parseArchiveQuery(query: Element): ArchiveRequest {
  const form = parseForms(query).find((one) => formTypeOf(one) === NS_MAM);
  return defined({
    queryId: query.attrs["queryid"],
    filter: form && filterOf(form),
    page: parsePageRequest(query),
  });
}

function filterOf(form: Form): ArchiveFilter {
  const timeOf = (name: string) => unlessMalformed(() => time(name, valueOf(form, name)));
  return defined({
    with: valueOf(form, "with"),
    start: timeOf("start"),
    end: timeOf("end"),
    afterId: valueOf(form, "after-id"),
    beforeId: valueOf(form, "before-id"),
    ids: form.fields.find((field) => field.var === "ids")?.values,
  });
}

export function buildArchiveResult({ queryId, archiveId, ...forwarded }: ArchiveResult): Element {
  return xml("result", { xmlns: NS_MAM, queryid: queryId, id: archiveId }, buildForwarded(forwarded));
}

/** Whether the message says that it comes out of an archive. Anybody can say so. */
export function isArchiveResult(message: Element): boolean {
  return message.getChild("result", NS_MAM) !== undefined;
}

/**
 * The archived message, if our own archive sent it.
 *
 * > A client MUST verify the source of MAM query results against an open query (i.e. checking the stanza 'from' matches the entity that
 * > was queried) (§8)
 *
 * No `from` at all is our own account too (RFC 6120 §8.1.2.1).
 */
export function parseArchiveResult(message: Element, ownJid: string): ArchiveResult | undefined {
  const own = bareOf(ownJid);
  if ((message.attrs["from"] ?? own) !== own) return undefined;

  const [result, another] = message.getChildren("result", NS_MAM);
  const archiveId = result?.attrs["id"];
  if (!result || another || !archiveId) return undefined;
  const forwarded = parseForwarded(result);
  return forwarded && { ...defined({ queryId: result.attrs["queryid"] }), archiveId, ...forwarded };
}

export function buildArchiveFin({ complete, stable, page }: ArchiveFin): Element {
  const attrs = { xmlns: NS_MAM, complete: complete ? "true" : undefined, stable: stable ? undefined : "false" };
  return xml("fin", attrs, buildPageResult(page));
}

export function parseArchiveFin(fin: Element | undefined): ArchiveFin | undefined {
  const page = fin?.is("fin", NS_MAM) ? parsePageResult(fin) : undefined;
  if (!fin || !page) return undefined;
  return { complete: isTrue(fin.attrs["complete"]), stable: !isFalse(fin.attrs["stable"]), page };
}

/** The two forms of an XML Schema boolean. */
const isTrue = (value: string | undefined) => value === "true" || value === "1";
const isFalse = (value: string | undefined) => value === "false" || value === "0";
