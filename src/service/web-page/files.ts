/**
 * The built web page, read into memory at the start: what is not in the map does not exist, so no path can lead out of the folder,
 * and a build that replaces files while the service runs can not mix two versions.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

export interface PageFile {
  type: string;
  cacheControl: string;
  plain: Representation;
  /** Made by the build, beside the file: name.js.br, name.js.gz. */
  br?: Representation;
  gzip?: Representation;
}

export interface Representation {
  body: Buffer;
  etag: string;
}

/** Files by their path on the web, "/assets/index-4f2a.js"; an index.html also by its folder's. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Reads the folder. An absent one has no files. */
export async function readPageFiles(folder: string): Promise<PageFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const bodies = new Map<string, Buffer>();
  for (const entry of entries) {
    if (!entry.isFile() || entry.name.startsWith(".")) continue;
    const path = join(entry.parentPath, entry.name);
    bodies.set(`/${relative(folder, path).split(sep).join("/")}`, await readFile(path));
  }

  const files = new Map<string, PageFile>();
  for (const [path, body] of bodies) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const [br, gzip] = [bodies.get(`${path}.br`), bodies.get(`${path}.gz`)];
    const file: PageFile = {
      type,
      cacheControl: cacheControlOf(path),
      plain: represent(body),
      ...(br && { br: represent(br) }),
      ...(gzip && { gzip: represent(gzip) }),
    };
    files.set(path, file);
    if (path.endsWith("/index.html")) files.set(path.slice(0, -"index.html".length), file);
  }
  return files;
}

function represent(body: Buffer): Representation {
  return { body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}

/** The build puts a hash of the content into the names under assets/; everything else keeps its name when it changes. */
function cacheControlOf(path: string): string {
  if (path.startsWith("/assets/")) return "public, max-age=31536000, immutable";
  return path.endsWith(".html") ? "no-store" : "no-cache";
}

/** What a build of the web page holds. Anything else, source maps included, is not served. */
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".wav": "audio/wav",
  ".txt": "text/plain; charset=utf-8",
};
