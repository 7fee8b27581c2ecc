import { describe, expect, test } from "vitest";
import { formatCsv, formatRejected, parseAgentFile } from "../../../src/service/cli/agent-file.ts";
import { AgentFileError } from "../../../src/service/cli/csv-records.ts";

const parse = (text: string) => parseAgentFile(Buffer.from(text));
const HEADER = "logon,name,groups,skills,rights,password\n";

function utf16(text: string, endian: "le" | "be"): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, "utf16le");
  return endian === "le" ? bytes : bytes.swap16();
}

describe("the file of agents", () => {
  test("gives its rows with their lines, and lists split at ; and |", () => {
    const { rows, rejected } = parse(`${HEADER}b.agent,Ben Berg,Billing; Sales ,English|German,im.use;im.make, pass word\n`);
    expect(rejected).toEqual([]);
    expect(rows).toEqual([
      {
        line: 2,
        logon: "b.agent",
        name: "Ben Berg",
        groups: ["Billing", "Sales"],
        skills: ["English", "German"],
        rights: ["im.use", "im.make"],
        password: " pass word",
      },
    ]);
  });

  test("tells a column that is not there from a cell that is empty", () => {
    expect(parse("logon\nb.agent\n").rows).toEqual([{ line: 2, logon: "b.agent" }]);
    expect(parse("logon,rights,name,password\nb.agent,,,\n").rows).toEqual([{ line: 2, logon: "b.agent", rights: [] }]);
  });

  test.each([
    ["columns in another order and case", "PASSWORD, Logon\nx,b.agent\n"],
    ["semicolons", "logon;password\nb.agent;x\n"],
    ["tabs", "logon\tpassword\nb.agent\tx\n"],
    ["CRLF", "logon,password\r\nb.agent,x\r\n"],
    ["no line break at the end", "logon,password\nb.agent,x"],
    ["empty lines", "logon,password\n\nb.agent,x\n\n,\n"],
    ["the columns of a file of rejected rows", "logon,password,line,column,reason\nb.agent,x,7,logon,wrong\n"],
    ["quotes", '"logon","password"\n"b.agent","x"\n'],
  ])("takes %s", (_what, text) => {
    const { rows, rejected } = parse(text);
    expect(rejected).toEqual([]);
    expect(rows.map(({ logon, password }) => ({ logon, password }))).toEqual([{ logon: "b.agent", password: "x" }]);
  });

  test.each([
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${HEADER}z.agent,Zoë 漢字 😀,,,,\n`)],
    ["UTF-16, little endian", utf16(`${HEADER}z.agent,Zoë 漢字 😀,,,,\n`, "le")],
    ["UTF-16, big endian", utf16(`${HEADER}z.agent,Zoë 漢字 😀,,,,\n`, "be")],
  ])("takes %s", (_encoding, bytes) => {
    expect(parseAgentFile(bytes).rows).toMatchObject([{ logon: "z.agent", name: "Zoë 漢字 😀" }]);
  });

  test.each([
    ["is empty", "", /empty/],
    ["has nothing but a byte order mark", "\uFEFF", /empty/],
    ["has no column logon", "name,password\nBen,x\n", /"logon" among them/],
    ["has no header", "b.agent,Ben\n", /"logon" among them/],
    ["has an unknown column", "logon,mail\nb.agent,x\n", /Unknown column "mail"; there may be: logon, name/],
    ["has a column twice", "logon,Logon\na,b\n", /logon is there twice/],
    ["begins with a broken line", '"logon"x,name\nb.agent,Ben\n', /first line is not CSV/],
  ])("is refused when it %s", (_what, text, message) => {
    expect(() => parse(text)).toThrow(AgentFileError);
    expect(() => parse(text)).toThrow(message);
  });

  test("is refused in Latin-1, with the line", () => {
    const bytes = Buffer.from(`${HEADER}a.agent,Ada,,,,\nz.agent,Zoë,,,,\n`, "latin1");
    expect(() => parseAgentFile(bytes)).toThrow(/^Line 3 is not UTF-8: save the file as CSV UTF-8$/);
  });

  test("is refused in UTF-16 that breaks off", () => {
    expect(() => parseAgentFile(utf16(`${HEADER}a`, "le").subarray(0, -1))).toThrow(/UTF-16LE/);
  });

  test("rejects rows with too many or too few cells, and takes the others", () => {
    const { rows, rejected } = parse("logon,name\na.agent\nb.agent,Ben\nc.agent,Cleo,x\n");
    expect(rows.map(({ logon }) => logon)).toEqual(["b.agent"]);
    expect(rejected).toEqual([
      { line: 2, column: "", reason: "has 1 cells, the header has 2" },
      { line: 4, column: "", reason: "has 3 cells, the header has 2" },
    ]);
  });

  test.each([
    ["text after a closing quote", 'logon,name\na.agent,"Ada"x\nb.agent,Ben\n', ["b.agent"], 2, /closing quote/],
    ["a quote within a cell", 'logon,name\na.agent,A"da\nb.agent,Ben\n', ["b.agent"], 2, /within a cell/],
    ["a quote that is never closed", 'logon,name\nb.agent,Ben\na.agent,"Ada\nc.agent,Cleo\n', ["b.agent", "c.agent"], 3, /never closed/],
  ])("rejects %s", (_what, text, taken, line, reason) => {
    const { rows, rejected } = parse(text);
    expect(rows.map(({ logon }) => logon)).toEqual(taken);
    expect(rejected).toEqual([{ line, column: "", reason: expect.stringMatching(reason) }]);
  });

  test("rejects many broken rows one by one, and gives up on what is no CSV at all", () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => (index % 2 ? `a${index},"Ada"x` : `a${index},"Ada\nof Billing"`)).join("\n\n");
    const { rows, rejected } = parse(`logon,name\n${lines(200)}\n`);
    expect(rows).toHaveLength(100);
    expect(rejected).toHaveLength(100);
    expect(rejected.slice(0, 2).map(({ line }) => line)).toEqual([5, 10]);
    expect(() => parse(`logon,name\n${lines(202)}\n`)).toThrow(/More than 100 lines are not CSV, the first of them line 5/);
  });

  test("counts the lines of the file, not the rows, when a cell has line breaks", () => {
    const { rows } = parse('logon,name\na.agent,"Ada\nof\nBilling"\n\nb.agent,Ben\n');
    expect(rows.map(({ line, logon }) => ({ line, logon }))).toEqual([
      { line: 2, logon: "a.agent" },
      { line: 6, logon: "b.agent" },
    ]);
  });

  test("rejects the second row of the same logon", () => {
    const { rows, rejected } = parse("logon,name\na.agent,Ada\nb.agent,Ben\na.agent,Ada again\n");
    expect(rows.map(({ name }) => name)).toEqual(["Ada", "Ben"]);
    expect(rejected).toEqual([{ line: 4, column: "logon", reason: "is in line 2 already" }]);
  });

  test("reads 5 000 rows", () => {
    const lines = Array.from(
      { length: 5000 },
      (_, index) => `agent${index},Agent ${index},"Billing;Sales",English,im.use;im.make,secret${index}`,
    );
    const { rows, rejected } = parse(`${HEADER}${lines.join("\n")}\n`);
    expect(rejected).toEqual([]);
    expect(rows).toHaveLength(5000);
    expect(rows.at(-1)).toMatchObject({ line: 5001, logon: "agent4999" });
  });

  test("gives rejected rows back as a file that can be put right and read again", () => {
    const file = parse('logon,name\na.agent,"Ada, ""the"" first"\nB.agent,Ben\n');
    const text = formatRejected(file, [
      { line: 3, column: "logon", reason: "must be lower case" },
      { line: 2, column: "name", reason: "too, long" },
    ]);
    expect(text).toBe(
      'logon,name,line,column,reason\r\na.agent,"Ada, ""the"" first",2,name,"too, long"\r\nB.agent,Ben,3,logon,must be lower case\r\n',
    );
    expect(parse(text).rows.map(({ logon, name }) => [logon, name])).toEqual([
      ["a.agent", 'Ada, "the" first'],
      ["B.agent", "Ben"],
    ]);
    // A row that was rejected twice has its reasons replaced, not repeated.
    expect(formatRejected(parse(text), []).trim()).toBe("logon,name,line,column,reason");
  });

  test("writes CSV that reads back as it was", () => {
    const cells = ["plain", "with, comma", 'with "quotes"', "with\nbreak", " with spaces ", "a;b", ""];
    expect(formatCsv([cells])).toBe('plain,"with, comma","with ""quotes""","with\nbreak"," with spaces ","a;b",\r\n');
  });
});
