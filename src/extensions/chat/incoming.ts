import { type Clock, type NewId } from "../../client/clock.ts";
import { bareOf } from "../../client/jid.ts";
import type { Stream } from "../../client/stream.ts";
import { Emitter } from "../../client/value.ts";
import type { Element } from "../../client/xml.ts";
import type { Carbons } from "../carbons/carbons.ts";
import { parseOwnServersDelay } from "../delay/stanzas.ts";
import { parseStanzaId } from "../stanza-ids/stanzas.ts";
import { isPersonal, parseParties, type Provenance } from "./stanzas.ts";
import type { ChatMessage } from "./types.ts";

/** A message between two people, with what is known of where it came from. */
export interface IncomingMessage {
  /** Of a carbon: the message that was copied. */
  message: Element;
  /** The sender's full JID. */
  sender: string;
  direction: ChatMessage["direction"];
  provenance: Provenance;
}

export interface IncomingParts {
  stream: Pick<Stream, "jid" | "use">;
  carbons: Carbons;
  clock: Clock;
  newId: NewId;
}

/**
 * The messages between people that come in, to this device or as copies from another: one flow for all extensions
 * that look into messages. Errors, headlines and group chat are something else.
 */
export function incomingMessages({ stream, carbons, clock, newId }: IncomingParts): Emitter<IncomingMessage> {
  const incoming = new Emitter<IncomingMessage>();

  const take = (message: Element, source: Provenance["source"], firstSeenAt?: number) => {
    const own = bareOf(stream.jid);
    const parties = isPersonal(message) ? parseParties(message, own) : undefined;
    if (!parties) return;
    const delay = parseOwnServersDelay(message, own);
    const now = clock.now();
    incoming.emit({
      message,
      sender: message.attrs["from"] ?? own,
      direction: parties.direction,
      provenance: {
        own,
        source,
        // Nothing was written in the future, whatever a stamp says.
        at: Math.min(delay?.stamp ?? firstSeenAt ?? now, now),
        delayed: delay !== undefined,
        archiveId: parseStanzaId(message, own),
        newId,
      },
    });
  };

  stream.use((stanza) => {
    if (stanza.is("message")) take(stanza, "live");
  });
  carbons.copied.on(({ message, delay }) => take(message, "carbon", delay?.stamp));

  return incoming;
}
