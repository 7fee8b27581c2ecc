import { StanzaError } from "../../client/errors.ts";
import { bareOf } from "../../client/jid.ts";
import type { Unsubscribe } from "../../client/value.ts";
import { SessionRefusedError } from "../../extensions/im-session/refusals.ts";
import { buildSessionList, buildSessionPush, parseCommand, SESSION_COMMANDS } from "../../extensions/im-session/stanzas.ts";
import { NS_IM_SESSION } from "../../extensions/im-session/types.ts";
import type { Refusals, Requests } from "../requests.ts";
import { explain } from "./refusal-text.ts";
import type { Sessions } from "./sessions.ts";

const REFUSALS: Refusals = {
  name: "im-session",
  notAnAgent: () => new StanzaError("auth", "forbidden", "Only agents may ask this."),
  badField: (field, text) => new SessionRefusedError({ type: "bad-field", field }, text),
  tooMany: () => new SessionRefusedError({ type: "limit", limit: "commands" }, explain({ type: "limit", limit: "commands" }).text),
};

export interface SessionRequestsOptions {
  sessions: Sessions;
  /** This client understands im-session: it has just used it. */
  speaks: (client: string) => void;
}

/** Answers the requests of docs/protocol/im-session.md. */
export function answerSessions(requests: Requests, { sessions, speaks }: SessionRequestsOptions): Unsubscribe[] {
  return [
    ...SESSION_COMMANDS.map((verb) =>
      requests.handle("set", verb, NS_IM_SESSION, REFUSALS, async (client, payload) => {
        const command = parseCommand(payload);
        speaks(client);
        return buildSessionPush(await sessions.command(client, command));
      }),
    ),
    requests.handle("get", "list", NS_IM_SESSION, REFUSALS, async (client) => {
      speaks(client);
      return buildSessionList(await sessions.list(bareOf(client)));
    }),
  ];
}
