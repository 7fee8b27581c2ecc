/**
 * RFC 6121: Instant Messaging and Presence, section 2 (Managing the Roster)
 * https://www.rfc-editor.org/rfc/rfc6121#section-2
 */
import { xml, type Element } from "../../client/xml.ts";
import { defined } from "../fields.ts";
import { known } from "../stanza.ts";

export const NS_ROSTER = "jabber:iq:roster";

const SUBSCRIPTIONS = ["none", "to", "from", "both"] as const;

/** `to`: we see the contact's presence. `from`: the contact sees ours. */
export type Subscription = (typeof SUBSCRIPTIONS)[number];

export interface RosterItem {
  jid: string;
  name?: string;
  subscription: Subscription;
  /** We asked for the contact's presence and have no answer yet. */
  asked: boolean;
  /** The contact's request is granted beforehand (§3.4). */
  approved: boolean;
  groups: string[];
}

/** One item of the server's: as it is now, or no longer there. */
export type RosterChange = { type: "item"; item: RosterItem } | { type: "removed"; jid: string };

export function buildRosterQuery(): Element {
  return xml("query", { xmlns: NS_ROSTER });
}

/** What we may ask for (§2.3): subscriptions are changed by presence, not here. */
export function buildRosterSet({ jid, name, groups = [] }: { jid: string; name?: string; groups?: string[] }): Element {
  const item = xml("item", { jid, name }, ...groups.map((group) => xml("group", {}, group)));
  return xml("query", { xmlns: NS_ROSTER }, item);
}

export function buildRosterRemoval(jid: string): Element {
  return xml("query", { xmlns: NS_ROSTER }, xml("item", { jid, subscription: "remove" }));
}

export function buildRoster(changes: RosterChange[]): Element {
  return xml("query", { xmlns: NS_ROSTER }, ...changes.map(buildChange));
}

function buildChange(change: RosterChange): Element {
  if (change.type === "removed") return xml("item", { jid: change.jid, subscription: "remove" });
  const { jid, name, subscription, asked, approved, groups } = change.item;
  return xml(
    "item",
    { jid, name, subscription, ask: asked ? "subscribe" : undefined, approved: approved ? "true" : undefined },
    ...groups.map((group) => xml("group", {}, group)),
  );
}

/** The items of a result or a push. One that can not be read is left out. */
export function parseRoster(query: Element): RosterChange[] {
  return query.getChildren("item", NS_ROSTER).flatMap((item): RosterChange[] => {
    const { jid, name, subscription, ask, approved } = item.attrs;
    if (!jid) return [];
    if (subscription === "remove") return [{ type: "removed", jid }];
    return [
      {
        type: "item",
        item: {
          jid,
          ...defined({ name }),
          // The default of the schema (appendix D.3).
          subscription: known(SUBSCRIPTIONS, subscription) ?? "none",
          asked: ask === "subscribe",
          approved: approved === "true" || approved === "1",
          groups: item.getChildren("group", NS_ROSTER).map((group) => group.text()),
        },
      },
    ];
  });
}
