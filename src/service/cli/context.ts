import type { Readable, Writable } from "node:stream";
import type { Client } from "./client.ts";

/** What the commands work with. */
export interface Context {
  /** Made by the first command that needs it. */
  client(): Client;
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
}

export function print(context: Pick<Context, "stdout">, text: string): void {
  context.stdout.write(`${text}\n`);
}

/** For programs: one JSON document, laid out for people as well. */
export function printJson(context: Pick<Context, "stdout">, value: unknown): void {
  print(context, JSON.stringify(value, undefined, 2));
}
