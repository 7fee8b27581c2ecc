/** The file of `parley agent import`: CSV (RFC 4180), UTF-8 or UTF-16 with a byte order mark. */
import type { ImportRow } from "../admin/types.ts";
import { AgentFileError, readRecords, type RejectedRow } from "./csv-records.ts";

const COLUMNS = ["logon", "name", "groups", "skills", "rights", "password"] as const;
type Column = (typeof COLUMNS)[number];

/** What the file of rejected rows says of them; ignored, so that the file can be put right and imported again. */
export const REPORT_COLUMNS = ["line", "column", "reason"] as const;

export interface AgentFile {
  /** As in the file. */
  columns: string[];
  rows: ImportRow[];
  rejected: RejectedRow[];
  /** The cells of each row as in the file, by line. */
  cells: Map<number, string[]>;
}

/** Reads the file. What is wrong with single rows is in `rejected`; throws AgentFileError when there is nothing to go by. */
export function parseAgentFile(bytes: Uint8Array): AgentFile {
  const { records, broken } = readRecords(bytes);
  const rejected: RejectedRow[] = [...broken];
  const [header, ...rest] = records;
  if (!header && broken.length === 0) throw new AgentFileError("The file is empty");
  if (!header || broken.some(({ line }) => line < header.line)) throw new AgentFileError("The first line is not CSV");
  const columns = header.cells.map((name) => name.trim().toLowerCase());
  checkColumns(columns);

  const rows: ImportRow[] = [];
  const cells = new Map<number, string[]>();
  const firstLines = new Map<string, number>();
  for (const { cells: record, line } of rest) {
    cells.set(line, record);
    if (record.every((cell) => cell.trim() === "")) continue;
    if (record.length !== columns.length) {
      rejected.push({ line, column: "", reason: `has ${record.length} cells, the header has ${columns.length}` });
      continue;
    }
    const row = parseRow(line, columns, record);
    const first = firstLines.get(row.logon);
    if (first !== undefined && row.logon !== "") {
      rejected.push({ line, column: "logon", reason: `is in line ${first} already` });
      continue;
    }
    firstLines.set(row.logon, line);
    rows.push(row);
  }
  return { columns: header.cells, rows, rejected, cells };
}

function parseRow(line: number, columns: readonly string[], record: readonly string[]): ImportRow {
  const cell = (column: Column) => {
    const index = columns.indexOf(column);
    return index < 0 ? undefined : record[index]!;
  };
  const list = (column: Column) =>
    cell(column)
      ?.split(/[;|]/)
      .map((word) => word.trim())
      .filter((word) => word !== "");
  const given = {
    name: cell("name")?.trim() || undefined,
    groups: list("groups"),
    skills: list("skills"),
    rights: list("rights"),
    // Not trimmed: a space may belong to it.
    password: cell("password") || undefined,
  };
  return {
    line,
    logon: cell("logon")!.trim(),
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Omit<ImportRow, "line" | "logon">),
  };
}

function checkColumns(columns: readonly string[]): void {
  const known: readonly string[] = [...COLUMNS, ...REPORT_COLUMNS];
  const unknown = columns.filter((name) => !known.includes(name));
  if (!columns.includes("logon"))
    throw new AgentFileError(`The first line must name the columns, "logon" among them; it may have: ${COLUMNS.join(", ")}`);
  if (unknown.length > 0)
    throw new AgentFileError(
      `Unknown column ${unknown.map((name) => JSON.stringify(name)).join(", ")}; there may be: ${COLUMNS.join(", ")}`,
    );
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice) throw new AgentFileError(`The column ${twice} is there twice`);
}

/** The rejected rows as a file of the same columns, with the reasons behind. */
export function formatRejected(file: AgentFile, rejected: readonly RejectedRow[]): string {
  const keep = file.columns
    .map((name, index) => ({ name: name.trim().toLowerCase(), index }))
    .filter(({ name }) => !(REPORT_COLUMNS as readonly string[]).includes(name));
  const rows = [...rejected]
    .sort((a, b) => a.line - b.line)
    .map(({ line, column, reason }) => [...keep.map(({ index }) => file.cells.get(line)?.[index] ?? ""), String(line), column, reason]);
  return formatCsv([[...keep.map(({ name }) => name), ...REPORT_COLUMNS], ...rows]);
}

/** RFC 4180. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => `${row.map((cell) => (/[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`)
    .join("");
}
