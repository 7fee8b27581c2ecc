import { OfflineError } from "../client/errors.ts";
import type { Log } from "../client/log.ts";
import type { Stream } from "../client/stream.ts";
import { type ReadonlyValue, Value } from "../client/value.ts";
import type { Carbons } from "./carbons/carbons.ts";
import type { Ping } from "./ping/ping.ts";
import type { PresenceExchange } from "./presence/presence.ts";
import type { Roster } from "./roster/roster.ts";

export interface EstablishParts {
  stream: Pick<Stream, "state">;
  carbons: Pick<Carbons, "enable">;
  roster: Pick<Roster, "fetch">;
  presence: Pick<PresenceExchange, "announce">;
  ping: Pick<Ping, "ask">;
  /** Whoever listens is there: until then nothing is said that others would answer. */
  ready: Promise<unknown>;
  log: Log;
}

/**
 * What a session begins with: carbons first, so that no copy is missed; then the roster, which RFC 6121 §2.2 wants before presence;
 * then presence, after which messages come to us. True once the server has come so far, while we are online.
 *
 * A resumed stream still has all of it. After a page reload this page knows nothing of what the last one did, so it does all
 * of it: the server's answer is the same, and others see what this page shows.
 */
export function establish({ stream, carbons, roster, presence, ping, ready, log }: EstablishParts): ReadonlyValue<boolean> {
  const established = new Value(false);
  let isKept = false;
  let attempt = 0;

  const run = async (isCurrent: () => boolean) => {
    await ready;
    if (!isCurrent()) return;
    // The server takes one after the other (RFC 6120 §10.1), so none waits for the answer to the one before it.
    await Promise.all([
      // A server without carbons or a roster still is one to chat on.
      carbons.enable().catch(unlessOffline("carbons-not-enabled")),
      roster.fetch().catch(unlessOffline("roster-not-fetched")),
      // Presence has no answer of its own: the one to the ping is for both.
      presence.announce().then(() => ping.ask().catch(unlessOffline("ping-not-answered"))),
    ]);
    if (!isCurrent()) return;
    isKept = true;
    established.set(true);
  };

  const unlessOffline = (event: string) => (error: unknown) => {
    if (error instanceof OfflineError) throw error;
    log({ level: "warn", event, error });
  };

  stream.state.subscribe((state) => {
    const own = ++attempt;
    if (state.type !== "online") {
      established.set(false);
    } else if (state.resumed && isKept) {
      established.set(true);
    } else {
      isKept = false;
      // Offline again: the next stream begins anew.
      run(() => own === attempt).catch(
        (error: unknown) => error instanceof OfflineError || log({ level: "error", event: "session-not-established", error }),
      );
    }
  });

  return established;
}
