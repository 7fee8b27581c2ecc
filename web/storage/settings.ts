import * as v from "valibot";

const schema = v.object({
  /** A sound for invitations, and for messages of conversations that are not in front. */
  sound: v.fallback(v.boolean(), true),
  /** Notifications of the operating system while the page is not in front. */
  systemNotifications: v.fallback(v.boolean(), true),
  /** System notifications show no text of messages. */
  privateNotifications: v.fallback(v.boolean(), true),
  theme: v.fallback(v.picklist(["system", "light", "dark"]), "system"),
  density: v.fallback(v.picklist(["comfortable", "compact"]), "comfortable"),
  /** Enter sends and Shift+Enter makes a line; else Enter makes a line and Ctrl+Enter sends. */
  enterSends: v.fallback(v.boolean(), true),
});

/** What an agent can set, on this device. */
export type Settings = v.InferOutput<typeof schema>;

export const DEFAULT_SETTINGS: Settings = v.parse(schema, {
  sound: undefined,
  systemNotifications: undefined,
  privateNotifications: undefined,
  theme: undefined,
  density: undefined,
  enterSends: undefined,
});

/** Reads what was stored; anything unknown or broken in it becomes the default. */
export function parseSettings(stored: unknown): Settings {
  const given = typeof stored === "object" && stored !== null ? stored : {};
  return v.parse(schema, { ...DEFAULT_SETTINGS, ...given });
}

/** The settings of one agent (bare JID) on this device. */
export function readSettings(jid: string, storage: Pick<Storage, "getItem"> = localStorage): Settings {
  try {
    return parseSettings(JSON.parse(storage.getItem(keyOf(jid)) ?? "{}"));
  } catch {
    // Storage is forbidden, or someone else wrote there: the defaults serve.
    return DEFAULT_SETTINGS;
  }
}

export function writeSettings(jid: string, settings: Settings, storage: Pick<Storage, "setItem"> = localStorage): void {
  try {
    storage.setItem(keyOf(jid), JSON.stringify(settings));
  } catch {
    // Storage is full or forbidden: the settings hold until the page goes.
  }
}

function keyOf(jid: string): string {
  return `parley-settings:${jid}`;
}
