import { MalformedError, StanzaError } from "../../client/errors.ts";
import type { Stream } from "../../client/stream.ts";
import type { Unsubscribe } from "../../client/value.ts";
import {
  buildInfo,
  buildInfoQuery,
  buildItems,
  buildItemsQuery,
  type DiscoInfo,
  type DiscoItem,
  type Identity,
  NS_DISCO_INFO,
  NS_DISCO_ITEMS,
  parseInfo,
  parseItems,
} from "./stanzas.ts";

/** What we tell others about ourselves, and what they tell us. */
export interface Disco {
  /** Says from now on that we can do this; counted, so that two users of a feature do not take it from each other. */
  addFeature(feature: string): Unsubscribe;
  /** What we answer: always the same order for the same features. */
  own(): DiscoInfo;
  /** Answers for this node as well, as long as `isOurs` holds for it (XEP-0115 asks with one). */
  addNode(isOurs: (node: string) => boolean): Unsubscribe;
  /** Asks `to` (none: our own account). Rejects as `iq.request` does, and with MalformedError. */
  fetchInfo(to: string | undefined, node?: string): Promise<DiscoInfo>;
  fetchItems(to: string | undefined, node?: string): Promise<DiscoItem[]>;
}

export interface DiscoOptions {
  identity: Identity;
}

export function disco({ stream }: { stream: Pick<Stream, "iq"> }, { identity }: DiscoOptions): Disco {
  const features = new Map<string, number>();
  const nodes = new Set<(node: string) => boolean>();

  const addFeature = (feature: string) => {
    features.set(feature, (features.get(feature) ?? 0) + 1);
    return once(() => {
      const left = features.get(feature)! - 1;
      if (left > 0) features.set(feature, left);
      else features.delete(feature);
    });
  };

  const own = (): DiscoInfo => ({ identities: [identity], features: [...features.keys()].sort(), forms: [] });

  // > …every entity MUST support at least the 'http://jabber.org/protocol/disco#info' feature (§3.1)
  addFeature(NS_DISCO_INFO);

  stream.iq.handle("get", "query", NS_DISCO_INFO, ({ attrs: { node } }) => {
    if (node === undefined) return buildInfo(own());
    if ([...nodes].some((isOurs) => isOurs(node))) return buildInfo({ ...own(), node });
    throw new StanzaError("cancel", "item-not-found");
  });

  // > …if an entity has no associated items, it MUST return an empty <query/> element (rather than an error) (§7)
  stream.iq.handle("get", "query", NS_DISCO_ITEMS, ({ attrs: { node } }) => buildItems([], node));

  const fetch = async (to: string | undefined, payload: ReturnType<typeof buildInfoQuery>) => {
    const query = await stream.iq.request({ type: "get", payload, ...(to !== undefined && { to }) });
    const xmlns = payload.attrs["xmlns"]!;
    if (!query?.is("query", xmlns)) throw new MalformedError("query", `is not of ${xmlns}`);
    return query;
  };

  return {
    addFeature,
    own,
    addNode(isOurs) {
      nodes.add(isOurs);
      return () => nodes.delete(isOurs);
    },
    fetchInfo: async (to, node) => parseInfo(await fetch(to, buildInfoQuery(node))),
    fetchItems: async (to, node) => parseItems(await fetch(to, buildItemsQuery(node))),
  };
}

function once(then: () => void): Unsubscribe {
  let isDone = false;
  return () => {
    if (!isDone) then();
    isDone = true;
  };
}
