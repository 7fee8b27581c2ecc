/** XEP-0115 §5: the verification string, which makes one answer good for everybody who has the same hash. */
import { toBase64, utf8 } from "../../client/base64.ts";
import type { DiscoInfo, Identity } from "../disco/stanzas.ts";
import { type Form, formTypeOf } from "../x-data/stanzas.ts";

/** The only hash that everybody has (§9.1). It proves nothing about a person, it only spares questions. */
export const HASH = "sha-1";

/** The `ver` of what `info` says (§5.1). */
export async function hashOf(info: DiscoInfo): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", utf8(verificationString(info)));
  return toBase64(new Uint8Array(digest));
}

/** The string S of §5.1. */
export function verificationString({ identities, features, forms }: DiscoInfo): string {
  const parts = [
    ...identities.map(identityLine).sort(byOctets),
    ...[...features].sort(byOctets),
    // > …an extended service discovery information form where the FORM_TYPE field is not of type "hidden" or the form does not include a
    // > FORM_TYPE field, ignore the form but continue processing. (§5.4)
    ...forms
      .filter(hasHiddenFormType)
      .sort((a, b) => byOctets(formTypeOf(a)!, formTypeOf(b)!))
      .flatMap(formLines),
  ];
  return parts.map((part) => `${part}<`).join("");
}

function identityLine({ category, type, lang = "", name = "" }: Identity): string {
  return [category, type, lang, name].join("/");
}

function formLines(form: Form): string[] {
  const fields = form.fields.filter((field) => field.var !== "FORM_TYPE").sort((a, b) => byOctets(a.var, b.var));
  return [formTypeOf(form)!, ...fields.flatMap((field) => [field.var, ...[...field.values].sort(byOctets)])];
}

function hasHiddenFormType(form: Form): boolean {
  return form.fields.some((field) => field.var === "FORM_TYPE" && field.type === "hidden" && field.values.length > 0);
}

/**
 * Whether the hash of this answer stands for nothing else, so that others may be believed to mean the same by it.
 *
 * > If the response includes more than one service discovery feature with the same XML character data, consider the entire response to
 * > be ill-formed. (§5.4; the same holds for identities and forms)
 *
 * We ask for more: S has one separator for all its parts, so a `<` within one of them, an answer without an identity, or a form whose
 * fields were passed off as features would give the same hash for another meaning.
 */
export function isUnambiguous(info: DiscoInfo): boolean {
  const { identities, features, forms } = info;
  const lines = [...identities.map(identityLine), ...features];
  return identities.length > 0 && forms.length === 0 && new Set(lines).size === lines.length && !lines.join("").includes("<");
}

/** i;octet (RFC 4790 §9.3) on UTF-8, which orders as code points do; JavaScript's own order is by UTF-16 units. */
function byOctets(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
