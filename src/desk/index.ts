/** The agent's desk as state and commands: all that a user interface needs, without XML and without a document. */
export * from "./types.ts";
export type { PlainWords, SignedIn, SignInOptions } from "./options.ts";
export { DeskError } from "./errors.ts";
export { memoryStorage } from "./memory-storage.ts";
export { signIn } from "./sign-in.ts";
export { type Clock, type NewId, newId, systemClock } from "../client/clock.ts";
export { type Log, type LogEvent, noLog } from "../client/log.ts";
export { type Network, unknownNetwork } from "../client/network.ts";
export type { ScramKeys } from "../client/scram.ts";
export type { SavedStream } from "../client/stream-management.ts";
export type { WebSocketConstructor } from "../client/websocket.ts";
export { Emitter, type ReadonlyValue, type Unsubscribe, Value } from "../client/value.ts";
