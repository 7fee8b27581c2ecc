import { randomInt } from "node:crypto";
import { FieldError } from "../errors.ts";

// Without 0 O 1 l I: it is read from a screen and typed.
const ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH = 16;

/** A password nobody can guess (93 bits). */
export function generatePassword(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** Throws FieldError for a password that some XMPP client could not send (RFC 8265 §4: no controls, not empty). */
export function checkPassword(password: string): void {
  if (password === "") throw new FieldError("password", "must not be empty");
  if (Buffer.byteLength(password) > 1023) throw new FieldError("password", "must not be longer than 1023 bytes");
  if (/\p{Cc}|\p{Cs}/u.test(password)) throw new FieldError("password", "must not contain control characters");
}
