/** The command line's end of the administrators' socket. */
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { socketPath } from "../admin/admin-socket.ts";
import type { AdminFailure, ImportReport, ImportRow } from "../admin/types.ts";
import { CliError, EXIT } from "./exit-codes.ts";

export interface Client {
  /** Rejects with CliError: the service's refusal, or that it is not running. */
  call<T extends object>(method: string, path: string, body?: object): Promise<T>;
  import(rows: readonly ImportRow[], options: { existingAccounts: boolean }): AsyncIterable<ImportReport>;
}

export function createClient(data: string): Client {
  async function send(method: string, path: string, write: (request: ClientRequest) => Promise<void> | void): Promise<IncomingMessage> {
    const request = httpRequest({
      socketPath: socketPath(data),
      method,
      path,
      headers: { host: "parley", "content-type": "application/json" },
    });
    // The body and the answer overlap: an import is reported while it is sent.
    const answered = once(request, "response") as Promise<[IncomingMessage]>;
    const written = Promise.resolve(write(request)).catch(() => {});
    try {
      const [response] = await answered;
      return response;
    } catch (error) {
      throw describeConnectError(error as NodeJS.ErrnoException, data);
    } finally {
      void written;
    }
  }

  return {
    async call<T extends object>(method: string, path: string, body?: object) {
      const response = await send(method, path, (request) => void request.end(body && JSON.stringify(body)));
      const answer = await readAnswer<T>(response);
      if ("error" in answer) throw refusal(answer.error);
      return answer;
    },

    async *import(rows, { existingAccounts }) {
      const path = `/agents/import${existingAccounts ? "?existingAccounts=yes" : ""}`;
      const response = await send("POST", path, (request) => pipeline(Readable.from(linesOf(rows)), request));
      if (response.statusCode !== 200) {
        const answer = await readAnswer(response);
        throw "error" in answer ? refusal(answer.error) : died();
      }
      for await (const line of createInterface({ input: response })) yield JSON.parse(line) as ImportReport;
    },
  };
}

function* linesOf(rows: readonly ImportRow[]): Iterable<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function readAnswer<T extends object>(response: IncomingMessage): Promise<T | { error: AdminFailure }> {
  try {
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
    return JSON.parse(text) as T;
  } catch {
    throw died();
  }
}

function describeConnectError(error: NodeJS.ErrnoException, data: string): CliError {
  if (error.code === "EACCES")
    return new CliError(`You may not use the service in ${data}: run this as the user who runs the service`, EXIT.refused);
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") {
    return new CliError(`The service is not running (no answer in ${data}): start it with npm start`, EXIT.notRunning);
  }
  return died();
}

export const died = (): CliError => new CliError("The service went away before it answered: its log says why", EXIT.notRunning);

export function refusal({ code, message }: AdminFailure): CliError {
  return new CliError(message, code === "not-ready" ? EXIT.notRunning : EXIT.refused);
}
