import type { AgentPresence, AgentRow, DirectoryPage, DirectorySearch, Me } from "../../extensions/directory/types.ts";
import { MAX_WATCHED } from "../../extensions/directory/stanzas.ts";
import { DirectoryRefusedError } from "../../extensions/directory/refusals.ts";
import type { Roll } from "../agents/roll.ts";
import type { Agent } from "../agents/types.ts";
import type { Database } from "../database/database.ts";
import type { Presences } from "../presence/presences.ts";
import { missingToTakePart } from "../rights.ts";
import type { DirectoryIndex, Found } from "./directory-index.ts";
import { addFavorite, favoritesOf, putWatch, recentsOf, removeFavorite } from "./store.ts";
import type { Watches } from "./watches.ts";

const MAX_FAVORITES = 500;

export interface DirectoryOptions {
  database: Database;
  roll: Roll;
  index: DirectoryIndex;
  presences: Presences;
  watches: Watches;
  inviteTimeoutS: number;
}

/** What an agent may ask of the directory. */
export function createDirectory({ database, roll, index, presences, watches, inviteTimeoutS }: DirectoryOptions) {
  const presenceOf = (jid: string): AgentPresence => presenceOfAgent(jid, presences);

  async function find({ text, filter, index: first, max }: DirectorySearch, owner: string, favorites: ReadonlySet<string>): Promise<Found> {
    switch (filter) {
      case "all":
        return index.search(text, first, max);
      case "favorites":
        return index.search(text, first, max, favorites);
      case "recents":
        return index.searchOrdered(text, first, max, await recentsOf(database, owner));
    }
  }

  return {
    me({ jid, logon, name, rights }: Agent): Me {
      return { jid, logon, name, rights: [...rights], inviteTimeoutS };
    },

    async search(owner: string, search: DirectorySearch): Promise<DirectoryPage> {
      const favorites = await favoritesOf(database, owner);
      const { agents, count } = await find(search, owner, favorites);
      const rows = agents.map(
        ({ jid, logon, name, groups, skills, rights }): AgentRow => ({
          ...presenceOf(jid),
          logon,
          name,
          groups: [...groups],
          skills: [...skills],
          favorite: favorites.has(jid),
          mayIm: missingToTakePart(rights) === undefined,
        }),
      );
      return { rows, index: search.index, count };
    },

    /** Resolves to how they are now; who is no agent is left out. */
    async watch(client: string, jids: readonly string[]): Promise<AgentPresence[]> {
      if (jids.length > MAX_WATCHED)
        throw new DirectoryRefusedError({ type: "limit", limit: "watched" }, `No more than ${MAX_WATCHED} agents.`);
      const agents = [...new Set(jids)].filter(roll.has);
      await putWatch(database, client, agents);
      for (const other of watches.set(client, agents)) await putWatch(database, other, []);
      return agents.map(presenceOf);
    },

    /** The client is gone. */
    async unwatch(client: string): Promise<void> {
      if (!watches.isWatching(client)) return;
      watches.drop(client);
      await putWatch(database, client, []);
    },

    /** After the stream was down: whose clients are gone look no more, the others are told all that they look at. */
    async lookAgain(jid: string): Promise<void> {
      for (const client of watches.clientsOf(jid)) {
        if (presences.isThere(client)) watches.tellAll(client);
        else await this.unwatch(client);
      }
    },

    async setFavorite(owner: string, jid: string, on: boolean): Promise<void> {
      if (!on) return removeFavorite(database, owner, jid);
      if (!roll.has(jid)) throw new DirectoryRefusedError({ type: "unknown-agent" }, "There is no such agent.");
      await database.transaction(async (tx) => {
        if ((await addFavorite(tx, owner, jid)) > MAX_FAVORITES) {
          throw new DirectoryRefusedError({ type: "limit", limit: "favorites" }, `No more than ${MAX_FAVORITES} favorites.`);
        }
      });
    },
  };
}

export function presenceOfAgent(jid: string, presences: Pick<Presences, "standing">): AgentPresence {
  const { readiness, reason, since, capable, plain } = presences.standing(jid);
  return { jid, readiness, ...(reason !== undefined && { reason }), ...(since !== undefined && { since }), plain: plain && !capable };
}
