import type { StanzaError } from "../../client/errors.ts";
import { bareOf } from "../../client/jid.ts";
import { parseStanzaError } from "../../client/stanza-error.ts";
import type { Stream } from "../../client/stream.ts";
import { Emitter } from "../../client/value.ts";
import type { Element } from "../../client/xml.ts";
import type { ChatStates } from "../chat-states/chat-states.ts";
import type { DisplayedMarkers } from "../displayed-markers/displayed-markers.ts";
import type { Receipts } from "../receipts/receipts.ts";
import { ownText } from "../stanza.ts";
import type { IncomingMessage } from "./incoming.ts";
import { buildChat, isPersonal, parseChat } from "./stanzas.ts";
import type { ChatMessage, ChatStateChange, ChatStateName, MessageMark, OutgoingChat } from "./types.ts";

/** Chat between two people, with everything that tells how far a message came. */
export interface Chat {
  /** What was written to us, on whatever device it arrived, and what we wrote on others. */
  readonly received: Emitter<ChatMessage>;
  /** How far messages of ours have come. Anybody may send a mark for any id: it counts if `from` is whom that message was for. */
  readonly marks: Emitter<MessageMark>;
  readonly states: Emitter<ChatStateChange>;
  /** Resolves when it is written to the stream; rejects with OfflineError or StanzaTooLargeError, and then it was not. */
  send(message: OutgoingChat): Promise<void>;
  /** Our server has taken this message over. */
  readonly acked: Emitter<{ id: string }>;
  /** Nobody knows whether our server has got it: the archive can be asked, see `mam.findByOriginIds`. */
  readonly lost: Emitter<{ id: string }>;
  /** It came back. `from`: the bare JID that it could not reach. */
  readonly bounced: Emitter<{ id: string; from: string; error: StanzaError }>;
  /** XEP-0085. Says it once, and only to peers that want to know. */
  sendState(to: string, thread: string | undefined, state: ChatStateName): Promise<void>;
  /** XEP-0333: the message `id`, which wanted a marker, and all before it were displayed. */
  sendMarker(to: string, thread: string | undefined, id: string): Promise<void>;
}

export interface ChatParts {
  stream: Pick<Stream, "acked" | "jid" | "lost" | "send" | "use">;
  incoming: Emitter<IncomingMessage>;
  receipts: Receipts;
  markers: DisplayedMarkers;
  chatStates: ChatStates;
}

export function chat({ stream, incoming, receipts, markers, chatStates }: ChatParts): Chat {
  const received = new Emitter<ChatMessage>();
  const marks = new Emitter<MessageMark>();
  const bounced = new Emitter<{ id: string; from: string; error: StanzaError }>();
  const acked = new Emitter<{ id: string }>();
  const lost = new Emitter<{ id: string }>();

  incoming.on(({ message, provenance }) => {
    const text = parseChat(message, provenance);
    if (text) received.emit(text);
  });
  receipts.delivered.on((delivery) => marks.emit({ ...delivery, kind: "delivered" }));
  markers.displayed.on((display) => marks.emit({ ...display, kind: "read" }));

  stream.use((stanza) => {
    if (!stanza.is("message") || stanza.attrs["type"] !== "error") return;
    const { id, from } = stanza.attrs;
    if (id) bounced.emit({ id, from: bareOf(from ?? stream.jid), error: parseStanzaError(stanza) });
  });
  stream.acked.on((stanza) => withTextId(stanza, (id) => acked.emit({ id })));
  stream.lost.on((stanza) => withTextId(stanza, (id) => lost.emit({ id })));

  return {
    received,
    marks,
    states: chatStates.changed,
    acked,
    lost,
    bounced,
    send: (message) => stream.send(buildChat(message, chatStates.withText(message.to, message.thread))),
    sendState: chatStates.send,
    sendMarker: markers.send,
  };
}

/** Receipts, markers and states are messages too, and nobody waits for their tick. */
function withTextId(stanza: Element, then: (id: string) => void): void {
  const { id } = stanza.attrs;
  if (id && isPersonal(stanza) && ownText(stanza, "body") !== undefined) then(id);
}
