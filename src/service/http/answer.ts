import type { IncomingMessage, ServerResponse } from "node:http";

/** Sends a whole answer. Node leaves the body out of the answer to HEAD. */
export function answer(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) }).end(body);
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  answer(response, status, "text/plain; charset=utf-8", `${text}\n`);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, "application/json", `${JSON.stringify(value)}\n`);
}

/** The path that was asked for, decoded once and not otherwise changed; undefined when it can not be decoded. */
export function pathOf(request: IncomingMessage): string | undefined {
  const [path = "/"] = (request.url ?? "/").split("?");
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
