/** What the agent does with sessions, by way of the service; and with ordinary clients, by way of messages. */
import type { NewId } from "../client/clock.ts";
import type { ImSession } from "../extensions/im-session/im-session.ts";
import { SessionRefusedError } from "../extensions/im-session/refusals.ts";
import type { Session, SessionPush } from "../extensions/im-session/types.ts";
import { DeskError, deskError } from "./errors.ts";
import type { KeptInvitation } from "./kept.ts";
import type { PlainWords } from "./options.ts";
import type { PlainInvitations } from "./plain-invitations.ts";
import type { DeskChat } from "./port.ts";
import { openSessionWith } from "./session-list.ts";
import type { Sessions } from "./sessions.ts";
import type { SessionSync } from "./session-sync.ts";

export interface SessionCommandsPorts {
  imSession: Pick<ImSession, "invite" | "accept" | "reject" | "end" | "done">;
  chat: Pick<DeskChat, "send">;
  sync: SessionSync;
  sessions: Sessions;
  invitations: PlainInvitations;
  own: string;
  newId: NewId;
  isOnline(): boolean;
  plainWords: PlainWords;
  ownName(): string;
  /** Stores and sends a message of this session. */
  write(message: { sessionId: string; to: string; text: string; id: string }): Promise<void>;
  /** An ordinary client's invitation became this session. */
  adopted(session: Session, invitation: KeptInvitation): void;
}

export class SessionCommands {
  readonly #ports: SessionCommandsPorts;
  /** Invitations under way: a second click finds the first one's session. */
  readonly #inviting = new Map<string, Promise<string>>();

  constructor(ports: SessionCommandsPorts) {
    this.#ports = ports;
  }

  invite(jid: string): Promise<string> {
    const underWay = this.#inviting.get(jid) ?? this.#invite(jid).finally(() => this.#inviting.delete(jid));
    this.#inviting.set(jid, underWay);
    return underWay;
  }

  async accept(sessionId: string): Promise<void> {
    const { imSession, invitations, sessions } = this.#ports;
    const invitation = invitations.get(sessionId);
    if (invitation) return this.#answer(invitation);
    await this.#command(sessionId, () => imSession.accept(sessionId));
    sessions.open(sessionId);
  }

  async reject(sessionId: string): Promise<void> {
    const invitation = this.#ports.invitations.get(sessionId);
    if (invitation) return this.#refuse(invitation);
    await this.#command(sessionId, () => this.#ports.imSession.reject(sessionId));
  }

  async end(sessionId: string): Promise<void> {
    await this.#command(sessionId, () => this.#ports.imSession.end(sessionId));
  }

  async markDone(sessionId: string): Promise<void> {
    await this.#command(sessionId, () => this.#ports.imSession.done(sessionId));
  }

  /** An ordinary client replied to our invitation: that is its accept. */
  async replied(sessionId: string): Promise<void> {
    await this.#command(sessionId, () => this.#ports.imSession.accept(sessionId));
  }

  async #invite(jid: string): Promise<string> {
    const { sync, sessions, imSession, invitations, own, newId } = this.#ports;
    const open = openSessionWith(sync.known.get().sessions.values(), jid, own);
    // An invitation of theirs that waits is answered by inviting them: the service makes one session of the two.
    const isTheirs = open?.state === "not-connected" && open.target === own;
    if (open && !isTheirs) {
      sessions.open(open.id);
      return open.id;
    }
    const waiting = invitations.from(jid);
    if (waiting) {
      await this.accept(waiting.id);
      return openSessionWith(sync.known.get().sessions.values(), jid, own)?.id ?? waiting.id;
    }
    const id = newId();
    const session = await this.#command(id, () => imSession.invite({ id, to: jid }));
    sessions.open(session.id);
    if (session.id === id && session.mode === "plain" && session.state === "not-connected") await this.#inviteByText(session);
    return session.id;
  }

  /** The session's id is the message's as well: sent again, it is the same message. */
  async #inviteByText({ id, target }: Session): Promise<void> {
    const { write, plainWords, ownName } = this.#ports;
    await write({ sessionId: id, to: target, text: plainWords.invitation(ownName()), id });
  }

  async #answer(invitation: KeptInvitation): Promise<void> {
    const { imSession, invitations, sessions, adopted } = this.#ports;
    const { id, peer } = invitation;
    const session = await this.#command(id, () => imSession.invite({ id, to: peer, answering: true }));
    adopted(session, invitation);
    invitations.remove(id);
    sessions.open(session.id);
  }

  async #refuse({ id, peer, messages }: KeptInvitation): Promise<void> {
    const { chat, sessions, invitations, newId, plainWords } = this.#ports;
    const thread = messages.at(-1)?.thread;
    const refusal = { id: newId(), to: peer, body: plainWords.refusal(), ...(thread !== undefined && { thread }) };
    await sessions
      .during(id, () => chat.send(refusal))
      .catch((error: unknown) => {
        throw deskError(error);
      });
    invitations.remove(id);
  }

  async #command(sessionId: string, run: () => Promise<SessionPush>): Promise<Session> {
    const { sync, sessions, isOnline } = this.#ports;
    if (!isOnline()) throw new DeskError({ code: "connection-lost" });
    try {
      return await sessions.during(sessionId, () => sync.command(run));
    } catch (error) {
      // Refused: perhaps our list is old. Else nobody knows whether it was done, and the next list tells by itself.
      if (error instanceof SessionRefusedError) void sync.refresh();
      throw deskError(error);
    }
  }
}
