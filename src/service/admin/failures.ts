import { AccountError } from "../accounts/account-error.ts";
import { FieldError, UnknownAgentError } from "../errors.ts";
import type { AdminFailure } from "./types.ts";

/** The service is starting or stopping. */
export class NotReadyError extends Error {
  override name = "NotReadyError";

  constructor() {
    super("The service is not ready yet: try again in a moment");
  }
}

/** What the administrator is told. Undefined: a fault of ours, whose message may hold anything. */
export function describeFailure(error: unknown): AdminFailure | undefined {
  if (error instanceof FieldError) return { code: "bad-request", message: `${error.field}: ${error.reason}`, field: error.field };
  if (error instanceof UnknownAgentError) return { code: "unknown-agent", message: error.message };
  if (error instanceof NotReadyError) return { code: "not-ready", message: error.message };
  if (error instanceof AccountError) return { code: error.failure === "exists" ? "exists" : "xmpp-server", message: error.message };
  return undefined;
}

export const INTERNAL: AdminFailure = { code: "internal", message: "The service failed: its log says why" };

export const STATUS: Record<AdminFailure["code"], number> = {
  "bad-request": 400,
  "unknown-agent": 404,
  exists: 409,
  "not-ready": 503,
  "xmpp-server": 502,
  internal: 500,
};
