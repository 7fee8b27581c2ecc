/** Agents in bulk: accounts some at a time, entries in the directory a batch at a time, a report on each row. */
import type { AgentsApi } from "../agents/types.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { AccountError } from "../accounts/account-error.ts";
import { checkAgent } from "../agents/check-agent.ts";
import type { AuditApi } from "../audit/types.ts";
import { FieldError } from "../errors.ts";
import { auditPassword, isFailure, makeAccount, setPassword } from "./administration.ts";
import type { ImportReport, ImportRow } from "./types.ts";

/** Accounts that are made at the same time: a server works through them one by one, so more would only wait. */
const AT_A_TIME = 8;
const BATCH = 100;

interface ImportContext {
  agents: AgentsApi;
  accounts: Accounts;
  audit: AuditApi;
  /** Of the agents. */
  domain: string;
  /** Rights of new agents whose row does not say. */
  defaultRights: readonly string[];
  existingAccounts: boolean;
  report: (report: ImportReport) => void;
}

/** A row whose account is ready. */
interface ReadyRow {
  row: ImportRow;
  isNew: boolean;
  generated?: string;
}

/**
 * Adds the agents that are new and updates the others; what a row leaves out stays as it is. Rows that are wrong are reported and
 * left out. Rejects with AccountError when no account can be changed at all; the rows reported until then are done.
 */
export async function importAgents(rows: AsyncIterable<ImportRow>, context: ImportContext): Promise<void> {
  const known = await knownLogons(context.agents);
  let batch: ReadyRow[] = [];
  let storing = Promise.resolve();
  const storeBatch = () => {
    const full = batch;
    batch = [];
    storing = storing.then(() => store(full, context));
    return storing;
  };

  const source = rows[Symbol.asyncIterator]();
  let failed = false;
  async function work(): Promise<void> {
    for (;;) {
      const next = await source.next();
      if (next.done || failed) return;
      const ready = await prepare(next.value, known.has(next.value.logon), context);
      if (!ready) continue;
      batch.push(ready);
      if (batch.length >= BATCH) await storeBatch();
    }
  }
  const workers = Array.from({ length: AT_A_TIME }, () =>
    work().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  const results = await Promise.allSettled(workers);
  // Accounts that were made get their agents even when the import ends early.
  await storeBatch();
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function knownLogons(agents: AgentsApi): Promise<ReadonlySet<string>> {
  const logons = new Set<string>();
  for (;;) {
    const { agents: page, count } = await agents.list({ offset: logons.size, limit: 1000 });
    for (const { logon } of page) logons.add(logon);
    if (logons.size >= count || page.length === 0) return logons;
  }
}

/** Checks the row and sees to its account. Undefined: rejected, and reported. */
async function prepare(
  row: ImportRow,
  isKnown: boolean,
  { accounts, audit, domain, existingAccounts, report }: ImportContext,
): Promise<ReadyRow | undefined> {
  const { line, logon, password } = row;
  try {
    checkAgent(row, domain);
    if (isKnown) {
      if (password !== undefined) {
        await setPassword(accounts, logon, password);
        await auditPassword(audit, `${logon}@${domain}`);
      }
      return { row, isNew: false };
    }
    const { generated } = await makeAccount(accounts, logon, { password, existingAccount: existingAccounts });
    return { row, isNew: true, ...(generated ? { generated } : {}) };
  } catch (error) {
    const rejection = rejectionOf(error);
    if (!rejection) throw error;
    report({ type: "rejected", line, ...rejection });
    return undefined;
  }
}

/** What is wrong with this row alone; undefined when the others would fare no better. */
function rejectionOf(error: unknown): { column: string; reason: string } | undefined {
  if (error instanceof FieldError) return { column: error.field, reason: error.reason };
  if (isFailure(error, "exists")) return { column: "logon", reason: "there is an account of this name on the XMPP server already" };
  if (error instanceof AccountError && error.failure === "refused") return { column: "logon", reason: error.message };
  return undefined;
}

async function store(batch: ReadyRow[], { agents, defaultRights, report }: ImportContext): Promise<void> {
  if (batch.length === 0) return;
  const inputs = await Promise.all(
    batch.map(async ({ row, isNew }) => {
      const { name, groups, skills, rights } = isNew
        ? { name: undefined, groups: [], skills: [], rights: defaultRights }
        : await agents.get(row.logon);
      return {
        logon: row.logon,
        groups: row.groups ?? groups,
        skills: row.skills ?? skills,
        rights: row.rights ?? rights,
        ...((row.name ?? name) === undefined ? {} : { name: (row.name ?? name)! }),
      };
    }),
  );
  await agents.import(inputs);
  for (const { row, isNew, generated } of batch) {
    report({ type: isNew ? "added" : "updated", line: row.line, logon: row.logon, ...(generated ? { password: generated } : {}) });
  }
}
