import type { Readiness, Right } from "../../extensions/directory/types.ts";

/** An agent as typed by an administrator; everything is checked, see `checkAgent`. */
export interface AgentInput {
  /** The local part of the agent's JID: 1–64 of `a-z 0-9 . _ -`, beginning and ending with a letter or digit. */
  logon: string;
  /** The logon unless given. */
  name?: string;
  groups?: readonly string[];
  skills?: readonly string[];
  /** Names out of RIGHTS; none unless given. */
  rights?: readonly string[];
}

export interface Agent {
  jid: string;
  logon: string;
  name: string;
  groups: readonly string[];
  skills: readonly string[];
  rights: readonly Right[];
}

export interface AgentListing extends Agent {
  readiness: Readiness;
  /** Of `not-ready`, in the agent's words. */
  reason?: string;
  /** Milliseconds since the epoch. */
  since?: number;
}

export type RightsChange = { set: readonly string[] } | { grant?: readonly string[]; revoke?: readonly string[] };

/**
 * The agents of the contact center. Every method rejects with FieldError for a wrong input
 * and with UnknownAgentError for a logon that is no agent.
 */
export interface AgentsApi {
  /** Rejects with FieldError("logon") when there is one with this logon. */
  add(input: AgentInput): Promise<Agent>;
  /** Adds those that are new and replaces the others, all of them or (FieldError with `row`) none. */
  import(inputs: readonly AgentInput[]): Promise<{ added: number; updated: number }>;
  get(logon: string): Promise<AgentListing>;
  /** In the order of the logons. `text` as in the directory's search. */
  list(page?: { text?: string; offset?: number; limit?: number }): Promise<{ agents: AgentListing[]; count: number }>;
  setRights(logon: string, change: RightsChange): Promise<Agent>;
  /** Open sessions of the agent end. The account on the XMPP server is not touched. */
  remove(logon: string): Promise<void>;
}
