import type { SessionRefusal } from "../../extensions/im-session/types.ts";

/** A refusal in words for the one who is refused, and as it is written into the audit. */
export function explain(refusal: SessionRefusal): { text: string; outcome: string } {
  const { type, ...fields } = refusal;
  return { text: textOf(refusal), outcome: [type, ...Object.values(fields)].join(" ") };
}

function textOf(refusal: SessionRefusal): string {
  switch (refusal.type) {
    case "right-missing":
      return refusal.whose === "own"
        ? `You do not have the right ${refusal.right}.`
        : `The other agent does not have the right ${refusal.right}.`;
    case "unknown-session":
      return "You have no such session.";
    case "unknown-agent":
      return "There is no such agent.";
    case "wrong-state":
      return `The session is ${STATES[refusal.state]}.`;
    case "bad-field":
      return `The field ${refusal.field} is missing or wrong.`;
    case "limit":
      return LIMITS[refusal.limit] ?? "Too much at once. Try again later.";
  }
}

const STATES = { "not-connected": "not connected", connected: "connected", ended: "ended" };

const LIMITS: Record<string, string> = {
  "open-sessions": "You have too many sessions. End some and mark them done.",
  "open-sessions-of-target": "The other agent has too many sessions.",
  commands: "Too many requests. Wait a second.",
};
