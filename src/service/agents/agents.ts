import type { Clock } from "../../client/clock.ts";
import { ADMINISTRATOR, recordAuditOfMany } from "../audit/audit.ts";
import type { Database, Queries } from "../database/database.ts";
import type { DirectoryIndex } from "../directory/directory-index.ts";
import { FieldError, UnknownAgentError } from "../errors.ts";
import type { Presences } from "../presence/presences.ts";
import { changedRights, checkAgent, checkLogon } from "./check-agent.ts";
import type { Roll } from "./roll.ts";
import { findAgents, nextDirectoryRevision, putAgents, removeAgent } from "./store.ts";
import type { Agent, AgentInput, AgentListing, AgentsApi } from "./types.ts";

const IMPORT_BATCH = 1000;
const MAX_LIST = 1000;

export interface AgentsOptions {
  database: Database;
  roll: Roll;
  presences: Presences;
  directory: DirectoryIndex;
  clock: Clock;
  domain: string;
}

/** What an administrator can do with agents. */
export function createAgents({ database, roll, presences, directory, clock, domain }: AgentsOptions): AgentsApi {
  const listing = (agent: Agent): AgentListing => {
    const { readiness, reason, since } = presences.standing(agent.jid);
    return { ...agent, readiness, ...(reason !== undefined && { reason }), ...(since !== undefined && { since }) };
  };

  /** One change of the directory, with an audit row for each of the agents; in memory too by the time it resolves. */
  async function change<T>(
    action: string,
    work: (tx: Queries, revision: number) => Promise<{ result: T; agents: readonly Agent[] }>,
  ): Promise<T> {
    const { result } = await database.transaction(async (tx) => {
      const done = await work(tx, await nextDirectoryRevision(tx));
      const about = done.agents.map((agent) => ({ subject: agent.jid, outcome: outcomeOf(agent) }));
      await recordAuditOfMany(tx, { at: clock.now(), actor: ADMINISTRATOR, action }, about);
      return done;
    });
    await roll.sync();
    return result;
  }

  async function existing(tx: Queries, logon: string): Promise<Agent> {
    checkLogon(logon);
    const [agent] = await findAgents(tx, [`${logon}@${domain}`]);
    if (!agent) throw new UnknownAgentError(logon);
    return agent;
  }

  return {
    async add(input) {
      const agent = checkAgent(input, domain);
      return change("agent.add", async (tx, revision) => {
        if ((await findAgents(tx, [agent.jid])).length > 0) throw new FieldError("logon", `there is an agent ${agent.logon} already`);
        await putAgents(tx, [agent], revision);
        return { result: agent, agents: [agent] };
      });
    },

    async import(inputs) {
      const agents = checkImport(inputs, domain);
      return change("agent.import", async (tx, revision) => {
        let updated = 0;
        for (let first = 0; first < agents.length; first += IMPORT_BATCH) {
          const batch = agents.slice(first, first + IMPORT_BATCH);
          updated += (
            await findAgents(
              tx,
              batch.map(({ jid }) => jid),
            )
          ).length;
          await putAgents(tx, batch, revision);
        }
        return { result: { added: agents.length - updated, updated }, agents };
      });
    },

    async get(logon) {
      await roll.sync();
      return listing(await existing(database, logon));
    },

    async list({ text = "", offset = 0, limit = MAX_LIST } = {}) {
      await roll.sync();
      const { agents, count } = directory.list(text, offset, Math.min(limit, MAX_LIST));
      return { agents: agents.map(listing), count };
    },

    async setRights(logon, rightsChange) {
      return change("agent.rights", async (tx, revision) => {
        const before = await existing(tx, logon);
        const agent: Agent = { ...before, rights: changedRights(before.rights, rightsChange) };
        await putAgents(tx, [agent], revision);
        return { result: agent, agents: [agent] };
      });
    },

    async remove(logon) {
      await change("agent.remove", async (tx, revision) => {
        const agent = await existing(tx, logon);
        await removeAgent(tx, agent.jid, revision);
        return { result: undefined, agents: [{ ...agent, rights: [] }] };
      });
    },
  };
}

/** Who gave whom which right must be found out afterwards. */
const outcomeOf = ({ rights }: Agent) => `done: ${rights.join(" ") || "no rights"}`;

function checkImport(inputs: readonly AgentInput[], domain: string): Agent[] {
  const rows = new Map<string, number>();
  return inputs.map((input, index) => {
    const row = index + 1;
    try {
      const agent = checkAgent(input, domain);
      const twin = rows.get(agent.logon);
      if (twin !== undefined) throw new FieldError("logon", `is that of row ${twin} too`);
      rows.set(agent.logon, row);
      return agent;
    } catch (error) {
      throw error instanceof FieldError ? new FieldError(error.field, error.reason, row) : error;
    }
  });
}
