import { Emitter } from "../../client/value.ts";
import type { StanzaError } from "../../client/errors.ts";
import { unlessMalformed } from "../fields.ts";
import { onServicePush, requestService, type ServiceAccess } from "../service-request.ts";
import { parseSessionRefusal, SessionRefusedError } from "./refusals.ts";
import { buildCommand, buildListRequest, findSessionPush, parseSessionList, parseSessionPush } from "./stanzas.ts";
import type { SessionCommand, SessionList, SessionPush } from "./types.ts";

/**
 * IM sessions with other agents. Every command resolves with the session as it then is, and may be made again
 * after a ServiceAwayError or an OfflineError: its id makes it idempotent. Rejects with SessionRefusedError when
 * the service refuses, MalformedError when its answer can not be read.
 */
export interface ImSession {
  /** What the service pushes to this resource; the answers to its own commands are not among them. */
  readonly pushes: Emitter<SessionPush>;
  /** Something was pushed that can not be read: what it said is in the list. */
  readonly missed: Emitter<void>;
  /** `id`: a new UUID, kept for repetitions. `answering`: the target wrote first, from an ordinary client. */
  invite(invitation: { id: string; to: string; answering?: boolean }): Promise<SessionPush>;
  accept(id: string): Promise<SessionPush>;
  reject(id: string): Promise<SessionPush>;
  end(id: string): Promise<SessionPush>;
  /** Takes an ended session off my list. */
  done(id: string): Promise<SessionPush>;
  /** All my sessions that are not done. */
  list(): Promise<SessionList>;
}

/** `service`: the domain whose word counts. */
export function imSession(access: ServiceAccess): ImSession {
  const pushes = new Emitter<SessionPush>();
  const missed = new Emitter<void>();

  onServicePush(access, findSessionPush, (element) => {
    const push = unlessMalformed(() => parseSessionPush(element));
    if (push) pushes.emit(push);
    else missed.emit();
  });

  const command = async (asked: SessionCommand) => parseSessionPush(await requestService(access, "set", buildCommand(asked), refused));

  return {
    pushes,
    missed,
    invite: ({ id, to, answering = false }) => command({ type: "invite", id, to, answering }),
    accept: (id) => command({ type: "accept", id }),
    reject: (id) => command({ type: "reject", id }),
    end: (id) => command({ type: "end", id }),
    done: (id) => command({ type: "done", id }),
    list: async () => parseSessionList(await requestService(access, "get", buildListRequest(), refused)),
  };
}

function refused(error: StanzaError): StanzaError {
  const refusal = parseSessionRefusal(error.application);
  return refusal ? new SessionRefusedError(refusal, error.text) : error;
}
