import type { Element } from "./xml.ts";

/** RFC 6120 §8.3.2: what the sender of a refused stanza should do. */
export type ErrorType = "auth" | "cancel" | "continue" | "modify" | "wait";

/** Whether it can help to try the same again: later, or after reconnecting. */
export type Remedy = "reconnect" | "retry" | "give-up";

/** Base of everything this library rejects with. */
export class ParleyError extends Error {
  override name = "ParleyError";

  /** What can help, told apart here once for all callers. */
  get remedy(): Remedy {
    return "give-up";
  }
}

/** The peer, or a server on the way, answered with an error stanza (RFC 6120 §8.3). */
export class StanzaError extends ParleyError {
  override name = "StanzaError";

  constructor(
    readonly type: ErrorType,
    /** The defined condition: "forbidden", "item-not-found", … */
    readonly condition: string,
    /** The human-readable text that came with it, if any. */
    readonly text?: string,
    /** The application-specific condition element, if any. */
    readonly application?: Element,
  ) {
    super(text ?? condition);
  }

  override get remedy(): Remedy {
    return this.type === "wait" ? "retry" : "give-up";
  }
}

/** There is no connection, or it went away before the answer came. */
export class OfflineError extends ParleyError {
  override name = "OfflineError";

  override get remedy(): Remedy {
    return "reconnect";
  }
}

/** What was awaited did not come in time. */
export class TimeoutError extends ParleyError {
  override name = "TimeoutError";

  constructor(
    readonly what: string,
    readonly timeoutMs: number,
  ) {
    super(`Waited ${timeoutMs} ms for ${what}`);
  }

  override get remedy(): Remedy {
    return "retry";
  }
}

/** The stanza is larger than the server takes; it was not sent. Sizes in bytes of UTF-8. */
export class StanzaTooLargeError extends ParleyError {
  override name = "StanzaTooLargeError";

  constructor(
    readonly size: number,
    readonly limit: number,
  ) {
    super(`The stanza has ${size} bytes, the limit is ${limit}`);
  }
}

/** The server refused the logon or the password, or could not prove that it knows the password. */
export class AuthenticationError extends ParleyError {
  override name = "AuthenticationError";

  constructor(
    /** The SASL condition: "not-authorized", "account-disabled", …; "server-not-verified" when the proof failed. */
    readonly condition: string,
  ) {
    super(condition);
  }
}

/** The server ended the stream and said why (RFC 6120 §4.9). */
export class StreamError extends ParleyError {
  override name = "StreamError";

  constructor(
    /** The defined condition: "conflict", "system-shutdown", … */
    readonly condition: string,
    readonly text?: string,
  ) {
    super(text ?? condition);
  }
}

/** Something we received does not have the shape its namespace demands. */
export class MalformedError extends ParleyError {
  override name = "MalformedError";

  constructor(
    /** The element or attribute that is wrong or missing. */
    readonly field: string,
    readonly reason: string,
  ) {
    super(`${field}: ${reason}`);
  }
}
