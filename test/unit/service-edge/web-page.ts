import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen, type Listening } from "../../../src/service/http/listen.ts";
import { readPageFiles } from "../../../src/service/web-page/files.ts";
import { webPage, type WebPageOptions } from "../../../src/service/web-page/web-page.ts";
import { freePorts } from "../../support/ports.ts";

const HTML = "<!doctype html><title>Parley</title>";
const SCRIPT = "export const greeting = 'hello';\n".repeat(50);

let root: string;
let port: number;
const servers: Listening[] = [];

async function serve(options: Partial<WebPageOptions> = {}): Promise<number> {
  const [free] = (await freePorts(1)) as [number];
  const page = webPage({
    files: await readPageFiles(join(root, "page")),
    websocket: "wss://chat.example.org:5281/xmpp-websocket",
    domain: "example.org",
    serviceDomain: "parley.example.org",
    inviteTimeoutS: 30,
    frameAncestors: "'self'",
    behindTls: false,
    ...options,
  });
  servers.push(await listen(page, { port: free, host: "127.0.0.1" }, { onError: (error) => expect.unreachable(error.message) }));
  return free;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "parley-page-"));
  await mkdir(join(root, "page/assets"), { recursive: true });
  await mkdir(join(root, "page/contact"));
  await writeFile(join(root, "secret.txt"), "out of bounds");
  await writeFile(join(root, "page/index.html"), HTML);
  await writeFile(join(root, "page/contact/index.html"), HTML);
  await writeFile(join(root, "page/sw.js"), SCRIPT);
  await writeFile(join(root, "page/.env"), "out of bounds");
  await writeFile(join(root, "page/notes.md"), "out of bounds");
  await writeFile(join(root, "page/assets/index-4f2a.js.map"), "out of bounds");
  await writeFile(join(root, "page/manifest.webmanifest"), "{}");
  await writeFile(join(root, "page/assets/index-4f2a.js"), SCRIPT);
  await writeFile(join(root, "page/assets/index-4f2a.js.br"), brotliCompressSync(SCRIPT));
  await writeFile(join(root, "page/assets/index-4f2a.js.gz"), gzipSync(SCRIPT));
  await symlink(join(root, "secret.txt"), join(root, "page/link.txt"));
  port = await serve();
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(root, { recursive: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** With the path as it is given: fetch would tidy it. */
async function get(path: string, headers: Record<string, string> = {}, { method = "GET", on = port } = {}): Promise<Answer> {
  const request = httpRequest({ port: on, host: "127.0.0.1", path, method, headers, agent: false }).end();
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

describe("the web page's server", () => {
  test.each([
    ["/", "text/html; charset=utf-8", "no-store", HTML],
    ["/index.html", "text/html; charset=utf-8", "no-store", HTML],
    ["/contact/", "text/html; charset=utf-8", "no-store", HTML],
    ["/?agent=a#top", "text/html; charset=utf-8", "no-store", HTML],
    ["/sw.js", "text/javascript; charset=utf-8", "no-cache", SCRIPT],
    ["/manifest.webmanifest", "application/manifest+json", "no-cache", "{}"],
    ["/assets/index-4f2a.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", SCRIPT],
  ])("serves %s as %s, cached %s", async (path, type, cacheControl, body) => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe(type);
    expect(answer.headers["cache-control"]).toBe(cacheControl);
    expect(answer.headers["content-length"]).toBe(String(Buffer.byteLength(body)));
    expect(answer.body.toString()).toBe(body);
  });

  test("tells the page where its server is", async () => {
    const { headers, body } = await get("/config.json");
    expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
    expect(JSON.parse(body.toString())).toEqual({
      websocket: "wss://chat.example.org:5281/xmpp-websocket",
      domain: "example.org",
      service: "parley.example.org",
      inviteTimeoutS: 30,
    });
  });

  const WHOLE_PATH = ["/", "/config.json", "/assets/index-4f2a.js", "/nothing", "/%", "/../secret.txt"];
  test.each([...WHOLE_PATH.map((path) => [path, "GET"]), ["/", "POST"], ["/", "HEAD"], ["/", "OPTIONS"]])(
    "puts the security headers on the answer to %s (%s)",
    async (path, method) => {
      const { headers } = await get(path, {}, { method: method });
      expect(headers["content-security-policy"]).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' wss://chat.example.org:5281; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types lit-html parley-worker",
      );
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": expect.stringContaining("microphone=(self), camera=()"),
      });
      expect(headers["strict-transport-security"]).toBeUndefined();
      expect(headers["x-powered-by"]).toBeUndefined();
    },
  );

  test("asks for https only behind TLS, and allows frames as it is set", async () => {
    const on = await serve({ behindTls: true, frameAncestors: "https://crm.example.org" });
    const { headers } = await get("/", {}, { on });
    expect(headers["strict-transport-security"]).toMatch(/^max-age=31536000/);
    expect(headers["content-security-policy"]).toContain("; frame-ancestors https://crm.example.org;");
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/../../secret.txt",
    "/assets/..%5c..%5csecret.txt",
    "/%252e%252e/secret.txt",
    "//secret.txt",
    "/page/../../secret.txt",
    "/link.txt",
    "/.env",
    "/notes.md",
    "/assets/index-4f2a.js.map",
    "/assets/index-4f2a.js.br",
    "/assets/",
    "/contact",
    "/index.html/",
    "/INDEX.HTML",
    "/%00",
    "/index.html%00",
    "/%",
    "/%ff",
    "/__proto__",
    "/constructor",
  ])("has nothing at %s", async (path) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(404);
    expect(headers["cache-control"]).toBe("no-store");
    expect(body.toString()).not.toContain("out of bounds");
  });

  test.each([
    "GET secret.txt HTTP/1.1\r\nHost: x",
    "GET http://evil.example/../secret.txt HTTP/1.1\r\nHost: x",
    "GET / HTTP/1.1\r\nHost: x\r\nX: \u0001",
  ])("survives the request %j", async (text) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.end(`${text}\r\nConnection: close\r\n\r\n`);
    let answer = "";
    for await (const chunk of socket.setEncoding("utf8")) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404)/);
    expect(answer).not.toContain("out of bounds");
    expect((await get("/")).status).toBe(200);
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])("refuses %s", async (method) => {
    const { status, headers } = await get("/", {}, { method });
    expect(status).toBe(405);
    expect(headers["allow"]).toBe("GET, HEAD");
  });

  test("answers HEAD as GET, without the body", async () => {
    const head = await get("/assets/index-4f2a.js", {}, { method: "HEAD" });
    const full = await get("/assets/index-4f2a.js");
    expect(head.body).toHaveLength(0);
    const { date: _, ...headers } = head.headers;
    expect(full.headers).toMatchObject(headers);
  });

  test.each([
    ["br, gzip", "br"],
    ["gzip, deflate, br;q=0.8", "br"],
    ["gzip", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["GZIP", "gzip"],
    ["br;q=0, gzip;q=0.000", undefined],
    ["identity", undefined],
    ["", undefined],
    ["brx", undefined],
  ])("with Accept-Encoding %j sends %s", async (accept, encoding) => {
    const { headers, body } = await get("/assets/index-4f2a.js", { "accept-encoding": accept });
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headers["vary"]).toBe("Accept-Encoding");
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(body).toEqual(encoding === "br" ? brotliCompressSync(SCRIPT) : encoding === "gzip" ? gzipSync(SCRIPT) : Buffer.from(SCRIPT));
  });

  test("answers 304 to who has it already, for each coding by itself", async () => {
    const first = await get("/assets/index-4f2a.js", { "accept-encoding": "br" });
    const etag = first.headers["etag"]!;
    for (const known of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
      const again = await get("/assets/index-4f2a.js", { "accept-encoding": "br", "if-none-match": known });
      expect(again.status).toBe(304);
      expect(again.body).toHaveLength(0);
      expect(again.headers).toMatchObject({ etag, "cache-control": first.headers["cache-control"], vary: "Accept-Encoding" });
    }
    expect((await get("/assets/index-4f2a.js", { "if-none-match": etag })).status).toBe(200);
    expect((await get("/sw.js", { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("says in words that the page is not built", async () => {
    const on = await serve({ files: await readPageFiles(join(root, "absent")) });
    const { status, body } = await get("/", {}, { on });
    expect(status).toBe(503);
    expect(body.toString()).toContain("not built");
    expect((await get("/config.json", {}, { on })).status).toBe(200);
  });
});
