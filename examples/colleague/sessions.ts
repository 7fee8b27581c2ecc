import { type Client, OfflineError, ServiceAwayError, type Session, type SessionPush, StanzaError } from "parley";

/** Kept up to date: what the service pushed, and the whole list where a push may be missing. */
export interface Sessions {
  get(id: string): Session | undefined;
  /** Asks the service for something; what is refused or came too late is in the list. */
  command(run: () => Promise<SessionPush>): Promise<void>;
}

export interface SessionsOptions {
  client: Pick<Client, "established" | "imSession">;
  /** A session is new, or has changed. */
  changed(session: Session, before: Session | undefined): void;
  log(line: string): void;
  signal: AbortSignal;
}

const RETRY_MS = 5_000;

/** The sessions of this agent. Shows how a client follows urn:parley:im-session:0, "Pushes". */
export function followSessions({ client, changed, log, signal }: SessionsOptions): Sessions {
  const sessions = new Map<string, Session>();
  let version = 0;
  let retry: NodeJS.Timeout | undefined;

  const take = (session: Session) => {
    const before = sessions.get(session.id);
    if (before && before.revision > session.revision) return;
    if (session.done) sessions.delete(session.id);
    else sessions.set(session.id, session);
    changed(session, before);
  };

  const takePush = (push: SessionPush) => {
    const isGap = push.version > version + 1;
    version = Math.max(version, push.version);
    take(push.session);
    if (isGap) void refresh();
  };

  async function refresh(): Promise<void> {
    clearTimeout(retry);
    if (!client.established.get()) return;
    try {
      const list = await client.imSession.list();
      version = Math.max(version, list.version);
      // All of it counts as new, so that what could not be done about a session before is tried again.
      sessions.clear();
      for (const session of list.sessions) take(session);
    } catch (error) {
      // Offline: the next stream begins with a refresh.
      if (error instanceof OfflineError) return;
      log(`the service did not list the sessions: ${String(error)}`);
      retry = setTimeout(() => void refresh(), RETRY_MS);
    }
  }

  const stops = [
    client.imSession.pushes.on(takePush),
    client.imSession.missed.on(() => void refresh()),
    client.established.subscribe((isEstablished) => isEstablished && void refresh()),
  ];
  signal.addEventListener("abort", () => {
    clearTimeout(retry);
    for (const stop of stops) stop();
  });

  return {
    get: (id) => sessions.get(id),
    async command(run) {
      try {
        takePush(await run());
      } catch (error) {
        if (error instanceof OfflineError || signal.aborted) return;
        log(`the service did not do it: ${String(error)}`);
        if (error instanceof ServiceAwayError) retry = setTimeout(() => void refresh(), RETRY_MS);
        else if (error instanceof StanzaError) await refresh();
        else throw error;
      }
    },
  };
}
