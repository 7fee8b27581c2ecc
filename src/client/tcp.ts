/** RFC 6120 §3 and §4: an XML stream over TCP. Node only. */
import { connect } from "node:net";
import { MalformedError, OfflineError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import { StreamParser } from "./parser.ts";
import type { OpenSocket } from "./wire.ts";

/** Notices a peer whose machine is gone even if we have nothing to say. */
const KEEP_ALIVE_MS = 30_000;

/** Opens a TCP stream; the stream's header arrives as the first element. */
export function tcpOpener(host: string, port: number, limits: Limits): OpenSocket {
  return (listener) => {
    const parser = new StreamParser(
      limits,
      {
        opened: (header) => listener.arrived({ element: header }),
        arrived: (arrival) => listener.arrived(arrival),
        ended: () => listener.closed(new OfflineError("The server closed the stream")),
      },
      2,
    );
    const socket = connect({ host, port });
    // A character may be cut in two by the network: decoded chunk by chunk it would be lost.
    socket.setEncoding("utf8");
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    socket.on("connect", () => listener.opened());
    socket.on("error", (error) => listener.closed(new OfflineError(error.message)));
    socket.on("close", () => listener.closed(new OfflineError("The connection was closed")));
    socket.on("data", (text: string) => {
      try {
        parser.write(text);
      } catch (error) {
        if (!(error instanceof MalformedError)) throw error;
        listener.closed(error);
      }
    });
    return {
      write(text) {
        if (!socket.writable) throw new OfflineError("The connection is not open");
        socket.write(text);
      },
      drop() {
        socket.removeAllListeners("data");
        // What is written is still sent; a peer that does not take it must not keep the process alive.
        socket.unref();
        if (socket.connecting) socket.destroy();
        else socket.end(() => socket.destroy());
      },
    };
  };
}
