/**
 * The service worker: answers on system notifications go to the page that can act on them, and the shell of the
 * page opens without a network. It never reloads a page: a new version is taken at the next start.
 */

/** The files of the shell; the build fills them in. */
declare const __PARLEY_SHELL__: { version: string; files: string[] };

interface WindowClient {
  url: string;
  visibilityState: string;
  focus(): Promise<WindowClient>;
  postMessage(message: unknown): void;
}

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface WorkerScope {
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(
    type: "fetch",
    listener: (event: ExtendableEvent & { request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
  addEventListener(
    type: "notificationclick",
    listener: (event: ExtendableEvent & { action: string; notification: Notification }) => void,
  ): void;
  clients: {
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  location: Location;
}

const worker = self as unknown as WorkerScope;
const SHELL = `parley-shell-${__PARLEY_SHELL__.version}`;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(__PARLEY_SHELL__.files)));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldShells());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(fromShell(request));
  else if (url.pathname === "/" || url.pathname === "/config.json") event.respondWith(fromNetwork(request));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(answer(event.action, (event.notification.data as { sessionId: string }).sessionId));
});

async function answer(action: string, sessionId: string): Promise<void> {
  const type = action === "accept" || action === "reject" ? action : "open";
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) page.postMessage({ type, sessionId });
  // A rejection needs nobody to look at the page.
  if (type === "reject") return;
  const page = pages[0];
  await (page ? page.focus() : worker.clients.openWindow("/"));
}

/** Files with a hash in their name never change. */
async function fromShell(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** The newest where there is a network; else what was last seen. */
async function fromNetwork(request: Request): Promise<Response> {
  const cache = await caches.open(SHELL);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const known = await cache.match(request);
    if (known) return known;
    throw error;
  }
}

async function forgetOldShells(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("parley-shell-") && name !== SHELL).map((name) => caches.delete(name)));
}
