/** The folded index in memory that a search runs through: all agents, in the order of their logons. */
import type { Readiness } from "../../extensions/directory/types.ts";
import type { Agent } from "../agents/types.ts";
import { fold, wordsOf } from "./fold.ts";

interface Entry {
  agent: Agent;
  /** A space before everything that a word may begin, so that " an" finds beginnings and "an" all. */
  haystack: string;
  /** Place of the readiness in READINESS_ORDER. */
  rank: number;
}

/** Who can be talked to now comes first. */
const READINESS_ORDER: readonly Readiness[] = ["ready", "away", "not-ready", "unreachable", "signed-out"];
const RANKS = READINESS_ORDER.length;
const SIGNED_OUT = READINESS_ORDER.indexOf("signed-out");

export interface Found {
  agents: Agent[];
  /** All that match. */
  count: number;
}

export type DirectoryIndex = ReturnType<typeof createDirectoryIndex>;

export function createDirectoryIndex() {
  const entries = new Map<string, Entry>();
  let sorted: Entry[] | undefined;

  /** Sorted when it is first asked for after a change: changes come in crowds. */
  function inOrder(): Entry[] {
    sorted ??= [...entries.values()].sort((a, b) => (a.agent.logon < b.agent.logon ? -1 : 1));
    return sorted;
  }

  return {
    put(agent: Agent) {
      const rank = entries.get(agent.jid)?.rank ?? SIGNED_OUT;
      entries.set(agent.jid, { agent, haystack: haystackOf(agent), rank });
      sorted = undefined;
    },

    remove(jid: string) {
      if (entries.delete(jid)) sorted = undefined;
    },

    setReadiness(jid: string, readiness: Readiness) {
      const entry = entries.get(jid);
      if (entry) entry.rank = READINESS_ORDER.indexOf(readiness);
    },

    /**
     * Every word must match. Whoever matches at the beginning of words comes before the others, within that who is
     * ready before who is not, then by logon. `among`: only these.
     */
    search(text: string, index: number, max: number, among?: ReadonlySet<string>): Found {
      const words = wordsOf(text);
      const buckets: Entry[][] = Array.from({ length: 2 * RANKS }, () => []);
      for (const entry of among ? chosen(among) : inOrder()) {
        if (!matches(entry, words)) continue;
        buckets[entry.rank + (beginsWords(entry, words) ? 0 : RANKS)]!.push(entry);
      }
      return pageOf(buckets, index, max);
    },

    /** The same, in the order in which they are given. */
    searchOrdered(text: string, index: number, max: number, jids: readonly string[]): Found {
      const words = wordsOf(text);
      const found = jids
        .map((jid) => entries.get(jid))
        .filter((entry) => entry !== undefined)
        .filter((entry) => matches(entry, words));
      return pageOf([found], index, max);
    },

    /** In the order of the logons, whatever the presence. */
    list(text: string, index: number, max: number): Found {
      const words = wordsOf(text);
      return pageOf([inOrder().filter((entry) => matches(entry, words))], index, max);
    },
  };

  function chosen(among: ReadonlySet<string>): Entry[] {
    const found = [...among].map((jid) => entries.get(jid)).filter((entry) => entry !== undefined);
    return found.sort((a, b) => (a.agent.logon < b.agent.logon ? -1 : 1));
  }
}

function haystackOf({ logon, name, groups, skills }: Agent): string {
  const folded = fold([logon, name, ...groups, ...skills].join(" "));
  // A word may begin after a dot or hyphen as well: "agent" begins a part of "b.agent".
  return ` ${folded} ${folded.replace(/[^\p{L}\p{N}]+/gu, " ")}`;
}

const matches = ({ haystack }: Entry, words: readonly string[]) => words.every((word) => haystack.includes(word));

const beginsWords = ({ haystack }: Entry, words: readonly string[]) => words.every((word) => haystack.includes(` ${word}`));

function pageOf(buckets: readonly Entry[][], index: number, max: number): Found {
  const page: Agent[] = [];
  let before = 0;
  for (const bucket of buckets) {
    const from = Math.max(0, index - before);
    for (const { agent } of bucket.slice(from, from + max - page.length)) page.push(agent);
    before += bucket.length;
  }
  return { agents: page, count: before };
}
