/** Parley Directory, "Error conditions": a stanza error (RFC 6120 §8.3) with a condition of ours beside the defined one. */
import { StanzaError, type ErrorType } from "../../client/errors.ts";
import { xml, type Element } from "../../client/xml.ts";
import { oneOf, text, unlessMalformed } from "../fields.ts";
import { NS_DIRECTORY as NS, type DirectoryRefusal } from "./types.ts";

const CONDITIONS: Record<DirectoryRefusal["type"], { type: ErrorType; condition: string }> = {
  "not-an-agent": { type: "auth", condition: "forbidden" },
  "unknown-agent": { type: "cancel", condition: "item-not-found" },
  "bad-field": { type: "modify", condition: "bad-request" },
  limit: { type: "wait", condition: "resource-constraint" },
};

const word = text({ min: 1, max: 200 });

/** The service did not do what was asked; `refusal` says why. */
export class DirectoryRefusedError extends StanzaError {
  override name = "DirectoryRefusedError";

  constructor(
    readonly refusal: DirectoryRefusal,
    explanation?: string,
  ) {
    const { type, condition } = CONDITIONS[refusal.type];
    super(type, condition, explanation, buildDirectoryRefusal(refusal));
  }
}

/** The application-specific condition. */
export function buildDirectoryRefusal(refusal: DirectoryRefusal): Element {
  const { type, ...fields } = refusal;
  return xml(type, { xmlns: NS, ...fields });
}

/** Undefined when it is none of ours: the stanza error then has to do. */
export function parseDirectoryRefusal(application: Element | undefined): DirectoryRefusal | undefined {
  return application?.getNS() === NS ? unlessMalformed(() => readRefusal(application)) : undefined;
}

function readRefusal(element: Element): DirectoryRefusal {
  const type = oneOf(...(Object.keys(CONDITIONS) as DirectoryRefusal["type"][]))("condition", element.getName());
  switch (type) {
    case "bad-field":
      return { type, field: word("field", element.attrs["field"]) };
    case "limit":
      return { type, limit: word("limit", element.attrs["limit"]) };
    default:
      return { type };
  }
}
