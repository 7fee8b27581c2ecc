/** What the presence of an agent's clients comes to: pure. RFC 6121 §4.7. */
import type { Readiness } from "../../extensions/directory/types.ts";
import type { Presence } from "../../extensions/presence/stanzas.ts";

/** One client that is there. */
export interface ClientPresence {
  readiness: "ready" | "not-ready" | "away";
  reason?: string;
  priority: number;
  /** Milliseconds since the epoch. */
  since: number;
  /** Understands im-session. Undefined until it has answered. */
  capable?: boolean;
}

/** How a client went: by signing out, or by dying. */
export type Leaving = "unreachable" | "signed-out";

/** How the last client went. */
export interface Left {
  /** As it is shown: who stays unreachable for longer than the grace time counts as signed out. */
  shown: Leaving;
  /** Milliseconds since the epoch. */
  since?: number;
  /** Of all clients, and of those that understand im-session. A client that is there counts as one that may die. */
  last: Leaving;
  capable: Leaving;
}

/** Of an agent, over all clients. */
export interface Standing {
  readiness: Readiness;
  reason?: string;
  since?: number;
  /** Clients that are there: with our extension, and without. */
  capable: boolean;
  plain: boolean;
  /** One of them has not said yet what it can do. */
  undecided: boolean;
  /** How the last client went, and the last capable one. */
  lastLeft: Leaving;
  capableLeft: Leaving;
}

/** The longest reason that is passed on, in code points. */
const MAX_REASON = 200;

export function clientPresenceOf({ show, status, priority }: Extract<Presence, { type: "available" }>, since: number): ClientPresence {
  if (show === "away" || show === "xa") return { readiness: "away", priority, since };
  if (show !== "dnd") return { readiness: "ready", priority, since };
  const reason = status?.trim() ? [...status.trim()].slice(0, MAX_REASON).join("") : undefined;
  return { readiness: "not-ready", priority, since, ...(reason && { reason }) };
}

export function standingOf(clients: Iterable<ClientPresence>, left: Left): Standing {
  const all = [...clients];
  const [best] = [...all].sort(byPrecedence);
  const { readiness, reason, since } = best ?? { readiness: left.shown, since: left.since, reason: undefined };
  return {
    readiness,
    ...(reason !== undefined && { reason }),
    ...(since !== undefined && { since }),
    capable: all.some((client) => client.capable === true),
    plain: all.some((client) => !client.capable),
    undecided: all.some((client) => client.capable === undefined),
    lastLeft: left.last,
    capableLeft: left.capable,
  };
}

/** The client an agent works with speaks for the agent: a capable one, of the highest priority, the latest to change. */
function byPrecedence(a: ClientPresence, b: ClientPresence): number {
  return Number(b.capable ?? false) - Number(a.capable ?? false) || b.priority - a.priority || b.since - a.since;
}

const FIELDS = [
  "readiness",
  "reason",
  "since",
  "capable",
  "plain",
  "undecided",
  "lastLeft",
  "capableLeft",
] as const satisfies readonly (keyof Standing)[];

export const isSameStanding = (a: Standing, b: Standing): boolean => FIELDS.every((field) => a[field] === b[field]);
