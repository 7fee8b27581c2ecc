/**
 * The core of an XMPP client: a connection over WebSocket that stays up (RFC 6120, RFC 7395, XEP-0198),
 * signs in with SCRAM (RFC 5802, RFC 7677), asks and answers IQs, and tells what the server took over.
 * Runs in browsers and in Node; extensions build on {@link Stream}, which `parley/component` offers too.
 */
export { type Clock, newId, type NewId, systemClock } from "./clock.ts";
export { Connection, type ConnectionOptions } from "./connection.ts";
export * from "./errors.ts";
export { bareOf, domainOf, localOf, resourceOf } from "./jid.ts";
export type { Limits } from "./limits.ts";
export type { Log, LogEvent } from "./log.ts";
export type { Network } from "./network.ts";
export { parse } from "./parse.ts";
export type { ScramKeys } from "./scram.ts";
export { buildStanzaError, parseStanzaError } from "./stanza-error.ts";
export type { ConnectionState, Iq, IqHandler, IqRequest, StanzaHandler, Stream } from "./stream.ts";
export type { SavedStream } from "./stream-management.ts";
export { Emitter, type ReadonlyValue, type Unsubscribe, Value, type WaitOptions } from "./value.ts";
export type { WebSocketConstructor, WebSocketLike } from "./websocket.ts";
export { type Element, type Node, xml } from "./xml.ts";
