import { ParleyError } from "../client/errors.ts";

/** An input is wrong: says which field and why, so that whoever typed it can put it right. */
export class FieldError extends ParleyError {
  override name = "FieldError";

  constructor(
    /** "logon", "rights", … */
    readonly field: string,
    /** In plain words, to be read after the field's name: "must not be empty". */
    readonly reason: string,
    /** Of an import: the number of the faulty entry, counted from 1. */
    readonly row?: number,
  ) {
    super(row === undefined ? `${field}: ${reason}` : `row ${row}, ${field}: ${reason}`);
  }
}

/** There is no such agent. */
export class UnknownAgentError extends ParleyError {
  override name = "UnknownAgentError";

  constructor(readonly logon: string) {
    super(`There is no agent ${logon}`);
  }
}
