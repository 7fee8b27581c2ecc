/** The records of a CSV file, each with the line on which it begins; a broken one does not take the others with it. */
import { CsvError, parse } from "csv-parse/sync";

/** The file as a whole can not be read. The message is a sentence. */
export class AgentFileError extends Error {
  override name = "AgentFileError";
}

export interface RejectedRow {
  line: number;
  /** Empty: the row as such. */
  column: string;
  reason: string;
}

export interface CsvRecord {
  line: number;
  cells: string[];
}

/** More of them and it is some other kind of file. */
const MOST_BROKEN = 100;

const LINE_BREAK = /\r\n|\r|\n/g;

export function readRecords(bytes: Uint8Array): { records: CsvRecord[]; broken: RejectedRow[] } {
  const records: CsvRecord[] = [];
  const broken: RejectedRow[] = [];
  let text = decode(bytes);
  const delimiter = delimiterOf(text);
  for (let linesBefore = 0; ; ) {
    const { read, error } = readUntilBroken(text, delimiter);
    records.push(...read.map(({ line, cells }) => ({ line: linesBefore + line, cells })));
    if (!error) return { records, broken };
    if (broken.length === MOST_BROKEN)
      throw new AgentFileError(`More than ${MOST_BROKEN} lines are not CSV, the first of them line ${broken[0]!.line}`);

    // The parser has lost its place: it begins anew on the line after the one on which the broken record begins.
    const lines = text.split(LINE_BREAK);
    const last = read.at(-1);
    let index = last ? last.line - 1 + linesIn(last.cells) : 0;
    while (lines[index] === "") index += 1;
    broken.push({ line: linesBefore + index + 1, column: "", reason: describeCsvError(error) });
    text = lines.slice(index + 1).join("\n");
    linesBefore += index + 1;
  }
}

function readUntilBroken(text: string, delimiter: string): { read: CsvRecord[]; error?: CsvError } {
  const read: CsvRecord[] = [];
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines }) => {
        // The parser counts at the end of a record.
        read.push({ line: lines - linesIn(cells) + 1, cells });
        return null;
      },
    });
    return { read };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { read, error };
  }
}

/** How many lines a record takes: its cells may hold line breaks. */
function linesIn(cells: readonly string[]): number {
  return cells.reduce((lines, cell) => lines + (cell.match(LINE_BREAK)?.length ?? 0), 1);
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
