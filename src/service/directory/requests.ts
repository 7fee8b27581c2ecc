import type { Histogram } from "prom-client";
import { bareOf } from "../../client/jid.ts";
import type { Unsubscribe } from "../../client/value.ts";
import { DirectoryRefusedError } from "../../extensions/directory/refusals.ts";
import { buildMe, buildPage, buildPresences, parseFavorite, parseSearch, parseWatch } from "../../extensions/directory/stanzas.ts";
import { NS_DIRECTORY } from "../../extensions/directory/types.ts";
import type { Agent } from "../agents/types.ts";
import type { Refusals, Requests } from "../requests.ts";
import type { createDirectory } from "./directory.ts";

const REFUSALS: Refusals = {
  name: "directory",
  badField: (field, text) => new DirectoryRefusedError({ type: "bad-field", field }, text),
  tooMany: () => new DirectoryRefusedError({ type: "limit", limit: "requests" }, "Too many requests. Wait a second."),
  notAnAgent: () => new DirectoryRefusedError({ type: "not-an-agent" }, "Only agents may ask this."),
};

export interface DirectoryRequestsOptions {
  directory: ReturnType<typeof createDirectory>;
  /** As the database has it now. */
  agentOf: (jid: string) => Promise<Agent | undefined>;
  searchSeconds: Histogram;
}

/** Answers the requests of docs/protocol/directory.md. */
export function answerDirectory(requests: Requests, { directory, agentOf, searchSeconds }: DirectoryRequestsOptions): Unsubscribe[] {
  const handle = (type: "get" | "set", verb: string, answer: Parameters<Requests["handle"]>[4]) =>
    requests.handle(type, verb, NS_DIRECTORY, REFUSALS, answer);
  return [
    handle("get", "me", async (client) => {
      const agent = await agentOf(bareOf(client));
      if (!agent) throw REFUSALS.notAnAgent();
      return buildMe(directory.me(agent));
    }),
    handle("get", "search", async (client, payload) => {
      const search = parseSearch(payload);
      const stop = searchSeconds.startTimer();
      const page = await directory.search(bareOf(client), search);
      stop();
      return buildPage(page);
    }),
    handle("set", "watch", async (client, payload) => buildPresences(await directory.watch(client, parseWatch(payload)))),
    handle("set", "favorite", async (client, payload) => {
      const { jid, on } = parseFavorite(payload);
      await directory.setFavorite(bareOf(client), jid, on);
      return undefined;
    }),
  ];
}
