import type { Disco } from "../disco/disco.ts";
import type { DiscoInfo } from "../disco/stanzas.ts";
import { type CapsTag, NS_CAPS } from "./stanzas.ts";
import { HASH, hashOf, isUnambiguous } from "./verification.ts";

/** What others can do, learnt once for all who run the same software; and our own tag. */
export interface Caps {
  /** For our own presence; follows the features that we have now. */
  tag(): Promise<CapsTag>;
  /**
   * What the sender of a presence with this tag can do. Asks it (by its full JID), unless somebody with the same hash
   * has answered before, and the answer was true to it. Rejects as `disco.fetchInfo` does.
   */
  fetchInfo(jid: string, tag: CapsTag | undefined): Promise<DiscoInfo>;
}

export interface CapsOptions {
  /** A URI that names the software (§4). */
  node: string;
}

/** Different versions and kinds of software, not people: more than these are somebody's play. */
const MAX_KNOWN = 1000;

export function caps({ disco }: { disco: Disco }, { node }: CapsOptions): Caps {
  const known = new Map<string, DiscoInfo>();
  const asking = new Map<string, Promise<unknown>>();

  disco.addFeature(NS_CAPS);
  // Also for a tag of ours that has since changed: the answer is what we can do now.
  disco.addNode((asked) => asked.startsWith(`${node}#`));

  const ask = async (jid: string, { node: theirs, ver }: CapsTag): Promise<DiscoInfo> => {
    const info = await disco.fetchInfo(jid, `${theirs}#${ver}`);
    // > If the values of the received and reconstructed hashes do not match, the processing application MUST consider the result to be
    // > invalid and MUST NOT globally cache the verification string (§5.4). For the one who says it, it still is the best we know.
    if (isUnambiguous(info) && (await hashOf(info)) === ver) remember(ver, info);
    return info;
  };

  const remember = (ver: string, info: DiscoInfo) => {
    known.set(ver, info);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value!);
  };

  return {
    async tag() {
      return { hash: HASH, node, ver: await hashOf(disco.own()) };
    },

    async fetchInfo(jid, tag) {
      if (tag?.hash !== HASH) return disco.fetchInfo(jid);
      const { ver } = tag;
      // Many sign in with the same software at once: one question serves them all, if it is answered truly.
      const underWay = asking.get(ver);
      if (underWay) await underWay;
      const before = known.get(ver);
      if (before) return before;
      const question = ask(jid, tag);
      const isOver = () => asking.delete(ver);
      asking.set(ver, question.then(isOver, isOver));
      return question;
    },
  };
}
