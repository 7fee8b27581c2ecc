import type { Clock, NewId } from "../client/clock.ts";
import type { Log } from "../client/log.ts";
import type { Network } from "../client/network.ts";
import type { ScramKeys } from "../client/scram.ts";
import type { SavedStream } from "../client/stream-management.ts";
import type { ReadonlyValue } from "../client/value.ts";
import type { WebSocketConstructor } from "../client/websocket.ts";
import type { Desk, DeskStorage } from "./types.ts";

/** Words the desk itself sends to people with ordinary XMPP clients. */
export interface PlainWords {
  /** In place of an invitation they could not read. */
  invitation(inviterName: string): string;
  /** When their message was not taken. */
  refusal(): string;
}

export interface SignInOptions {
  /** `wss://…/xmpp-websocket` */
  websocket: string;
  /** Of the agents: `example.org`. */
  domain: string;
  /** Of Parley's service: `parley.example.org`. */
  service: string;
  /** The part of the agent's JID before the `@`. */
  logon: string;
  credentials: { password: string } | { keys: ScramKeys };
  /** Of an earlier page of this tab: the stream is resumed where the server still has it. */
  saved?: SavedStream;
  /** Or what opens it: a first sign-in goes on meanwhile. */
  storage: DeskStorage | (() => Promise<DeskStorage>);
  network?: Network;
  clock?: Clock;
  newId?: NewId;
  log?: Log;
  plainWords?: PlainWords;
  /** Where there is none in the surroundings (Node). */
  webSocket?: WebSocketConstructor;
}

export interface SignedIn {
  desk: Desk;
  /** What signs in again without the password; keep it no longer than the tab lives. */
  keys: ReadonlyValue<ScramKeys | undefined>;
  /** What resumes the stream in the next page of this tab; to be called when the page goes, before `close`. */
  snapshot(): SavedStream | undefined;
}
