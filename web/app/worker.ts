let script: string | undefined;

/**
 * `register` takes a script's address, which `require-trusted-types-for 'script'` lets through from a policy only; this one knows
 * a single address. A page may make it once, and a desk is opened with every sign-in.
 */
function workerScript(): string {
  const address = "/sw.js";
  script ??= (trustedTypesOf(window)
    ?.createPolicy("parley-worker", { createScriptURL: () => address })
    .createScriptURL("") ?? address) as string;
  return script;
}

/** Registers the service worker; resolves when it works, for until then it can show no notification. */
export async function registerWorker(): Promise<ServiceWorkerRegistration | undefined> {
  if (!("serviceWorker" in navigator)) return undefined;
  try {
    const registration = await navigator.serviceWorker.register(workerScript(), { type: "module", scope: "/" });
    await firstWorker(registration);
    return registration.active ? registration : undefined;
  } catch {
    // Private windows and strict settings refuse workers: notifications then come from the page alone.
    return undefined;
  }
}

/** On the first visit the worker has yet to be installed; a newer one waits behind the one that works. */
async function firstWorker({ active, installing, waiting }: ServiceWorkerRegistration): Promise<void> {
  const first = installing ?? waiting;
  if (active || !first) return;
  await new Promise<void>((resolve) => {
    const look = () => {
      if (first.state !== "activated" && first.state !== "redundant") return;
      first.removeEventListener("statechange", look);
      resolve();
    };
    first.addEventListener("statechange", look);
    look();
  });
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(input: string): string }): { createScriptURL(input: string): unknown };
}

function trustedTypesOf(view: Window): PolicyFactory | undefined {
  return (view as { trustedTypes?: PolicyFactory }).trustedTypes;
}
