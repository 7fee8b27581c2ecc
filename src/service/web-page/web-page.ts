import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { answer, answerText, pathOf } from "../http/answer.ts";
import type { PageFile, PageFiles, Representation } from "./files.ts";
import { securityHeaders, type SecurityOptions } from "./security-headers.ts";

export interface WebPageOptions extends SecurityOptions {
  files: PageFiles;
  domain: string;
  serviceDomain: string;
  inviteTimeoutS: number;
}

/** Serves the web page, and `/config.json` that tells it where its server is. */
export function webPage({ files, ...options }: WebPageOptions): RequestListener {
  const headers = securityHeaders(options);
  const config = JSON.stringify({
    websocket: options.websocket,
    domain: options.domain,
    service: options.serviceDomain,
    inviteTimeoutS: options.inviteTimeoutS,
  });

  return (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      return answerText(response, 405, "Only GET and HEAD");
    }
    const path = pathOf(request);
    if (path === "/config.json") {
      response.setHeader("Cache-Control", "no-store");
      return answer(response, 200, "application/json", config);
    }
    const file = path === undefined ? undefined : files.get(path);
    if (file) return answerFile(request, response, file);
    response.setHeader("Cache-Control", "no-store");
    if (files.size === 0) return answerText(response, 503, "The web page is not built: npm start builds it");
    answerText(response, 404, "There is no such page");
  };
}

function answerFile(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  const { encoding, representation } = chooseRepresentation(file, request.headers["accept-encoding"]);
  response.setHeader("Cache-Control", file.cacheControl);
  response.setHeader("ETag", representation.etag);
  if (file.br || file.gzip) response.setHeader("Vary", "Accept-Encoding");
  // RFC 9110 §13.1.2: the comparison is weak, and "*" matches whatever there is.
  const known = request.headers["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (known?.some((tag) => tag === representation.etag || tag === "*")) {
    response.writeHead(304).end();
    return;
  }
  if (encoding) response.setHeader("Content-Encoding", encoding);
  answer(response, 200, file.type, representation.body);
}

function chooseRepresentation(file: PageFile, acceptEncoding = ""): { encoding?: "br" | "gzip"; representation: Representation } {
  // RFC 9110 §12.5.3: "q=0" refuses a coding.
  const accepted = acceptEncoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => !/;\s*q=0(\.0*)?$/.test(coding))
    .map((coding) => coding.split(";")[0]!.trim());
  for (const encoding of ["br", "gzip"] as const) {
    const representation = file[encoding];
    if (representation && accepted.includes(encoding)) return { encoding, representation };
  }
  return { representation: file.plain };
}
