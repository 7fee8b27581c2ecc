import type { Clock } from "./clock.ts";
import { ParleyError, TimeoutError } from "./errors.ts";
import { type OpenSocket, Wire } from "./wire.ts";

/** How long it may take from opening the socket to being online. */
const ATTEMPT_MS = 10_000;

export interface AttemptOptions {
  open: OpenSocket;
  clock: Clock;
  /** Signs in. When it rejects, the wire is dropped with its reason. */
  negotiate(wire: Wire): Promise<void>;
  /** The wire has ended: the attempt failed, or the stream that came of it is over. */
  ended(wire: Wire, reason: ParleyError): void;
}

/** Opens a socket and signs in on it, in limited time: a server that stops answering half-way must not hold us for ever. */
export function attempt({ open, clock, negotiate, ended }: AttemptOptions): Wire {
  const wire = new Wire(open);
  const cancelDeadline = clock.setTimeout(() => wire.drop(new TimeoutError("the server to sign us in", ATTEMPT_MS)), ATTEMPT_MS);
  void wire.ended.then((reason) => {
    cancelDeadline();
    ended(wire, reason);
  });
  negotiate(wire).then(cancelDeadline, (error: unknown) => {
    wire.drop(error instanceof ParleyError ? error : new ParleyError(String(error)));
  });
  return wire;
}
