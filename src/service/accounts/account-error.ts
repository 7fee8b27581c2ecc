import { ParleyError } from "../../client/errors.ts";

/** Why an account is as it was. */
export type AccountFailure =
  /** To be added, but there is one already. */
  | "exists"
  /** To be changed or removed, but there is none. */
  | "unknown"
  /** The service is no administrator on the XMPP server. */
  | "not-allowed"
  /** The XMPP server has no such command. */
  | "not-offered"
  | "unreachable"
  | "refused";

/** The XMPP server did not change an account; the message is a sentence for an administrator. */
export class AccountError extends ParleyError {
  override name = "AccountError";

  constructor(
    readonly failure: AccountFailure,
    message: string,
  ) {
    super(message);
  }
}
