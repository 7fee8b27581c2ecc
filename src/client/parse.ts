import { MalformedError } from "./errors.ts";
import { defaultLimits } from "./limits.ts";
import { StreamParser } from "./parser.ts";
import type { Element } from "./xml.ts";

/** Reads one element from text. Throws MalformedError when the text is anything else, or breaks a limit. */
export function parse(text: string): Element {
  let found: Element | undefined;
  const parser = new StreamParser(
    defaultLimits,
    {
      opened: () => {},
      ended: () => {},
      arrived({ element, refused }) {
        if (refused) throw new MalformedError(element.name, refused);
        found ??= element;
      },
    },
    1,
  );
  parser.write(text);
  if (!found || !parser.isComplete) throw new MalformedError("text", "is not a whole element");
  return found;
}
