/**
 * RFC 7395: An XMPP Subprotocol for WebSocket
 * https://www.rfc-editor.org/rfc/rfc7395
 */
import { MalformedError, OfflineError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import { StreamParser } from "./parser.ts";
import type { OpenSocket } from "./wire.ts";

/** What is used of a WebSocket, so that neither the DOM's types nor a package for Node are needed here. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

const OPEN = 1;

/** Opens a WebSocket on which each message is one element. */
export function webSocketOpener(url: string, limits: Limits, WebSocket: WebSocketConstructor): OpenSocket {
  return (listener) => {
    const socket = new WebSocket(url, ["xmpp"]);
    const silence = () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      // Kept: an `error` without a listener would end a Node process.
      socket.onerror = () => {};
    };
    socket.onopen = () => listener.opened();
    socket.onerror = () => listener.closed(new OfflineError("The WebSocket failed"));
    socket.onclose = () => listener.closed(new OfflineError("The WebSocket was closed"));
    socket.onmessage = ({ data }: { data: unknown }) => {
      try {
        readFrame(data, limits, listener);
      } catch (error) {
        if (!(error instanceof MalformedError)) throw error;
        listener.closed(error);
      }
    };
    return {
      write(text) {
        if (socket.readyState !== OPEN) throw new OfflineError("The WebSocket is not open");
        socket.send(text);
      },
      drop() {
        silence();
        socket.close();
      },
    };
  };
}

/** RFC 7395 §3.3.3: "The message MUST contain exactly one complete element", as text. */
function readFrame(data: unknown, limits: Limits, { arrived }: Parameters<OpenSocket>[0]): void {
  if (typeof data !== "string") throw new MalformedError("frame", "is not text");
  const parser = new StreamParser(limits, { opened: () => {}, arrived, ended: () => {} }, 1);
  parser.write(data);
  if (!parser.isComplete) throw new MalformedError("frame", "is not a whole element");
}
