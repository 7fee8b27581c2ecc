/**
 * Parley IM Sessions, version 0.1.0 (urn:parley:im-session:0)
 * docs/protocol/im-session.md
 *
 * The codecs of both sides: clients build commands and parse what the service answers and pushes,
 * the service parses commands and builds the rest. What is malformed throws MalformedError.
 */
import { MalformedError } from "../../client/errors.ts";
import { xml, type Element } from "../../client/xml.ts";
import { bareJid, bool, children, defined, expectElement, formatTime, integer, onlyChild, oneOf, optional, time, uuid } from "../fields.ts";
import {
  NS_IM_SESSION as NS,
  type Session,
  type SessionCommand,
  type SessionList,
  type SessionPush,
  type SessionReason,
  type SessionState,
} from "./types.ts";

/** The commands by their element, as IQ handlers are registered. */
export const SESSION_COMMANDS = ["invite", "accept", "reject", "end", "done"] as const satisfies readonly SessionCommand["type"][];

export const SESSION_STATES = ["not-connected", "connected", "ended"] as const satisfies readonly SessionState[];

const SESSION_REASONS = [
  "accepted",
  "rejected",
  "timed-out",
  "unreachable",
  "cancelled",
  "answered-elsewhere",
  "signed-out",
  "ended-by-peer",
] as const satisfies readonly SessionReason[];

/**
 * Sessions that are not done, of one agent: their list must fit into one stanza. The service refuses an invitation beyond it
 * (limit `open-sessions`).
 */
export const MAX_SESSIONS = 500;

const version = integer({ min: 0 });

/** The payload of an IQ of type set. */
export function buildCommand(command: SessionCommand): Element {
  return xml(command.type, {
    xmlns: NS,
    id: command.id,
    ...(command.type === "invite" && { to: command.to, answering: command.answering ? "true" : undefined }),
  });
}

export function parseCommand(payload: Element): SessionCommand {
  const type = SESSION_COMMANDS.find((name) => payload.is(name, NS));
  if (!type) throw new MalformedError(payload.getName(), "is no command");
  const id = uuid("id", payload.attrs["id"]);
  if (type !== "invite") return { type, id };
  return {
    type,
    id,
    to: bareJid("to", payload.attrs["to"]),
    answering: optional(bool)("answering", payload.attrs["answering"]) ?? false,
  };
}

/** The payload of an IQ of type get: all sessions of mine that are not done. */
export function buildListRequest(): Element {
  return xml("list", { xmlns: NS });
}

function buildSession(session: Session): Element {
  return xml("session", {
    id: session.id,
    revision: String(session.revision),
    state: session.state,
    mode: session.mode,
    reason: session.reason,
    inviter: session.inviter,
    target: session.target,
    created: formatTime(session.createdAt),
    expires: formatTime(session.expiresAt),
    accepted: session.acceptedAt === undefined ? undefined : formatTime(session.acceptedAt),
    ended: session.endedAt === undefined ? undefined : formatTime(session.endedAt),
    peer: session.peerReachable ? "reachable" : "unreachable",
    done: String(session.done),
  });
}

function parseSession({ attrs }: Element): Session {
  const state = oneOf(...SESSION_STATES)("state", attrs["state"]);
  const acceptedAt = optional(time)("accepted", attrs["accepted"]);
  const endedAt = optional(time)("ended", attrs["ended"]);
  if (state === "connected" && acceptedAt === undefined) throw new MalformedError("accepted", "is missing");
  if (state === "not-connected" && acceptedAt !== undefined) throw new MalformedError("accepted", "contradicts the state");
  if (state === "ended" && endedAt === undefined) throw new MalformedError("ended", "is missing");
  if (state !== "ended" && endedAt !== undefined) throw new MalformedError("ended", "contradicts the state");
  return {
    id: uuid("id", attrs["id"]),
    revision: version("revision", attrs["revision"]),
    state,
    mode: oneOf("parley", "plain")("mode", attrs["mode"]),
    inviter: bareJid("inviter", attrs["inviter"]),
    target: bareJid("target", attrs["target"]),
    createdAt: time("created", attrs["created"]),
    expiresAt: time("expires", attrs["expires"]),
    peerReachable: oneOf("reachable", "unreachable")("peer", attrs["peer"]) === "reachable",
    done: bool("done", attrs["done"]),
    ...defined({ reason: optional(oneOf(...SESSION_REASONS))("reason", attrs["reason"]), acceptedAt, endedAt }),
  };
}

/** The result of every command, and the child of a pushed headline message. */
export function buildSessionPush(push: SessionPush): Element {
  return xml(push.type, { xmlns: NS, version: String(push.version) }, buildSession(push.session));
}

export function parseSessionPush(element: Element | undefined): SessionPush {
  const type = element?.is("offer", NS) ? "offer" : "changed";
  const push = expectElement(element, type, NS);
  return {
    type,
    version: version("version", push.attrs["version"]),
    session: parseSession(onlyChild(push, "session", NS)),
  };
}

/** The pushed element within a message, if it has one. */
export function findSessionPush(message: Element): Element | undefined {
  return message.getChild("offer", NS) ?? message.getChild("changed", NS);
}

/** The result of `<list/>`. */
export function buildSessionList(list: SessionList): Element {
  return xml("sessions", { xmlns: NS, version: String(list.version) }, ...list.sessions.map(buildSession));
}

export function parseSessionList(element: Element | undefined): SessionList {
  const list = expectElement(element, "sessions", NS);
  return {
    version: version("version", list.attrs["version"]),
    sessions: children(list, "session", NS, MAX_SESSIONS).map(parseSession),
  };
}
