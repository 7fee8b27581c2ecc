import { createServer, type RequestListener } from "node:http";
import type { ListenOptions } from "node:net";

/** A server that listens; `close` ends it and every connection to it. */
export interface Listening {
  close(): Promise<void>;
}

export interface Listener {
  /** Told of errors after the start. */
  onError: (error: Error) => void;
  /** In which a request must have arrived whole; 0: takes as long as it takes. 30 000 unless told. */
  requestTimeoutMs?: number;
}

/** Listens, or rejects with the reason: address in use, not allowed … */
export function listen(
  listener: RequestListener,
  where: ListenOptions,
  { onError, requestTimeoutMs = 30_000 }: Listener,
): Promise<Listening> {
  const server = createServer({ requestTimeout: requestTimeoutMs, headersTimeout: 10_000 }, listener);
  return new Promise((ready, failed) => {
    server.once("error", failed);
    server.listen(where, () => {
      server.off("error", failed);
      server.on("error", onError);
      ready({
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
