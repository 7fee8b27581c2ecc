/**
 * XEP-0030: Service Discovery, version 2.5.0
 * https://xmpp.org/extensions/xep-0030.html
 */
import { xml, type Element } from "../../client/xml.ts";
import { defined } from "../fields.ts";
import { type Form, buildForm, parseForms } from "../x-data/stanzas.ts";

export const NS_DISCO_INFO = "http://jabber.org/protocol/disco#info";
export const NS_DISCO_ITEMS = "http://jabber.org/protocol/disco#items";

export interface Identity {
  category: string;
  type: string;
  name?: string;
  lang?: string;
}

/** What an entity is and can do. `forms`: XEP-0128. */
export interface DiscoInfo {
  node?: string;
  identities: Identity[];
  features: string[];
  forms: Form[];
}

export interface DiscoItem {
  jid: string;
  node?: string;
  name?: string;
}

export function buildInfoQuery(node?: string): Element {
  return xml("query", { xmlns: NS_DISCO_INFO, node });
}

export function buildInfo({ node, identities, features, forms }: DiscoInfo): Element {
  return xml(
    "query",
    { xmlns: NS_DISCO_INFO, node },
    ...identities.map(({ category, type, name, lang }) => xml("identity", { category, type, name, "xml:lang": lang })),
    ...features.map((feature) => xml("feature", { var: feature })),
    ...forms.map(buildForm),
  );
}

/** Keeps what is there twice: it matters to the hash of XEP-0115. */
export function parseInfo(query: Element): DiscoInfo {
  return {
    ...defined({ node: query.attrs["node"] }),
    identities: query.getChildren("identity", NS_DISCO_INFO).flatMap(parseIdentity),
    features: query.getChildren("feature", NS_DISCO_INFO).flatMap(({ attrs }) => (attrs["var"] ? [attrs["var"]] : [])),
    forms: parseForms(query),
  };
}

function parseIdentity({ attrs: { category, type, name, "xml:lang": lang } }: Element): Identity[] {
  // Both are required (§3.1).
  if (!category || !type) return [];
  return [{ category, type, ...defined({ name, lang }) }];
}

export function buildItemsQuery(node?: string): Element {
  return xml("query", { xmlns: NS_DISCO_ITEMS, node });
}

export function buildItems(items: DiscoItem[], node?: string): Element {
  return xml(
    "query",
    { xmlns: NS_DISCO_ITEMS, node },
    ...items.map((item) => xml("item", { jid: item.jid, node: item.node, name: item.name })),
  );
}

export function parseItems(query: Element): DiscoItem[] {
  return query
    .getChildren("item", NS_DISCO_ITEMS)
    .flatMap(({ attrs: { jid, node, name } }) => (jid ? [{ jid, ...defined({ node, name }) }] : []));
}
