/** How long a page that was just reloaded waits for its predecessor to let go. */
const PREDECESSOR_MS = 1_000;

const KEY = "parley-tab";

/** This tab, as far as storage and streams belong to it. */
export interface Tab {
  id: string;
  /** The page before this one in the same tab had this id, and is gone: its stream can be resumed. */
  isReload: boolean;
}

/** The lock that a tab holds as long as its page lives. */
export const lockOf = (tabId: string): string => `parley-tab:${tabId}`;

/**
 * Gives this tab an id that survives a reload. A duplicated tab has a copy of the session storage, id included:
 * the lock tells the two apart, and the copy becomes a tab of its own.
 */
export async function claimTab(newId: () => string, storage: Pick<Storage, "getItem" | "setItem"> = sessionStorage): Promise<Tab> {
  const before = readItem(storage);
  if (before && (await holdLock(lockOf(before), PREDECESSOR_MS))) return { id: before, isReload: true };
  const id = newId();
  await holdLock(lockOf(id), PREDECESSOR_MS);
  try {
    storage.setItem(KEY, id);
  } catch {
    // Without session storage a reload is a new tab.
  }
  return { id, isReload: false };
}

function readItem(storage: Pick<Storage, "getItem">): string | null {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Resolves with true once the lock is held, for as long as the page lives; with false when another page keeps it. */
function holdLock(name: string, patienceMs: number): Promise<boolean> {
  // Only secure contexts have locks; elsewhere each page is a tab of its own.
  if (!navigator.locks) return Promise.resolve(false);
  return new Promise((resolve) => {
    navigator.locks
      .request(name, { signal: AbortSignal.timeout(patienceMs) }, () => {
        resolve(true);
        return new Promise<never>(() => {});
      })
      .catch(() => resolve(false));
  });
}
