import { MalformedError, StanzaError } from "../../client/errors.ts";
import { bareOf } from "../../client/jid.ts";
import type { Stream } from "../../client/stream.ts";
import { type ReadonlyValue, Value } from "../../client/value.ts";
import {
  buildRosterQuery,
  buildRosterRemoval,
  buildRosterSet,
  NS_ROSTER,
  parseRoster,
  type RosterChange,
  type RosterItem,
} from "./stanzas.ts";

/** The account's contacts, kept by the server. */
export interface Roster {
  /** By bare JID. Empty until the first fetch; a new map at every change. */
  readonly items: ReadonlyValue<ReadonlyMap<string, RosterItem>>;
  /** Loads it, and asks the server to push changes to us from now on (RFC 6121 §2.2). */
  fetch(): Promise<void>;
  /** Adds the contact or changes its name and groups; `items` follows when the server has taken it. */
  set(contact: { jid: string; name?: string; groups?: string[] }): Promise<void>;
  /** Removes the contact, and the subscriptions in both directions. */
  remove(jid: string): Promise<void>;
  /** The contact may see our presence, or has been told beforehand that it may. */
  maySeeUs(jid: string): boolean;
}

export function roster({ stream }: { stream: Pick<Stream, "iq" | "jid"> }): Roster {
  const items = new Value<ReadonlyMap<string, RosterItem>>(new Map());

  // > A receiving client MUST ignore the stanza unless it has no 'from' attribute (i.e., implicitly from the bare JID of the user's
  // > account) or it has a 'from' attribute whose value matches the user's bare JID <user@domainpart>. (RFC 6121 §2.1.6)
  stream.iq.handle("set", "query", NS_ROSTER, (query, { attrs: { from } }) => {
    const own = bareOf(stream.jid);
    if ((from ?? own) !== own) throw new StanzaError("cancel", "service-unavailable");
    const [change, another] = parseRoster(query);
    if (!change || another) throw new StanzaError("modify", "bad-request");
    items.update((before) => changed(before, change));
    return undefined;
  });

  return {
    items,
    async fetch() {
      const query = await stream.iq.request({ type: "get", payload: buildRosterQuery() });
      if (!query?.is("query", NS_ROSTER)) throw new MalformedError("query", `is not of ${NS_ROSTER}`);
      items.set(new Map(parseRoster(query).flatMap((one) => (one.type === "item" ? [[one.item.jid, one.item]] : []))));
    },
    async set(contact) {
      await stream.iq.request({ type: "set", payload: buildRosterSet(contact) });
    },
    async remove(jid) {
      await stream.iq.request({ type: "set", payload: buildRosterRemoval(jid) });
    },
    maySeeUs(jid) {
      const item = items.get().get(bareOf(jid));
      return item !== undefined && (item.approved || item.subscription === "from" || item.subscription === "both");
    },
  };
}

function changed(before: ReadonlyMap<string, RosterItem>, change: RosterChange): ReadonlyMap<string, RosterItem> {
  const after = new Map(before);
  if (change.type === "removed") after.delete(change.jid);
  else after.set(change.item.jid, change.item);
  return after;
}
