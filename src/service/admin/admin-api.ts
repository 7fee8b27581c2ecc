/**
 * The administrators' interface, HTTP on a socket in the data folder. Whoever may open the socket is an administrator: its file mode is
 * the only permission there is. docs/command-line.md shows how to use it with curl.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createInterface } from "node:readline";
import type { Accounts } from "../accounts/accounts.ts";
import type { ParleyService } from "../api.ts";
import { FieldError } from "../errors.ts";
import { answerJson, pathOf } from "../http/answer.ts";
import type { Log } from "../log.ts";
import { administration } from "./administration.ts";
import { describeFailure, INTERNAL, NotReadyError, STATUS } from "./failures.ts";
import { importAgents } from "./import-agents.ts";
import * as requests from "./requests.ts";
import { ROLES, DEFAULT_ROLE } from "./roles.ts";
import type { ImportReport, ImportRow } from "./types.ts";

export type AdminService = Pick<ParleyService, "agents" | "sessions" | "audit"> & { accounts: Accounts; domain: string };

export interface AdminApiOptions {
  /** Undefined while the service starts or stops. */
  service: () => AdminService | undefined;
  log: Log;
}

interface Call {
  service: AdminService;
  request: IncomingMessage;
  response: ServerResponse;
  /** Out of the path. */
  logon: string;
  query: Record<string, string>;
}

/** Resolves to the answer, or to undefined when it has answered by itself. */
type Handler = (call: Call) => Promise<object | undefined>;

const { parseInput } = requests;

const ROUTES: Record<string, Handler> = {
  "GET /agents": async ({ service, query }) => service.agents.list(parseInput(requests.listQuery, query)),
  "GET /agents/:logon": async ({ service, logon }) => service.agents.get(logon),
  "POST /agents": async ({ service, request }) => {
    const { password, existingAccount, ...agent } = parseInput(requests.addRequest, await readJson(request));
    return administration(service).add({ rights: ROLES[DEFAULT_ROLE], ...agent }, { password, existingAccount });
  },
  "POST /agents/import": importRows,
  "PUT /agents/:logon/password": async ({ service, request, logon }) =>
    administration(service).changePassword(logon, parseInput(requests.passwordRequest, await readJson(request)).password),
  "PATCH /agents/:logon/rights": async ({ service, request, logon }) =>
    service.agents.setRights(logon, parseInput(requests.rightsRequest, await readJson(request))),
  "DELETE /agents/:logon": async ({ service, logon, query }) => {
    await administration(service).remove(logon, parseInput(requests.removeQuery, query));
    return {};
  },
  "GET /sessions": async ({ service, query }) => ({ sessions: await service.sessions.list(parseInput(requests.sessionsQuery, query)) }),
  "GET /audit": async ({ service, query }) => ({ rows: await service.audit.list(parseInput(requests.auditQuery, query)) }),
};

export function adminApi({ service, log }: AdminApiOptions): RequestListener {
  return (request, response) => {
    handle(request, response, service).catch((error: unknown) => {
      const failure = describeFailure(error) ?? INTERNAL;
      if (failure === INTERNAL) log.error({ err: error }, "an administrator's request failed");
      if (!response.headersSent) answerJson(response, STATUS[failure.code], { error: failure });
      else response.destroy();
    });
  };
}

async function handle(request: IncomingMessage, response: ServerResponse, current: AdminApiOptions["service"]): Promise<void> {
  const path = pathOf(request) ?? "/";
  const [, first = "", second, third] = path.split("/");
  const isList = second === undefined || (first === "agents" && second === "import");
  const pattern = isList ? path : ["", first, ":logon", ...(third === undefined ? [] : [third])].join("/");
  const route = `${request.method} ${pattern}`;
  const handler = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined;
  if (!handler) throw new FieldError("request", `there is no ${request.method} ${path}`);

  const service = current();
  if (!service) throw new NotReadyError();
  const query = Object.fromEntries(new URL(request.url ?? "/", "http://parley").searchParams);
  const answer = await handler({ service, request, response, logon: second ?? "", query });
  if (answer) answerJson(response, 200, answer);
}

const MAX_BODY = 64 * 1024;

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > MAX_BODY) throw new FieldError("request", "is too large");
  }
  return parseJson(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FieldError("request", "is not JSON");
  }
}

/** Takes a row a line and reports a line a row, both as JSON, while the import goes on. */
async function importRows({ service, request, response, query }: Call): Promise<undefined> {
  const { existingAccounts = false } = parseInput(requests.importQuery, query);
  response.writeHead(200, { "Content-Type": "application/x-ndjson" });
  const report = (line: ImportReport) => response.write(`${JSON.stringify(line)}\n`);
  try {
    await importAgents(readRows(request), { ...service, defaultRights: ROLES[DEFAULT_ROLE], existingAccounts, report });
    report({ type: "end" });
  } catch (error) {
    const failure = describeFailure(error);
    report({ type: "end", error: failure ?? INTERNAL });
    if (!failure) throw error;
  } finally {
    response.end();
  }
  return undefined;
}

async function* readRows(request: IncomingMessage): AsyncGenerator<ImportRow> {
  // A client that goes away ends the rows; what it sent is done.
  for await (const line of createInterface({ input: request, crlfDelay: Infinity })) {
    if (line) yield parseInput(requests.importRow, parseJson(line));
  }
}
