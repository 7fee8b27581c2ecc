import type { Clock } from "../../client/clock.ts";
import { bareOf } from "../../client/jid.ts";
import type { Network } from "../../client/network.ts";
import type { Stream } from "../../client/stream.ts";
import { Emitter } from "../../client/value.ts";
import { xml } from "../../client/xml.ts";
import type { IncomingMessage } from "../chat/incoming.ts";
import type { Disco } from "../disco/disco.ts";
import { buildReceipt, NS_RECEIPTS, parseReceipt } from "./stanzas.ts";

/** A device of the peer has got our message. `from` is a bare JID. */
export interface Delivery {
  from: string;
  id: string;
}

export interface Receipts {
  readonly delivered: Emitter<Delivery>;
}

export interface ReceiptsParts {
  stream: Pick<Stream, "send">;
  disco: Disco;
  incoming: Emitter<IncomingMessage>;
  clock: Pick<Clock, "setTimeout">;
  network: Pick<Network, "isVisible">;
}

export interface ReceiptsOptions {
  /** Whether this bare JID may learn that we are there: a receipt leaks presence (§8). */
  mayAnswer: (peer: string) => boolean;
}

/**
 * So long a receipt lets a message go first: the server archives both, one after the other, and nobody waits for the tick as
 * somebody waits for the answer.
 */
export const GIVE_WAY_MS = 100;

/** Answers receipt requests and reports the receipts that come back. */
export function receipts({ stream, disco, incoming, clock, network }: ReceiptsParts, { mayAnswer }: ReceiptsOptions): Receipts {
  const delivered = new Emitter<Delivery>();
  disco.addFeature(NS_RECEIPTS);

  incoming.on(({ message, sender, direction, provenance: { source } }) => {
    const receipt = parseReceipt(message);
    if (!receipt || direction === "out") return;
    const { id, type } = message.attrs;

    if (receipt.type === "received") {
      delivered.emit({ from: bareOf(sender), id: receipt.id });
    } else if (source === "live" && id && mayAnswer(bareOf(sender))) {
      // Each device answers what reached itself: > Forwarded inbound messages MUST NOT be auto-replied to (XEP-0280 §10.4)
      const answer = xml("message", { to: sender, type }, buildReceipt({ type: "received", id }));
      // Not sent: we are offline again. The sender goes without this tick, as after any loss.
      const send = () => void stream.send(answer).catch(() => {});
      // Timers of a hidden page may be a minute late; nobody answers from there.
      if (network.isVisible()) clock.setTimeout(send, GIVE_WAY_MS);
      else send();
    }
  });

  return { delivered };
}
