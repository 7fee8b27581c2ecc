/**
 * What an administrator can do to agents: their entry in the directory and their account on the XMPP server together.
 * Accounts come first, so that what was broken off half-way is put right by doing it again, and an account without
 * an agent may do nothing.
 */
import { AccountError } from "../accounts/account-error.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { checkPassword, generatePassword } from "../accounts/password.ts";
import { checkAgent } from "../agents/check-agent.ts";
import type { Agent, AgentInput, AgentsApi } from "../agents/types.ts";
import { ADMINISTRATOR } from "../audit/audit.ts";
import type { AuditApi } from "../audit/types.ts";
import { FieldError, UnknownAgentError } from "../errors.ts";

export interface AddedAgent {
  agent: Agent;
  /** Generated: nobody else knows it. */
  password?: string;
}

export interface AddOptions {
  /** Generated unless given. */
  password?: string | undefined;
  /** Takes an account that is on the XMPP server already. */
  existingAccount?: boolean | undefined;
}

export interface Administration {
  add(input: AgentInput, options: AddOptions): Promise<AddedAgent>;
  /** The password, if it was generated. Makes the account when there is none. */
  changePassword(logon: string, password?: string): Promise<{ password?: string }>;
  /** `keepAccount`: it belongs to a directory service, or to somebody still. */
  remove(logon: string, options: { keepAccount?: boolean | undefined }): Promise<void>;
}

export interface AdministrationContext {
  agents: AgentsApi;
  accounts: Accounts;
  audit: AuditApi;
  /** Of the agents. */
  domain: string;
}

export function administration({ agents, accounts, audit, domain }: AdministrationContext): Administration {
  return {
    async add(input, { password, existingAccount = false }) {
      checkAgent(input, domain);
      if (await isAgent(agents, input.logon)) throw new FieldError("logon", `${input.logon} is an agent already`);
      const chosen = await makeAccount(accounts, input.logon, { password, existingAccount });
      try {
        return { agent: await agents.add(input), ...(chosen.generated ? { password: chosen.generated } : {}) };
      } catch (error) {
        if (chosen.isNew) await accounts.remove(input.logon).catch(() => {});
        throw error;
      }
    },

    async changePassword(logon, password) {
      const { jid } = await agents.get(logon);
      const chosen = password ?? generatePassword();
      await setPassword(accounts, logon, chosen);
      await auditPassword(audit, jid);
      return password === undefined ? { password: chosen } : {};
    },

    async remove(logon, { keepAccount = false }) {
      const { jid } = await agents.get(logon);
      if (!keepAccount) {
        await accounts.remove(logon).catch((error: unknown) => {
          if (!isFailure(error, "unknown")) throw error;
        });
      }
      await agents.remove(logon);
      await audit.record({ actor: ADMINISTRATOR, action: "account.remove", subject: jid, outcome: keepAccount ? "kept" : "done" });
    },
  };
}

/** Makes the account, or takes the one that is there: with a password that becomes its password, without one as it is. */
export async function makeAccount(
  accounts: Accounts,
  logon: string,
  { password, existingAccount }: AddOptions,
): Promise<{ isNew: boolean; generated?: string }> {
  // An account that is kept elsewhere (LDAP, another administrator) is none of our business.
  if (password === undefined && existingAccount) return { isNew: false };
  if (password !== undefined) checkPassword(password);
  const chosen = password ?? generatePassword();
  try {
    await accounts.add(logon, chosen);
    return { isNew: true, ...(password === undefined ? { generated: chosen } : {}) };
  } catch (error) {
    if (!existingAccount || !isFailure(error, "exists")) throw error;
    await accounts.changePassword(logon, chosen);
    return { isNew: false };
  }
}

export function auditPassword(audit: AuditApi, jid: string): Promise<void> {
  return audit.record({ actor: ADMINISTRATOR, action: "account.password", subject: jid, outcome: "done" });
}

/** Changes the password; an account that was lost is made again. */
export async function setPassword(accounts: Accounts, logon: string, password: string): Promise<void> {
  checkPassword(password);
  try {
    await accounts.changePassword(logon, password);
  } catch (error) {
    if (!isFailure(error, "unknown")) throw error;
    await accounts.add(logon, password);
  }
}

export function isFailure(error: unknown, failure: AccountError["failure"]): boolean {
  return error instanceof AccountError && error.failure === failure;
}

async function isAgent(agents: AgentsApi, logon: string): Promise<boolean> {
  try {
    await agents.get(logon);
    return true;
  } catch (error) {
    if (error instanceof UnknownAgentError) return false;
    throw error;
  }
}
