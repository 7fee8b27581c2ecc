import type { Stream } from "../../client/stream.ts";
import type { Disco } from "../disco/disco.ts";
import { buildPing, NS_PING } from "./stanzas.ts";

export interface Ping {
  /** Resolves when `to` (none: our own server) has answered; rejects as `iq.request` does. An error is told as one, though it is an answer. */
  ask(to?: string, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<void>;
}

/** Asks whether somebody is there, and says that we are. */
export function ping({ stream, disco }: { stream: Pick<Stream, "iq">; disco: Disco }): Ping {
  disco.addFeature(NS_PING);
  stream.iq.handle("get", "ping", NS_PING, () => undefined);

  return {
    async ask(to, options) {
      await stream.iq.request({ type: "get", payload: buildPing(), ...(to !== undefined && { to }), ...options });
    },
  };
}
