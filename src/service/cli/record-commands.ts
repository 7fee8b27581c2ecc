import { type Command, InvalidArgumentError, Option } from "commander";
import type { AuditRow } from "../audit/types.ts";
import type { SessionRecord, SideRecord } from "../im-session/record.ts";
import { type Context, print, printJson } from "./context.ts";
import { formatTable, formatTime } from "./table.ts";

const STATES = ["not-connected", "connected", "ended"];

/** `parley session list`, `parley audit`: what happened. */
export function recordCommands(program: Command, context: Context): void {
  program
    .command("session")
    .description("IM sessions")
    .command("list")
    .description("list IM sessions, newest first")
    .addOption(new Option("--state <state>", "in this state only").choices(STATES))
    .option("--agent <logon>", "of this agent only")
    .option("--limit <number>", "at most so many", parseCount, 100)
    .option("--json", "print JSON")
    .action(async ({ state, agent, limit, json }: { state?: string; agent?: string; limit: number; json?: true }) => {
      const query = queryOf({ state, logon: agent, limit });
      const { sessions } = await context.client().call<{ sessions: SessionRecord[] }>("GET", `/sessions?${String(query)}`);
      if (json) return printJson(context, sessions);
      print(context, sessions.length === 0 ? "No sessions" : formatSessions(sessions));
    });

  program
    .command("audit")
    .description("who did, or tried, what: newest first")
    .option("--agent <logon>", "by or about this agent only")
    .option("--since <when>", "not older: 30m, 12h, 7d, or a date such as 2026-01-31", parseSince)
    .option("--limit <number>", "at most so many", parseCount, 100)
    .option("--json", "print JSON")
    .action(async ({ agent, since, limit, json }: { agent?: string; since?: number; limit: number; json?: true }) => {
      const { rows } = await context
        .client()
        .call<{ rows: AuditRow[] }>("GET", `/audit?${String(queryOf({ logon: agent, since, limit }))}`);
      if (json) return printJson(context, rows);
      print(context, rows.length === 0 ? "No entries" : formatAudit(rows));
    });
}

function queryOf(values: Record<string, string | number | undefined>): URLSearchParams {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]));
  return new URLSearchParams(given);
}

function formatSessions(sessions: readonly SessionRecord[]): string {
  return formatTable(
    ["SESSION", "STATE", "MODE", "INVITER", "TARGET", "CREATED", "ACCEPTED", "ENDED"],
    sessions.map(({ id, state, mode, inviter, target, createdAt, acceptedAt, endedAt }) => [
      id,
      state,
      mode,
      formatSide(inviter),
      formatSide(target),
      formatTime(createdAt),
      formatTime(acceptedAt),
      formatTime(endedAt),
    ]),
  );
}

function formatSide({ jid, reason, done }: SideRecord): string {
  const remarks = [reason, done ? "done" : undefined].filter((remark) => remark !== undefined);
  return remarks.length > 0 ? `${jid} (${remarks.join(", ")})` : jid;
}

function formatAudit(rows: readonly AuditRow[]): string {
  return formatTable(
    ["TIME", "ACTOR", "ACTION", "SUBJECT", "SESSION", "OUTCOME"],
    rows.map(({ at, actor, action, subject, sessionId, outcome }) => [
      formatTime(at),
      actor,
      action,
      subject ?? "",
      sessionId ?? "",
      outcome,
    ]),
  );
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError("It must be a number from 1 to 99999.");
  return Number(text);
}

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds since the epoch. */
export function parseSince(text: string, _earlier?: unknown, now = Date.now()): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count && unit) return Math.max(0, now - Number(count) * UNITS[unit]!);
  const at = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError("It must be like 30m, 12h, 7d, 2026-01-31 or 2026-01-31T08:00:00Z.");
  return at;
}
