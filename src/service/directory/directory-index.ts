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
      const query = queryOf(text);
      const buckets: Bucket[] = Array.from({ length: 2 * RANKS }, () => ({ entries: [], count: 0 }));
      for (const entry of among ? chosen(among) : inOrder()) {
        const match = matchOf(entry, query);
        if (match === "none") continue;
        const bucket = buckets[entry.rank + (match === "beginning" ? 0 : RANKS)]!;
        // Those behind the page are counted only.
        if (bucket.count++ < index + max) bucket.entries.push(entry);
      }
      return pageOf(buckets, index, max);
    },

    /** The same, in the order in which they are given. */
    searchOrdered(text: string, index: number, max: number, jids: readonly string[]): Found {
      const query = queryOf(text);
      const found = jids
        .map((jid) => entries.get(jid))
        .filter((entry) => entry !== undefined)
        .filter((entry) => matchOf(entry, query) !== "none");
      return pageOf([{ entries: found, count: found.length }], index, max);
    },

    /** In the order of the logons, whatever the presence. */
    list(text: string, index: number, max: number): Found {
      const query = queryOf(text);
      const entries = inOrder().filter((entry) => matchOf(entry, query) !== "none");
      return pageOf([{ entries, count: entries.length }], index, max);
    },
  };

  function chosen(among: ReadonlySet<string>): Entry[] {
    const found = [...among].map((jid) => entries.get(jid)).filter((entry) => entry !== undefined);
    return found.sort((a, b) => (a.agent.logon < b.agent.logon ? -1 : 1));
  }
}

function haystackOf({ logon, name, groups, skills }: Agent): string {
  const words = fold([logon, name, ...groups, ...skills].join(" ")).split(/\s+/u);
  // A part may begin after a dot or hyphen as well: "agent" begins one of "b.agent".
  return ` ${words.flatMap((word) => [word, ...partsOf(word)]).join(" ")} `;
}

function partsOf(word: string): string[] {
  const parts = word.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
  return parts.length === 1 && parts[0] === word ? [] : parts;
}

interface Query {
  words: string[];
  /** The same as they begin. */
  beginnings: string[];
}

function queryOf(text: string): Query {
  const words = wordsOf(text);
  return { words, beginnings: words.map((word) => ` ${word}`) };
}

/** How the worst of the words matches. */
function matchOf({ haystack }: Entry, { words, beginnings }: Query): "beginning" | "within" | "none" {
  let match: "beginning" | "within" = "beginning";
  for (let i = 0; i < words.length; i++) {
    const place = haystack.indexOf(words[i]!);
    if (place < 0) return "none";
    // Mostly the first place decides: the haystack is searched a second time only when that one is within a word.
    if (haystack[place - 1] !== " " && !haystack.includes(beginnings[i]!, place)) match = "within";
  }
  return match;
}

/** Those who match equally well, in the order of the logons; as many of them as can be on the page. */
interface Bucket {
  entries: Entry[];
  count: number;
}

function pageOf(buckets: readonly Bucket[], index: number, max: number): Found {
  const page: Agent[] = [];
  let before = 0;
  for (const { entries, count } of buckets) {
    const from = Math.max(0, index - before);
    for (const { agent } of entries.slice(from, from + max - page.length)) page.push(agent);
    before += count;
  }
  return { agents: page, count: before };
}
