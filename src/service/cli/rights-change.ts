import type { RightsChange } from "../agents/types.ts";
import { CliError, EXIT } from "./exit-codes.ts";

/** "+im.make -im.release", or all of them at once; undefined: nothing is to change. */
export function parseRightsChange(changes: readonly string[], set: readonly string[] | undefined): RightsChange | undefined {
  if (set) {
    if (changes.length > 0) throw new CliError(`Either --set and --role or single changes, not both: ${changes.join(" ")}`, EXIT.usage);
    return { set: set.flatMap((right) => right.split(",")).filter((right) => right !== "" && right !== "none") };
  }
  const odd = changes.find((change) => !/^[+-][^-]/.test(change));
  if (odd !== undefined) throw new CliError(`${odd}: write +right to grant it, -right to take it away`, EXIT.usage);
  if (changes.length === 0) return undefined;
  const named = (sign: string) => changes.filter((change) => change.startsWith(sign)).map((change) => change.slice(1));
  return { grant: named("+"), revoke: named("-") };
}
