/**
 * RFC 6120 §8.3: Stanza Errors
 * https://www.rfc-editor.org/rfc/rfc6120#section-8.3
 */
import { type ErrorType, StanzaError } from "./errors.ts";
import { NS_STANZA_ERRORS } from "./namespaces.ts";
import { type Element, xml } from "./xml.ts";

const TYPES: readonly string[] = ["auth", "cancel", "continue", "modify", "wait"] satisfies ErrorType[];

/** The `<error/>` to put into a stanza of type "error". */
export function buildStanzaError({ type, condition, text, application }: StanzaError): Element {
  return xml(
    "error",
    { type },
    xml(condition, { xmlns: NS_STANZA_ERRORS }),
    text === undefined ? undefined : xml("text", { xmlns: NS_STANZA_ERRORS }, text),
    application,
  );
}

/** What a stanza of type "error" says; a stanza without a legible `<error/>` counts as undefined-condition. */
export function parseStanzaError(stanza: Element): StanzaError {
  const error = stanza.getChild("error", stanza.getNS() ?? "");
  const children = error?.getChildElements() ?? [];
  const condition = children.find((child) => child.getNS() === NS_STANZA_ERRORS && child.getName() !== "text");
  const application = children.find((child) => child.getNS() !== NS_STANZA_ERRORS);
  const type = error?.attrs["type"] ?? "";
  return new StanzaError(
    isErrorType(type) ? type : "cancel",
    condition?.getName() ?? "undefined-condition",
    error?.getChildText("text", NS_STANZA_ERRORS) ?? undefined,
    application,
  );
}

function isErrorType(type: string): type is ErrorType {
  return TYPES.includes(type);
}
