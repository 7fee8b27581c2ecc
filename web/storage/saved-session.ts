import type { SavedStream, ScramKeys } from "../../src/desk/index.ts";

const KEY = "parley-session";

/** What lets a reloaded page go on without the password. Lives in session storage: as long as the tab. */
export interface SavedSession {
  logon: string;
  keys: ScramKeys;
  /** Of the page that went; resumed by its successor only. */
  stream?: SavedStream;
}

export function readSavedSession(storage: Pick<Storage, "getItem"> = sessionStorage): SavedSession | undefined {
  try {
    const saved: unknown = JSON.parse(storage.getItem(KEY) ?? "null");
    return isSavedSession(saved) ? saved : undefined;
  } catch {
    return undefined;
  }
}

/** Stores it; `undefined` forgets it. */
export function writeSavedSession(
  session: SavedSession | undefined,
  storage: Pick<Storage, "setItem" | "removeItem"> = sessionStorage,
): void {
  try {
    if (session) storage.setItem(KEY, JSON.stringify(session));
    else storage.removeItem(KEY);
  } catch {
    // Without session storage a reload asks for the password.
  }
}

function isSavedSession(saved: unknown): saved is SavedSession {
  return (
    typeof saved === "object" &&
    saved !== null &&
    "logon" in saved &&
    typeof saved.logon === "string" &&
    "keys" in saved &&
    typeof saved.keys === "object"
  );
}
