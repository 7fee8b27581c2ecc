import type { Server, ServerSettings } from "./prosody.ts";

export function containerServer(_settings: ServerSettings): Server {
  throw new Error("not yet");
}
