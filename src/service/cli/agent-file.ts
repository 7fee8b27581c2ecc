/** The file of `parley agent import`: CSV (RFC 4180), UTF-8 or UTF-16 with a byte order mark. */
import { type CsvError, parse } from "csv-parse/sync";
import type { ImportRow } from "../admin/types.ts";

const COLUMNS = ["logon", "name", "groups", "skills", "rights", "password"] as const;
type Column = (typeof COLUMNS)[number];

/** What the file of rejected rows says of them; ignored, so that the file can be put right and imported again. */
export const REPORT_COLUMNS = ["line", "column", "reason"] as const;

/** The file as a whole can not be read. The message is a sentence. */
export class AgentFileError extends Error {
  override name = "AgentFileError";
}

export interface RejectedRow {
  line: number;
  column: string;
  reason: string;
}

export interface AgentFile {
  /** As in the file. */
  columns: string[];
  rows: ImportRow[];
  rejected: RejectedRow[];
  /** The cells of each row as in the file, by line. */
  cells: Map<number, string[]>;
}

interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

/** Reads the file. What is wrong with single rows is in `rejected`; throws AgentFileError when there is nothing to go by. */
export function parseAgentFile(bytes: Uint8Array): AgentFile {
  const text = decode(bytes);
  const rejected: RejectedRow[] = [];
  const delimiter = delimiterOf(text);
  const records = parse(text, {
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => void (error && rejected.push({ line: lineOf(error), column: "", reason: describeCsvError(error) })),
  }) as unknown as ParsedRecord[];

  const [header, ...rest] = records;
  if (!header && rejected.length === 0) throw new AgentFileError("The file is empty");
  if (!header || rejected.some(({ line }) => line < header.info.lines)) throw new AgentFileError("The first line is not CSV");
  const columns = header.record.map((name) => name.trim().toLowerCase());
  checkColumns(columns);

  const rows: ImportRow[] = [];
  const cells = new Map<number, string[]>();
  const firstLines = new Map<string, number>();
  for (const { record, info } of rest) {
    const line = lineAtStart(info.lines, record);
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
  return { columns: header.record, rows, rejected, cells };
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
  if (!columns.includes("logon")) throw new AgentFileError(`The first line must name the columns, "logon" among them; it may have: ${COLUMNS.join(", ")}`);
  if (unknown.length > 0) throw new AgentFileError(`Unknown column ${unknown.map((name) => JSON.stringify(name)).join(", ")}; there may be: ${COLUMNS.join(", ")}`);
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice) throw new AgentFileError(`The column ${twice} is there twice`);
}

function decode(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new AgentFileError(`Line ${firstBadLine(bytes, encoding)} is not ${encoding.toUpperCase()}: save the file as CSV UTF-8`);
  }
}

function firstBadLine(bytes: Uint8Array, encoding: string): number {
  const decoder = new TextDecoder(encoding);
  return decoder.decode(bytes).split("\uFFFD")[0]!.split("\n").length;
}

/** Spreadsheets write what their country uses. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  return [",", ";", "\t"].find((delimiter) => header.includes(delimiter)) ?? ",";
}

/** The parser counts at the end of a record; cells may hold line breaks. */
function lineAtStart(lineAtEnd: number, record: readonly string[]): number {
  return lineAtEnd - record.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}

function lineOf(error: CsvError): number {
  return Number(error["lines"] ?? 0);
}

function describeCsvError({ code, message }: CsvError): string {
  switch (code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return 'a quote (") is opened and never closed';
    case "INVALID_OPENING_QUOTE":
      return 'a quote (") stands within a cell that does not begin with one: put the cell into quotes and double those within';
    case "CSV_INVALID_CLOSING_QUOTE":
      return 'a closing quote (") is followed by more text: double the quotes within a cell';
    default:
      return message;
  }
}

/** The rejected rows as a file of the same columns, with the reasons behind. */
export function formatRejected(file: AgentFile, rejected: readonly RejectedRow[]): string {
  const keep = file.columns.map((name, index) => ({ name: name.trim().toLowerCase(), index })).filter(({ name }) => !(REPORT_COLUMNS as readonly string[]).includes(name));
  const rows = [...rejected]
    .sort((a, b) => a.line - b.line)
    .map(({ line, column, reason }) => [...keep.map(({ index }) => file.cells.get(line)?.[index] ?? ""), String(line), column, reason]);
  return formatCsv([[...keep.map(({ name }) => name), ...REPORT_COLUMNS], ...rows]);
}

/** RFC 4180. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map((cell) => (/[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`).join("");
}
