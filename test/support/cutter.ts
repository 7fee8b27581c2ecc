/** Between a client and its server, whatever they speak: a TCP proxy that can break the connection in the ways networks do. */
import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";

export interface Cutter {
  /** The server's URL by way of the cutter. */
  readonly url: string;
  /** Both sides get a reset, and nobody can connect until `mend`. */
  cut(): void;
  /** Both sides get a reset; connecting again works. */
  reset(): void;
  /** Nothing passes, and nobody is told, until `mend`; what was sent meanwhile is lost with its connection. */
  stall(): void;
  mend(): void;
  /** How many connections there have been. */
  readonly connections: number;
  close(): Promise<void>;
}

interface Pair {
  inner: Socket;
  outer: Socket;
}

/** `target`: the URL of the real server, with its port. */
export async function startCutter(target: string): Promise<Cutter> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<Pair>();
  let isCut = false;
  let isStalled = false;
  let connections = 0;

  const server: Server = createServer((outer) => {
    if (isCut) return void outer.resetAndDestroy();
    connections++;
    const inner = connect({ host: hostname === "localhost" ? "127.0.0.1" : hostname, port: Number(port) });
    const pair = { inner, outer };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      inner.destroy();
      outer.destroy();
    };
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      from.setNoDelay(true);
      from.on("error", end);
      from.on("close", () => {
        // While nothing passes, an end does not pass either.
        if (!isStalled) end();
      });
      from.on("data", (data) => {
        if (!isStalled) to.write(data);
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The cutter has no port");

  const reset = () => {
    for (const { inner, outer } of pairs) {
      inner.resetAndDestroy();
      outer.resetAndDestroy();
    }
    pairs.clear();
  };

  return {
    url: target.replace(`${hostname}:${port}`, `localhost:${address.port}`),
    get connections() {
      return connections;
    },
    cut() {
      isCut = true;
      reset();
    },
    reset,
    stall() {
      isStalled = true;
    },
    mend() {
      // Bytes are missing from what was stalled: such a connection cannot go on.
      if (isStalled) reset();
      isStalled = false;
      isCut = false;
    },
    async close() {
      reset();
      server.close();
      await once(server, "close");
    },
  };
}
