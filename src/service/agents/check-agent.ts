/** Checks what an administrator typed: pure. */
import { RIGHTS, type Right } from "../../extensions/directory/types.ts";
import { MAX_LABELS, MAX_LABELS_BYTES, MAX_TEXT, sizeOfLabels } from "../../extensions/directory/stanzas.ts";
import { FieldError } from "../errors.ts";
import type { Agent, AgentInput, RightsChange } from "./types.ts";

/** Narrow on purpose: no two logons look alike, and each is the same in every form that a server may normalise it to. */
const LOGON = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** Control characters and lone surrogates are not for names, and XML can not carry them; nor are direction marks, which make a name read as another. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Cn}\u{202A}-\u{202E}\u{2066}-\u{2069}]/u;

export function checkAgent(input: AgentInput, domain: string): Agent {
  const { logon } = input;
  checkLogon(logon);
  return {
    jid: `${logon}@${domain}`,
    logon,
    name: input.name === undefined || input.name.trim() === "" ? logon : checkLabel("name", input.name),
    groups: checkLabels("groups", input.groups ?? []),
    skills: checkLabels("skills", input.skills ?? []),
    rights: checkRights(input.rights ?? []),
  };
}

export function checkLogon(logon: unknown): asserts logon is string {
  if (typeof logon !== "string" || !LOGON.test(logon)) {
    throw new FieldError("logon", "must be 1 to 64 characters of a-z 0-9 . _ - and begin and end with a letter or digit");
  }
}

/** In the order of RIGHTS, each once. */
export function checkRights(rights: readonly string[]): Right[] {
  const unknown = rights.find((right) => !(RIGHTS as readonly string[]).includes(right));
  if (unknown !== undefined)
    throw new FieldError("rights", `${JSON.stringify(unknown)} is not a right; the rights are ${RIGHTS.join(", ")}`);
  return RIGHTS.filter((right) => rights.includes(right));
}

export function changedRights(before: readonly Right[], change: RightsChange): Right[] {
  if ("set" in change) return checkRights(change.set);
  const revoked: readonly string[] = checkRights(change.revoke ?? []);
  return checkRights([...before, ...(change.grant ?? [])]).filter((right) => !revoked.includes(right));
}

function checkLabels(field: string, labels: readonly string[]): string[] {
  if (labels.length > MAX_LABELS) throw new FieldError(field, `must not be more than ${MAX_LABELS}`);
  const checked = [...new Set(labels.map((label) => checkLabel(field, label)))];
  // So that a page of agents fits into a stanza.
  if (sizeOfLabels(checked) > MAX_LABELS_BYTES) throw new FieldError(field, "must not be so many and so long: they are too large together");
  return checked;
}

function checkLabel(field: string, label: unknown): string {
  const text = typeof label === "string" ? label.normalize("NFC").trim() : "";
  if (text === "") throw new FieldError(field, "must not be empty");
  if ([...text].length > MAX_TEXT) throw new FieldError(field, `must not be longer than ${MAX_TEXT} characters`);
  if (UNFIT.test(text)) throw new FieldError(field, "must not contain control characters");
  return text;
}
