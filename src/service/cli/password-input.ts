/** Passwords come from a terminal or from standard input, never from an argument: arguments show in the list of processes. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Context } from "./context.ts";
import { CliError, EXIT } from "./exit-codes.ts";

/** The password; undefined: the service is to generate one. */
export async function readPassword(context: Context, fromStdin: boolean): Promise<string | undefined> {
  if (fromStdin) return readFirstLine(context);
  if (!context.stdin.isTTY) return undefined;
  const password = await ask(context, "Password (empty: generate one): ");
  if (password === "") return undefined;
  if ((await ask(context, "Again: ")) !== password) throw new CliError("The two passwords differ", EXIT.usage);
  return password;
}

async function readFirstLine({ stdin }: Context): Promise<string> {
  const lines = createInterface({ input: stdin, crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      if (line !== "") return line;
      break;
    }
  } finally {
    lines.close();
  }
  throw new CliError("--password-stdin: the first line of standard input is empty", EXIT.usage);
}

/** Asks without showing what is typed. */
async function ask({ stdin, stderr }: Context, question: string): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, written) => written() });
  const terminal = createInterface({ input: stdin, output: hidden, terminal: true });
  stderr.write(question);
  // Ctrl-C and Ctrl-D end the command, as they do everywhere else.
  const given = new AbortController();
  terminal.once("close", () => given.abort());
  try {
    return await terminal.question("", { signal: given.signal });
  } catch {
    throw new CliError("Nothing was done", EXIT.usage);
  } finally {
    terminal.close();
    stderr.write("\n");
  }
}
