import type { Element } from "../../../src/client/index.ts";
import {
  buildCommand,
  buildListRequest,
  buildSessionList,
  buildSessionPush,
  buildSessionRefusal,
  NS_IM_SESSION,
  parseCommand,
  parseSessionList,
  parseSessionPush,
  parseSessionRefusal,
} from "../../../src/extensions/im-session/index.ts";
import { protocolSuite } from "../../support/protocol-suite.ts";

function rebuild(payload: Element): Element {
  switch (payload.getName()) {
    case "offer":
    case "changed":
      return buildSessionPush(parseSessionPush(payload));
    case "sessions":
      return buildSessionList(parseSessionList(payload));
    case "list":
      return buildListRequest();
    default: {
      const refusal = parseSessionRefusal(payload);
      return refusal ? buildSessionRefusal(refusal) : buildCommand(parseCommand(payload));
    }
  }
}

protocolSuite({
  name: "im-session",
  xmlns: NS_IM_SESSION,
  rebuild,
  beyondSchema: /^changed\.(accepted|ended)\.(missing-)?in-/,
});
