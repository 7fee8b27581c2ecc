/** The socket of the command line, which is also the mark that a service runs on this data folder. */
import { mkdir, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { listen, type Listening } from "../http/listen.ts";

/** Another service runs on the same data folder. */
export class DataInUseError extends Error {
  override name = "DataInUseError";

  constructor(readonly data: string) {
    super(`A Parley service runs on ${data} already. Stop it first, or give this one a folder of its own with PARLEY_DATA`);
  }
}

export const socketPath = (data: string): string => join(data, "admin.sock");

/** The operating system keeps paths of sockets in 108 bytes. */
const LONGEST_PATH = 107;

/** Listens on the socket, for this user only. Rejects with DataInUseError when another service does; a dead one's is taken over. */
export async function listenOnAdminSocket(data: string, listener: RequestListener, onError: (error: Error) => void): Promise<Listening> {
  const path = socketPath(data);
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new Error(`PARLEY_DATA is too long: ${path} must not have more than ${LONGEST_PATH} bytes`);
  await mkdir(dirname(path), { recursive: true });
  if (await isAnswered(path)) throw new DataInUseError(data);
  await rm(path, { force: true });
  // Nobody else may connect in the moment before the mode is set.
  const mask = process.umask(0o177);
  try {
    // An import takes its time to send all of its rows.
    return await listen(listener, { path }, { onError, requestTimeoutMs: 0 });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? new DataInUseError(data) : error;
  } finally {
    process.umask(mask);
  }
}

/** A file that nobody listens on is left over from a service that was killed. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((answered) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      answered(true);
    });
    socket.once("error", () => answered(false));
  });
}
