/** When to connect, when to wait and when to stop trying: a pure decision; {@link Supervisor} carries it out. */
import { type BackOff, backOffMs } from "./back-off.ts";
import { AuthenticationError, OfflineError, type ParleyError, StreamError } from "./errors.ts";
import type { ConnectionState } from "./stream.ts";

export interface Supervision {
  state: ConnectionState;
  /** Attempts in a row that did not lead to a connection that lasted. */
  failures: number;
  onlineSince: number;
}

export type SupervisionEvent =
  | { type: "start" }
  | { type: "stop" }
  | { type: "signed-in"; jid: string; resumed: boolean }
  /** The attempt failed, or the stream ended. */
  | { type: "ended"; reason: ParleyError }
  /** The time to wait is over. */
  | { type: "due" }
  | { type: "network-online" }
  | { type: "network-offline" }
  /** Somebody looks at us again. */
  | { type: "visible" };

export interface Circumstances {
  now: number;
  /** 0 ≤ random < 1 */
  random: number;
  backOff: BackOff;
  /** Whether to try again after this. */
  isFinal(reason: ParleyError): boolean;
}

/** connect: a new attempt. drop: let go of the socket, if any. check: ask the other side whether it is there. */
export type Action = "connect" | "drop" | "check" | undefined;

export const initialSupervision: Supervision = { state: { type: "offline" }, failures: 0, onlineSince: 0 };

/** A connection that ends sooner counts as a failure, or a server that drops us at once would be stormed. */
const LASTING_MS = 5_000;

export function supervise(
  supervision: Supervision,
  event: SupervisionEvent,
  circumstances: Circumstances,
): { supervision: Supervision; action?: Action } {
  const { state, failures } = supervision;
  const { now } = circumstances;
  const connect = () => ({
    supervision: { ...supervision, state: { type: "connecting" as const, attempt: failures + 1 } },
    action: "connect" as const,
  });

  switch (event.type) {
    case "start":
      return state.type === "connecting" || state.type === "online" ? { supervision } : connect();
    case "stop":
      return { supervision: initialSupervision, action: "drop" };
    case "signed-in": {
      if (state.type !== "connecting") return { supervision };
      const { jid, resumed } = event;
      return { supervision: { ...supervision, state: { type: "online", jid, resumed }, onlineSince: now } };
    }
    case "ended":
      return state.type === "connecting" || state.type === "online"
        ? { supervision: afterEnd(supervision, event.reason, circumstances) }
        : { supervision };
    case "due":
      return state.type === "waiting" ? connect() : { supervision };
    case "network-offline":
      if (state.type !== "connecting" && state.type !== "online") return { supervision };
      return {
        supervision: afterEnd(supervision, new OfflineError("The network is offline"), circumstances),
        action: "drop",
      };
    case "network-online":
    case "visible":
      if (state.type === "waiting") return connect();
      return state.type === "online" ? { supervision, action: "check" } : { supervision };
  }
}

function afterEnd(supervision: Supervision, reason: ParleyError, circumstances: Circumstances): Supervision {
  const { now, random, backOff, isFinal } = circumstances;
  if (isFinal(reason)) return { ...initialSupervision, state: { type: "refused", reason } };
  const lasted = supervision.state.type === "online" && now - supervision.onlineSince >= LASTING_MS;
  const failures = lasted ? 1 : supervision.failures + 1;
  const retryAt = now + backOffMs(failures, random, backOff);
  return { ...supervision, failures, state: { type: "waiting", attempt: failures, retryAt, reason } };
}

/** For a person's sign-in: a wrong password stays wrong, and whoever signed in elsewhere meant to. */
export function isFinalForClient(reason: ParleyError): boolean {
  if (reason instanceof StreamError) return reason.condition === "conflict";
  // RFC 6120 §6.5.11: temporary-auth-failure: "the initiating entity … try again later".
  return reason instanceof AuthenticationError && reason.condition !== "temporary-auth-failure";
}

/** For a component: a conflict means that another instance serves, and we stand by. */
export function isFinalForComponent(reason: ParleyError): boolean {
  return reason instanceof AuthenticationError;
}
