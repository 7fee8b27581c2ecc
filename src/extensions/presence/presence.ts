import { bareOf } from "../../client/jid.ts";
import type { Stream } from "../../client/stream.ts";
import { Emitter, type ReadonlyValue, type Unsubscribe, Value } from "../../client/value.ts";
import type { Caps } from "../caps/caps.ts";
import type { Roster } from "../roster/roster.ts";
import { buildPresence, parsePresence, type Presence } from "./stanzas.ts";

/** What a person says of himself or herself; on the wire the presence's `<show/>` and `<status/>`. */
export type OwnPresence = { type: "ready" } | { type: "not-ready"; reason: string } | { type: "away" };

/** A presence that came in. `from` is the full JID of a client, or a bare JID. */
export type ReceivedPresence = Presence & { from: string };

/** RFC 6121 §3 and §4. */
export interface PresenceExchange {
  readonly own: ReadonlyValue<OwnPresence>;
  /** From now on; told at once when we are online, else with the next sign-in. */
  set(own: OwnPresence): Promise<void>;
  /** Tells the server, which tells those who may know (RFC 6121 §4.2). Only after that do messages come to us. */
  announce(): Promise<void>;
  /** Says that we leave, on purpose; to be followed by the end of the stream. */
  leave(): Promise<void>;
  /** Others' presence, and their wishes to see ours. */
  readonly received: Emitter<ReceivedPresence>;
  /** Lets these see our presence without asking anybody. */
  autoApprove(isTrusted: (jid: string) => boolean): Unsubscribe;
  /** Answers a wish to see our presence, or takes the permission back. */
  allow(jid: string, isAllowed: boolean): Promise<void>;
  /** Asks to see another's presence. */
  subscribe(jid: string): Promise<void>;
}

export interface PresenceParts {
  stream: Pick<Stream, "jid" | "send" | "state" | "use">;
  caps: Caps;
  roster: Roster;
}

/** Own readiness, others' presence, and who may see ours. */
export function presence({ stream, caps, roster }: PresenceParts, initial: OwnPresence): PresenceExchange {
  const own = new Value(initial);
  const received = new Emitter<ReceivedPresence>();
  const trusted = new Set<(jid: string) => boolean>();
  /** Before the session's own beginning (carbons, roster) nothing is told. */
  let hasBegun = false;

  const allow = (jid: string, isAllowed: boolean) =>
    stream.send(buildPresence({ type: isAllowed ? "subscribed" : "unsubscribed" }, bareOf(jid)));

  const announce = async () => {
    hasBegun = true;
    const tag = await caps.tag();
    // What is said now, not what was when the tag was asked for: two changes in a row must not arrive in the wrong order.
    await stream.send(buildPresence({ ...wireForm(own.get()), caps: tag }));
  };

  stream.use((stanza) => {
    const presence = parsePresence(stanza);
    if (!presence) return;
    const from = stanza.attrs["from"] ?? bareOf(stream.jid);
    if (presence.type === "subscribe" && ([...trusted].some((isTrusted) => isTrusted(bareOf(from))) || roster.maySeeUs(from))) {
      // Not sent: we are offline again, and whoever asked asks again.
      allow(from, true).catch(() => {});
    }
    received.emit({ ...presence, from });
  });

  return {
    own,
    received,
    announce,
    allow,
    async set(next) {
      own.set(next);
      if (hasBegun && stream.state.get().type === "online") await announce();
    },
    leave: () => stream.send(buildPresence({ type: "unavailable", signedOut: true })),
    autoApprove(isTrusted) {
      trusted.add(isTrusted);
      return () => trusted.delete(isTrusted);
    },
    subscribe: (jid) => stream.send(buildPresence({ type: "subscribe" }, bareOf(jid))),
  };
}

/** RFC 6121 §4.7.2: dnd is "busy", and the only one of the shows that other clients tell in words of their own. */
function wireForm(own: OwnPresence): Extract<Presence, { type: "available" }> {
  switch (own.type) {
    case "ready":
      return { type: "available", priority: 0 };
    case "not-ready":
      return { type: "available", show: "dnd", status: own.reason, priority: 0 };
    case "away":
      return { type: "available", show: "away", priority: 0 };
  }
}
