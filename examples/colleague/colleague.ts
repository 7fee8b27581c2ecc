import { setTimeout as sleep } from "node:timers/promises";
import { bareOf, type ChatMessage, type Client, localOf, newId, OfflineError, type OutgoingChat, type Session } from "parley";
import { answerTo, GREETING } from "./answers.ts";
import { followSessions } from "./sessions.ts";

export interface ColleagueOptions {
  client: Client;
  log(line: string): void;
  /** Aborted: says and does nothing more. */
  signal: AbortSignal;
}

/** As long as a person takes to look up. */
const ACCEPT_MS = 1_200;
const READ_MS = 500;
const typingMs = (text: string) => Math.min(600 + 15 * text.length, 2_500);

/** Remembered to tell a repeated message from a new one. */
const MAX_SEEN = 1_000;

/** An agent that accepts every invitation, answers what is said, and is done with what has ended. */
export function colleague({ client, log, signal }: ColleagueOptions): void {
  const seen = new Set<string>();
  /** What is being said to whom: one thing after the other. */
  const lanes = new Map<string, Promise<void>>();
  const unconfirmed = new Map<string, OutgoingChat>();

  const sessions = followSessions({ client, changed: sessionChanged, log, signal });
  client.chat.received.on((message) => message.direction === "in" && messageReceived(message));
  client.chat.acked.on(({ id }) => unconfirmed.delete(id));
  // The same id again: who got it the first time does not show it a second time.
  client.chat.lost.on(({ id }) => {
    const message = unconfirmed.get(id);
    if (message) inTurn(message.to, () => send(message));
  });

  function sessionChanged(session: Session, before: Session | undefined): void {
    const isNews = session.state !== before?.state;
    if (session.state === "not-connected" && session.target === bareOf(client.stream.jid) && isNews) {
      log(`invited to session ${session.id}`);
      later(ACCEPT_MS, async () => {
        if (sessions.get(session.id)?.state === "not-connected") await sessions.command(() => client.imSession.accept(session.id));
      });
    } else if (session.state === "connected" && before?.state === "not-connected") {
      log(`session ${session.id} is connected`);
      say(session.inviter, session.id, () => `Hello ${localOf(session.inviter)}, ${GREETING}`);
    } else if (session.state === "ended" && !session.done && isNews) {
      log(`session ${session.id} has ended`);
      later(READ_MS, () => sessions.command(() => client.imSession.done(session.id)));
    }
  }

  function messageReceived({ id, from, body, thread, wantsMarker }: ChatMessage): void {
    const key = `${from} ${id}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (seen.size > MAX_SEEN) seen.delete(seen.values().next().value!);

    if (thread !== undefined && sessions.get(thread)?.state === "ended") return;
    say(
      from,
      thread,
      () => answerTo({ text: body, logon: localOf(from) ?? from, now: Date.now() }),
      async () => {
        if (wantsMarker) await client.chat.sendMarker(from, thread, id);
      },
    );
  }

  /** Reads, types for a while, and sends, when everything said before is sent. */
  function say(to: string, thread: string | undefined, text: () => string, read = async () => {}): void {
    inTurn(to, async () => {
      await sleep(READ_MS, undefined, { signal });
      await online();
      await read();
      const body = text();
      await client.chat.sendState(to, thread, "composing");
      await sleep(typingMs(body), undefined, { signal });
      // An end while typing: nobody is there to read it.
      if (thread !== undefined && sessions.get(thread)?.state === "ended") return;
      await send({ id: newId(), to, body, ...(thread !== undefined && { thread }) });
    });
  }

  async function send(message: OutgoingChat): Promise<void> {
    for (;;) {
      await online();
      unconfirmed.set(message.id, message);
      try {
        return await client.chat.send(message);
      } catch (error) {
        // It was not written: said with the next stream.
        if (!(error instanceof OfflineError)) throw error;
      }
    }
  }

  const online = () => client.established.waitFor((isEstablished) => isEstablished, { what: "the next sign-in", signal });

  function inTurn(to: string, work: () => Promise<void>): void {
    const lane = (lanes.get(to) ?? Promise.resolve()).then(work).catch(failed);
    lanes.set(to, lane);
    void lane.then(() => lanes.get(to) === lane && lanes.delete(to));
  }

  function later(ms: number, work: () => Promise<void>): void {
    sleep(ms, undefined, { signal }).then(work).catch(failed);
  }

  function failed(error: unknown): void {
    if (!signal.aborted) log(`could not: ${String(error)}`);
  }
}
