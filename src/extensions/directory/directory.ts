import type { StanzaError } from "../../client/errors.ts";
import { Emitter } from "../../client/value.ts";
import { unlessMalformed } from "../fields.ts";
import { onServicePush, requestService, type ServiceAccess } from "../service-request.ts";
import { DirectoryRefusedError, parseDirectoryRefusal } from "./refusals.ts";
import { buildFavorite, buildMeRequest, buildSearch, buildWatch, findPresences, parseMe, parsePage, parsePresences } from "./stanzas.ts";
import type { AgentPresence, DirectoryPage, DirectorySearch, Me } from "./types.ts";

/**
 * Who the other agents are, and how they are. Everything rejects with DirectoryRefusedError when the service refuses,
 * ServiceAwayError when it does not answer, MalformedError when its answer can not be read.
 */
export interface Directory {
  me(): Promise<Me>;
  search(search: DirectorySearch): Promise<DirectoryPage>;
  /**
   * From now on `presences` tells of these agents (at most 200) and of no others; resolves with how they are now.
   * Holds for one stream: to be repeated when a new one could not resume the old.
   */
  watch(jids: readonly string[]): Promise<AgentPresence[]>;
  setFavorite(jid: string, on: boolean): Promise<void>;
  /** Changes of the watched agents, several at once. */
  readonly presences: Emitter<AgentPresence[]>;
}

/** `service`: the domain whose word counts. */
export function directory(access: ServiceAccess): Directory {
  const presences = new Emitter<AgentPresence[]>();

  onServicePush(access, findPresences, (element) => {
    // What can not be read is done without: a later push or search shows the agent again.
    const changed = unlessMalformed(() => parsePresences(element));
    if (changed) presences.emit(changed);
  });

  return {
    presences,
    me: async () => parseMe(await requestService(access, "get", buildMeRequest(), refused)),
    search: async (search) => parsePage(await requestService(access, "get", buildSearch(search), refused)),
    watch: async (jids) => parsePresences(await requestService(access, "set", buildWatch(jids), refused)),
    async setFavorite(jid, on) {
      await requestService(access, "set", buildFavorite({ jid, on }), refused);
    },
  };
}

function refused(error: StanzaError): StanzaError {
  const refusal = parseDirectoryRefusal(error.application);
  return refusal ? new DirectoryRefusedError(refusal, error.text) : error;
}
