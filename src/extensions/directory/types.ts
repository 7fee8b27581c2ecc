/** `urn:parley:directory:0`: the shapes of docs/protocol/directory.md. */

export const NS_DIRECTORY = "urn:parley:directory:0";

export const RIGHTS = [
  "im.use",
  "im.make",
  "im.release",
  "consult.voice",
  "contact.view",
  "contact.edit",
  "case.edit",
  "interaction.voice",
  "interaction.chat",
  "interaction.email",
  "admin",
] as const;

/** `im.make` and `im.release` do nothing without `im.use`. */
export type Right = (typeof RIGHTS)[number];

/**
 * `unreachable`: the connection died without a sign-out. `signed-out`: there is none.
 * The others are the agent's presence: available, dnd (with a reason in `<status/>`), away or xa.
 */
export type Readiness = "ready" | "not-ready" | "away" | "unreachable" | "signed-out";

export interface AgentPresence {
  jid: string;
  readiness: Readiness;
  /** Of `not-ready`, in the agent's words. */
  reason?: string;
  /** Milliseconds since the epoch; undefined when it was never seen. */
  since?: number;
  /** None of the agent's clients understands im-session: an ordinary XMPP client. */
  plain: boolean;
}

export interface AgentRow extends AgentPresence {
  logon: string;
  name: string;
  groups: string[];
  skills: string[];
  favorite: boolean;
  /** The agent has `im.use`. */
  mayIm: boolean;
}

export interface Me {
  jid: string;
  logon: string;
  name: string;
  rights: Right[];
  /** Seconds a notification stays. */
  inviteTimeoutS: number;
}

export type TeamFilter = "all" | "favorites" | "recents";

export interface DirectorySearch {
  /** Words; each must begin or be within the logon, name, a group or a skill. Empty: everybody. */
  text: string;
  filter: TeamFilter;
  /** XEP-0059 §2.6: which row is the first of the page. */
  index: number;
  max: number;
}

export interface DirectoryPage {
  rows: AgentRow[];
  /** Row number of rows[0]. */
  index: number;
  /** All rows that match. */
  count: number;
}

/** The application condition beside the stanza error's defined condition. */
export type DirectoryRefusal =
  /** forbidden: only agents may ask. */
  | { type: "not-an-agent" }
  /** item-not-found: there is no such agent. */
  | { type: "unknown-agent" }
  /** bad-request: this field is missing or wrong. */
  | { type: "bad-field"; field: string }
  /** resource-constraint: too many requests. */
  | { type: "limit"; limit: string };
