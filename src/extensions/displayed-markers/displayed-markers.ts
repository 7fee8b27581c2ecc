import { bareOf } from "../../client/jid.ts";
import type { Stream } from "../../client/stream.ts";
import { Emitter } from "../../client/value.ts";
import { xml } from "../../client/xml.ts";
import type { IncomingMessage } from "../chat/incoming.ts";
import type { Disco } from "../disco/disco.ts";
import { buildHint } from "../hints/stanzas.ts";
import { buildMarker, NS_MARKERS, parseMarker } from "./stanzas.ts";

/**
 * The peer has seen our message `id`, and all before it. `from` is a bare JID: our own, when another device of ours has
 * seen a message of the peer.
 */
export interface Display {
  from: string;
  id: string;
}

export interface DisplayedMarkers {
  readonly displayed: Emitter<Display>;
  /**
   * Tells the peer that its message `id`, which asked for it, and all before it were on the screen. Tells that
   * somebody is there, too: for peers that may know (§7).
   */
  send(to: string, thread: string | undefined, id: string): Promise<void>;
}

export interface DisplayedMarkersParts {
  stream: Pick<Stream, "send">;
  disco: Disco;
  incoming: Emitter<IncomingMessage>;
}

export function displayedMarkers({ stream, disco, incoming }: DisplayedMarkersParts): DisplayedMarkers {
  const displayed = new Emitter<Display>();
  disco.addFeature(NS_MARKERS);

  incoming.on(({ message, sender }) => {
    const marker = parseMarker(message);
    if (marker?.type === "displayed") displayed.emit({ from: bareOf(sender), id: marker.id });
  });

  return {
    displayed,
    send: (to, thread, id) =>
      stream.send(
        xml(
          "message",
          { to, type: "chat" },
          thread === undefined ? undefined : xml("thread", {}, thread),
          buildMarker({ type: "displayed", id }),
          // It has no text, and without the hint it would be in no archive: the peer's next page shows it as well.
          buildHint("store"),
        ),
      ),
  };
}
