import type { Desk } from "../../src/desk/types.ts";
import type { ParleyEvents } from "../components/events.ts";

/** What the page around the commands does. */
export interface CommandHooks {
  /** A command failed; the agent is to be told. */
  failed(error: unknown): void;
  /** The agent asked for this session: it is in front now and takes the focus. */
  displayed(sessionId: string): void;
}

type Handlers = { [Type in keyof ParleyEvents]?: (detail: ParleyEvents[Type]) => Promise<unknown> | void };

/** Turns what elements tell into commands of the desk: the one place where the two meet. */
export function bindCommands(root: HTMLElement, desk: Desk, { failed, displayed }: CommandHooks): () => void {
  const handlers: Handlers = {
    "parley-readiness": ({ readiness }) => desk.setReadiness(readiness),
    "parley-search": ({ text }) => desk.team.search(text),
    "parley-filter": ({ filter }) => desk.team.filter(filter),
    "parley-favorite": ({ jid, favorite }) => desk.team.setFavorite(jid, favorite),
    "parley-invite": async ({ jid }) => displayed(await desk.invite(jid)),
    "parley-open": ({ sessionId }) => {
      desk.open(sessionId);
      displayed(sessionId);
    },
    "parley-accept": async ({ sessionId }) => {
      await desk.accept(sessionId);
      displayed(sessionId);
    },
    "parley-reject": ({ sessionId }) => desk.reject(sessionId),
    "parley-end": ({ sessionId }) => desk.end(sessionId),
    "parley-done": ({ sessionId }) => desk.markDone(sessionId),
    "parley-send": ({ sessionId, text, respondWith }) => respondWith(desk.send(sessionId, text)),
    "parley-retry": ({ sessionId, key }) => desk.retry(sessionId, key),
    "parley-discard": ({ sessionId, key }) => desk.discard(sessionId, key),
    "parley-typing": ({ sessionId, typing }) => desk.setTyping(sessionId, typing),
    "parley-draft": ({ sessionId, text }) => desk.writeDraft(sessionId, text),
    "parley-load-older": ({ sessionId }) => desk.loadOlder(sessionId),
    "parley-read": ({ sessionId }) => desk.markRead(sessionId),
    "parley-try-now": () => desk.reconnectNow(),
    "parley-sign-out": () => desk.signOut(),
  };
  const stop = new AbortController();
  for (const [type, handler] of Object.entries(handlers)) {
    const run = handler as (detail: unknown) => Promise<unknown> | void;
    root.addEventListener(type, (event) => void Promise.resolve(run((event as CustomEvent).detail)).catch(failed), { signal: stop.signal });
  }
  return () => stop.abort();
}
