/**
 * Registers the service worker. `register` takes a script's address, which `require-trusted-types-for 'script'`
 * lets through from a policy only; this one knows a single address.
 */
export async function registerWorker(): Promise<ServiceWorkerRegistration | undefined> {
  if (!("serviceWorker" in navigator)) return undefined;
  try {
    const policy = trustedTypesOf(window)?.createPolicy("parley-worker", { createScriptURL: () => "/sw.js" });
    return await navigator.serviceWorker.register((policy?.createScriptURL("") ?? "/sw.js") as string, { type: "module", scope: "/" });
  } catch {
    // Private windows and strict settings refuse workers: notifications then come from the page alone.
    return undefined;
  }
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(input: string): string }): { createScriptURL(input: string): unknown };
}

function trustedTypesOf(view: Window): PolicyFactory | undefined {
  return (view as { trustedTypes?: PolicyFactory }).trustedTypes;
}
