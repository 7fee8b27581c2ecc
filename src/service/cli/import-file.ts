import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { type AgentFile, formatCsv, formatRejected, parseAgentFile } from "./agent-file.ts";
import { died, refusal } from "./client.ts";
import { type Context, print } from "./context.ts";
import { AgentFileError, type RejectedRow } from "./csv-records.ts";
import { CliError, EXIT } from "./exit-codes.ts";

/** `parley agent import FILE`: rejected rows go to FILE.rejected.csv, generated passwords to FILE.passwords.csv. */
export async function importFile(context: Context, path: string, options: { existingAccounts: boolean }): Promise<void> {
  const file = await readAgentFile(path);
  const client = context.client();
  const progress = showProgress(context, file.rows.length);
  const rejected: RejectedRow[] = [...file.rejected];
  const passwords = passwordFile(`${path}.passwords.csv`);
  const counts = { added: 0, updated: 0 };
  let ending: CliError | undefined = died();

  const startedAt = performance.now();
  for await (const report of client.import(file.rows, options)) {
    if (report.type === "end") {
      ending = report.error && refusal(report.error);
      break;
    }
    if (report.type === "rejected") {
      const { line, column, reason } = report;
      rejected.push({ line, column, reason });
    } else {
      counts[report.type] += 1;
      if (report.type === "added" && report.password !== undefined) await passwords.add(report.logon, report.password);
    }
    progress.step();
  }
  progress.end();

  await writeRejected(`${path}.rejected.csv`, file, rejected);

  const seconds = (performance.now() - startedAt) / 1000;
  print(context, `${counts.added} added, ${counts.updated} updated, ${rejected.length} rejected in ${seconds.toFixed(1)} s`);
  if (passwords.isWritten()) print(context, `Generated passwords: ${path}.passwords.csv`);
  if (ending) {
    const done = counts.added + counts.updated;
    throw new CliError(
      `${ending.message}\nThe import stopped after ${done} of ${file.rows.length} rows: do it again, rows that are done are updated`,
      ending.exitCode,
    );
  }
  if (rejected.length > 0) throw new CliError(describeRejected(path, rejected), EXIT.refused);
}

async function readAgentFile(path: string): Promise<AgentFile> {
  try {
    return parseAgentFile(await readFile(path));
  } catch (error) {
    if (error instanceof AgentFileError) throw new CliError(`${path}: ${error.message}`, EXIT.usage);
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new CliError(`${path}: there is no such file`, EXIT.usage);
    if (code === "EACCES" || code === "EISDIR") throw new CliError(`${path}: can not be read (${code})`, EXIT.usage);
    throw error;
  }
}

/**
 * For their owner only, as everything here that holds passwords. Written one by one, because nobody can read them anywhere else;
 * those of an earlier import stay.
 */
function passwordFile(path: string): { add(logon: string, password: string): Promise<void>; isWritten(): boolean } {
  let isWritten = false;
  return {
    async add(logon, password) {
      if (!isWritten) await writeFile(path, formatCsv([["logon", "password"]]), { mode: 0o600, flag: "wx" }).catch(unlessItExists);
      isWritten = true;
      await appendFile(path, formatCsv([[logon, password]]));
    },
    isWritten: () => isWritten,
  };
}

function unlessItExists(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

async function writeRejected(path: string, file: AgentFile, rejected: readonly RejectedRow[]): Promise<void> {
  // Of an earlier import: it would say something wrong about this one.
  await rm(path, { force: true });
  if (rejected.length > 0) await writeFile(path, formatRejected(file, rejected), { mode: 0o600 });
}

const SHOWN = 5;

function describeRejected(path: string, rejected: readonly RejectedRow[]): string {
  const first = [...rejected].sort((a, b) => a.line - b.line).slice(0, SHOWN);
  const lines = first.map(({ line, column, reason }) => `  line ${line}${column ? `, ${column}` : ""}: ${reason}`);
  if (rejected.length > SHOWN) lines.push(`  and ${rejected.length - SHOWN} more`);
  return [`Rejected rows are in ${path}.rejected.csv: put them right and import that file`, ...lines].join("\n");
}

/** A line that is drawn over on a terminal; every tenth of the file elsewhere. */
function showProgress({ stderr }: Context, total: number): { step(): void; end(): void } {
  const startedAt = performance.now();
  const tenth = Math.max(1, Math.ceil(total / 10));
  let done = 0;
  let drawnAt = 0;
  const line = (now: number) => `${done} of ${total} rows, ${Math.round(done / Math.max(0.001, (now - startedAt) / 1000))} rows/s`;
  return {
    step() {
      done += 1;
      const now = performance.now();
      if (!stderr.isTTY) {
        if (done % tenth === 0 && total > tenth) stderr.write(`${line(now)}\n`);
      } else if (now - drawnAt > 100) {
        drawnAt = now;
        stderr.write(`\r\u001b[K${line(now)}`);
      }
    },
    end() {
      if (stderr.isTTY && drawnAt > 0) stderr.write("\r\u001b[K");
    },
  };
}
