/** Parley IM Sessions, "Error conditions": a stanza error (RFC 6120 §8.3) with a condition of ours beside the defined one. */
import { StanzaError, type ErrorType } from "../../client/errors.ts";
import { xml, type Element } from "../../client/xml.ts";
import { oneOf, text, unlessMalformed } from "../fields.ts";
import { SESSION_STATES } from "./stanzas.ts";
import { NS_IM_SESSION as NS, type SessionRefusal } from "./types.ts";

/**
 * The type tells what helps: `auth` an administrator, `wait` time, the others nothing. RFC 6120 §8.3.3.22 leaves
 * `wait` or `modify` for unexpected-request; it is `modify`, for the same command will not do better later.
 */
const CONDITIONS: Record<SessionRefusal["type"], { type: ErrorType; condition: string }> = {
  "right-missing": { type: "auth", condition: "forbidden" },
  "unknown-session": { type: "cancel", condition: "item-not-found" },
  "unknown-agent": { type: "cancel", condition: "item-not-found" },
  "wrong-state": { type: "modify", condition: "unexpected-request" },
  "bad-field": { type: "modify", condition: "bad-request" },
  limit: { type: "wait", condition: "resource-constraint" },
};

const word = text({ min: 1, max: 200 });

/** The service did not do what was asked; `refusal` says why. */
export class SessionRefusedError extends StanzaError {
  override name = "SessionRefusedError";

  constructor(
    readonly refusal: SessionRefusal,
    explanation?: string,
  ) {
    const { type, condition } = CONDITIONS[refusal.type];
    super(type, condition, explanation, buildSessionRefusal(refusal));
  }
}

/** The application-specific condition. */
export function buildSessionRefusal(refusal: SessionRefusal): Element {
  const { type, ...fields } = refusal;
  return xml(type, { xmlns: NS, ...fields });
}

/** Undefined when it is none of ours: the stanza error then has to do. */
export function parseSessionRefusal(application: Element | undefined): SessionRefusal | undefined {
  return application?.getNS() === NS ? unlessMalformed(() => readRefusal(application)) : undefined;
}

function readRefusal(element: Element): SessionRefusal {
  const { attrs } = element;
  const type = oneOf(...(Object.keys(CONDITIONS) as SessionRefusal["type"][]))("condition", element.getName());
  switch (type) {
    case "right-missing":
      return { type, right: word("right", attrs["right"]), whose: oneOf("own", "target")("whose", attrs["whose"]) };
    case "wrong-state":
      return { type, state: oneOf(...SESSION_STATES)("state", attrs["state"]) };
    case "bad-field":
      return { type, field: word("field", attrs["field"]) };
    case "limit":
      return { type, limit: word("limit", attrs["limit"]) };
    default:
      return { type };
  }
}
