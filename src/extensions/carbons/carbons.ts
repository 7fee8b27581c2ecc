import type { Stream } from "../../client/stream.ts";
import { Emitter } from "../../client/value.ts";
import { buildDisableCarbons, buildEnableCarbons, type Carbon, isCarbon, parseCarbon } from "./stanzas.ts";

export interface Carbons {
  /** Asks for copies. Holds for the stream, and for those that resume it. */
  enable(): Promise<void>;
  disable(): Promise<void>;
  /** What other devices of ours sent and received. */
  readonly copied: Emitter<Carbon>;
}

/**
 * Copies of what other devices of ours send and receive. A forged one is dropped whole: whoever
 * pretends to be our server has nothing to say to us beside.
 */
export function carbons({ stream }: { stream: Pick<Stream, "iq" | "use" | "jid"> }): Carbons {
  const copied = new Emitter<Carbon>();

  stream.use((stanza) => {
    if (!stanza.is("message") || !isCarbon(stanza)) return false;
    const carbon = parseCarbon(stanza, stream.jid);
    if (carbon) copied.emit(carbon);
    return true;
  });

  return {
    copied,
    async enable() {
      await stream.iq.request({ type: "set", payload: buildEnableCarbons() });
    },
    async disable() {
      await stream.iq.request({ type: "set", payload: buildDisableCarbons() });
    },
  };
}
