import { bareOf } from "../../client/jid.ts";
import type { Stream } from "../../client/stream.ts";
import { Emitter } from "../../client/value.ts";
import { xml } from "../../client/xml.ts";
import type { IncomingMessage } from "../chat/incoming.ts";
import type { ChatStateChange, ChatStateName } from "../chat/types.ts";
import type { Disco } from "../disco/disco.ts";
import { defined } from "../fields.ts";
import { ownText } from "../stanza.ts";
import { buildChatState, NS_CHAT_STATES, parseChatState } from "./stanzas.ts";

export interface ChatStates {
  /** The other side's states, as they happen. */
  readonly changed: Emitter<ChatStateChange>;
  /** Says the state in a message of its own, if it is news, and the peer did not show that it does not want to know. */
  send(to: string, thread: string | undefined, state: ChatStateName): Promise<void>;
  /** The state that goes with a text: it is sent by the caller. */
  withText(to: string, thread: string | undefined): ChatStateName | undefined;
}

export interface ChatStatesParts {
  stream: Pick<Stream, "send">;
  disco: Disco;
  incoming: Emitter<IncomingMessage>;
}

export function chatStates({ stream, disco, incoming }: ChatStatesParts): ChatStates {
  const changed = new Emitter<ChatStateChange>();
  /** Peers whose last text came without a state. */
  const silent = new Set<string>();
  /** What each conversation last heard from us. */
  const said = new Map<string, ChatStateName>();
  const keyOf = (to: string, thread = "") => `${bareOf(to)}\n${thread}`;

  disco.addFeature(NS_CHAT_STATES);

  incoming.on(({ message, sender, direction, provenance: { delayed } }) => {
    if (direction === "out") return;
    const state = parseChatState(message);
    // > If the Contact replies but does not include a chat state notification extension, the User MUST NOT send subsequent chat state
    // > notifications to the Contact. (§5.1)
    if (state) silent.delete(bareOf(sender));
    else if (ownText(message, "body")) silent.add(bareOf(sender));
    // Who was typing an hour ago is not typing now.
    if (state && !delayed) changed.emit({ from: sender, ...defined({ thread: ownText(message, "thread") }), state });
  });

  return {
    changed,
    async send(to, thread, state) {
      const key = keyOf(to, thread);
      // > …a client MUST NOT send a second instance of any given standalone notification (§5.3)
      if (silent.has(bareOf(to)) || said.get(key) === state) return;
      said.set(key, state);
      const threadElement = thread === undefined ? undefined : xml("thread", {}, thread);
      await stream.send(xml("message", { to, type: "chat" }, threadElement, buildChatState(state)));
      if (state === "gone") said.delete(key);
    },
    withText(to, thread) {
      if (silent.has(bareOf(to))) return undefined;
      said.set(keyOf(to, thread), "active");
      return "active";
    },
  };
}
