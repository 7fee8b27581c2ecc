import type { ConnectionState, Stream } from "../../client/stream.ts";
import type { Unsubscribe } from "../../client/value.ts";

/** How the stream stands: while it tries again, what came of the attempt before. */
export function watchStream(
  { state }: Pick<Stream, "state">,
  tell: (state: ConnectionState) => void,
): { current(): ConnectionState; stop: Unsubscribe } {
  let settled = state.get();
  const stop = state.subscribe((now) => {
    if (now.type === "connecting" && settled.type === "waiting") return;
    settled = now;
    tell(now);
  });
  return { current: () => settled, stop };
}
