/**
 * XEP-0085: Chat State Notifications, version 2.1
 * https://xmpp.org/extensions/xep-0085.html
 */
import { xml, type Element } from "../../client/xml.ts";
import type { ChatStateName } from "../chat/types.ts";
import { known } from "../stanza.ts";

export const NS_CHAT_STATES = "http://jabber.org/protocol/chatstates";

const STATES = ["active", "composing", "paused", "inactive", "gone"] as const satisfies readonly ChatStateName[];

export function buildChatState(state: ChatStateName): Element {
  return xml(state, { xmlns: NS_CHAT_STATES });
}

/** None when there are several: a message MUST NOT have more than one (§5.6). */
export function parseChatState(message: Element): ChatStateName | undefined {
  const states = message.getChildElements().filter((child) => child.getNS() === NS_CHAT_STATES);
  return states.length === 1 ? known(STATES, states[0]!.getName()) : undefined;
}
