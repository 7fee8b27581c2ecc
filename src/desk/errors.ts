/** Failures as the agent is told them: one place turns what was thrown into a Problem. */
import {
  AuthenticationError,
  OfflineError,
  ParleyError,
  StanzaError,
  StanzaTooLargeError,
  StreamError,
  TimeoutError,
} from "../client/errors.ts";
import { DirectoryRefusedError } from "../extensions/directory/refusals.ts";
import { SessionRefusedError } from "../extensions/im-session/refusals.ts";
import type { SessionRefusal } from "../extensions/im-session/types.ts";
import { ServiceAwayError } from "../extensions/service-request.ts";
import type { Problem } from "./types.ts";

/** What every command of the desk rejects with. */
export class DeskError extends ParleyError {
  override name = "DeskError";

  constructor(
    readonly problem: Problem,
    options?: { cause?: unknown },
  ) {
    super(problem.code);
    if (options) this.cause = options.cause;
  }
}

/** The same failure as a DeskError. */
export function deskError(error: unknown): DeskError {
  return error instanceof DeskError ? error : new DeskError(problemOf(error), { cause: error });
}

export function problemOf(error: unknown): Problem {
  if (error instanceof DeskError) return error.problem;
  if (error instanceof ServiceAwayError) return { code: "service-away" };
  if (error instanceof SessionRefusedError) return problemOfRefusal(error.refusal);
  if (error instanceof DirectoryRefusedError) return problemOfDirectory(error);
  if (error instanceof AuthenticationError) return problemOfAuthentication(error);
  if (error instanceof StanzaTooLargeError) return { code: "message-too-long" };
  if (error instanceof OfflineError) return { code: "connection-lost" };
  if (error instanceof StreamError) {
    return { code: error.condition === "conflict" ? "replaced-by-other-tab" : "connection-lost" };
  }
  if (error instanceof TimeoutError) return { code: "unexpected", detail: { condition: "timeout" } };
  if (error instanceof StanzaError) return { code: "unexpected", detail: { condition: error.condition } };
  return { code: "unexpected" };
}

/** Which of logon and password was wrong is not told: that would tell strangers which logons exist. */
function problemOfAuthentication(error: AuthenticationError): Problem {
  return { code: error.condition === "server-not-verified" ? error.condition : "wrong-logon-or-password" };
}

function problemOfDirectory({ refusal }: DirectoryRefusedError): Problem {
  switch (refusal.type) {
    case "not-an-agent":
      return { code: "right-missing", detail: { right: "im.use" } };
    case "unknown-agent":
      return { code: "unknown-agent" };
    case "limit":
      return { code: "too-many", detail: { limit: refusal.limit } };
    default:
      return { code: "unexpected", detail: { condition: refusal.type } };
  }
}

function problemOfRefusal(refusal: SessionRefusal): Problem {
  switch (refusal.type) {
    case "right-missing":
      return refusal.whose === "own"
        ? { code: "right-missing", detail: { right: refusal.right } }
        : { code: "target-right-missing", detail: { right: refusal.right } };
    case "unknown-session":
    case "unknown-agent":
      return { code: refusal.type };
    case "wrong-state":
      return { code: "wrong-state", detail: { state: refusal.state } };
    case "limit":
      return { code: "too-many", detail: { limit: refusal.limit } };
    case "bad-field":
      return { code: "unexpected", detail: { field: refusal.field } };
  }
}

/** IndexedDB and Web Storage both name it so (DOM standard, "QuotaExceededError"). */
export function storageProblem(error: unknown): Problem {
  const full = error instanceof Error && error.name === "QuotaExceededError";
  return { code: full ? "storage-full" : "storage-unavailable" };
}
