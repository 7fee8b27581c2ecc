/** What the connection does, in the agent's terms. */
import { AuthenticationError } from "../client/errors.ts";
import type { ConnectionState } from "../client/stream.ts";
import { problemOf } from "./errors.ts";
import type { DeskConnection, Problem } from "./types.ts";

/** `wasOnline`: the agent has been signed in on this desk, so that a new attempt is a reconnection. */
export function connectionWords(state: ConnectionState, wasOnline: boolean): DeskConnection {
  switch (state.type) {
    case "offline":
      return { type: "signed-out" };
    case "online":
      return { type: "online" };
    case "connecting":
      return wasOnline ? { type: "reconnecting", problem: { code: "connection-lost" } } : { type: "signing-in" };
    case "waiting":
      return {
        type: "reconnecting",
        retryAt: state.retryAt,
        problem: { code: wasOnline ? "connection-lost" : "server-unreachable" },
      };
    case "refused":
      return { type: "signed-out", problem: problemOf(state.reason) };
  }
}

/** Why a sign-in with a password did not work; undefined while it may still. */
export function signInProblem(state: ConnectionState): Problem | undefined {
  if (state.type === "refused") return problemOf(state.reason);
  if (state.type !== "waiting") return undefined;
  // The server was reached, and has seen too many wrong passwords (RFC 6120 §6.5.11).
  return { code: state.reason instanceof AuthenticationError ? "too-many-sign-ins" : "server-unreachable" };
}
