/** The pages in which browser figures are measured: each a script of ../page, built as the web page is and served to it. */
import { createServer } from "node:http";
import { join } from "node:path";
import { build } from "vite";

const PAGES = ["round-trip", "sign-in-parley", "sign-in-strophe", "transcript"] as const;

export type PageName = (typeof PAGES)[number];

export interface Site {
  urlOf(name: PageName): string;
  close(): Promise<void>;
}

export async function openSite(port: number): Promise<Site> {
  const scripts = new Map<string, string>(await Promise.all(PAGES.map(async (name) => [`/${name}.js`, await bundle(name)] as const)));
  const server = createServer(({ url = "/" }, response) => {
    const script = scripts.get(url);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Content-Type", script === undefined ? "text/html; charset=utf-8" : "text/javascript; charset=utf-8");
    response.end(
      script ?? `<!doctype html><html lang="en"><title>bench</title><body><script type="module" src="${url}.js"></script></body></html>`,
    );
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return {
    urlOf: (name) => `http://localhost:${port}/${name}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** One page at a time, so that none carries another's code. */
async function bundle(name: PageName): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(import.meta.dirname, `../page/${name}.ts`), output: { format: "es" } },
    },
  });
  if (Array.isArray(built) || !("output" in built) || built.output.length !== 1) throw new Error(`The page ${name} is not one script`);
  return built.output[0].code;
}
