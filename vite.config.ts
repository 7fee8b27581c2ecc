import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const web = (path: string) => fileURLToPath(new URL(`web/${path}`, import.meta.url));

/** Tells the service worker which files make the shell; their names are known only when everything is bundled. */
function shellList(): Plugin {
  return {
    name: "parley-shell-list",
    generateBundle(_options, bundle) {
      const assets = Object.keys(bundle).filter(
        (name) => name.startsWith("assets/") && !name.endsWith(".map") && !name.includes("gallery"),
      );
      const files = ["/", "/icon.svg", "/icon-badge.svg", "/manifest.webmanifest", ...assets.map((name) => `/${name}`).sort()];
      const version = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 12);
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") throw new Error("The service worker is not in the bundle");
      worker.code = worker.code.replaceAll("__PARLEY_SHELL__", () => JSON.stringify({ version, files }));
    },
  };
}

/** Packs each file beside itself, so that the server need not do it at every answer. */
function packed(): Plugin {
  return {
    name: "parley-packed",
    async writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => /\.(js|css|html)$/.test(name))) {
        const path = join(dir ?? "", name);
        const body = await readFile(path);
        await writeFile(`${path}.gz`, gzipSync(body, { level: 9 }));
        await writeFile(`${path}.br`, brotliCompressSync(body));
      }
    },
  };
}

export default defineConfig({
  root: web(""),
  publicDir: web("public"),
  plugins: [shellList(), packed()],
  build: {
    outDir: fileURLToPath(new URL("dist/web", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // The polyfill is a script of its own that no supported browser needs.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: web("index.html"), gallery: web("gallery.html"), sw: web("sw.ts") },
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
});
