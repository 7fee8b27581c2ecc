/**
 * People with ordinary XMPP clients: their first message is shown as an invitation, which exists on this agent's
 * desks alone until it is accepted.
 */
import { type ReadonlyValue, Value } from "../client/value.ts";
import type { ChatMessage } from "../extensions/chat/types.ts";
import type { Session } from "../extensions/im-session/types.ts";
import type { KeptInvitation } from "./kept.ts";

export class PlainInvitations {
  readonly #waiting: Value<readonly KeptInvitation[]>;

  constructor(kept: readonly KeptInvitation[]) {
    this.#waiting = new Value(kept);
  }

  get waiting(): ReadonlyValue<readonly KeptInvitation[]> {
    return this.#waiting;
  }

  get(id: string): KeptInvitation | undefined {
    return this.#waiting.get().find((invitation) => invitation.id === id);
  }

  from(peer: string): KeptInvitation | undefined {
    return this.#waiting.get().find((invitation) => invitation.peer === peer);
  }

  /**
   * A message of somebody without a session: the first is the invitation, more are added to it. `id`: of the session,
   * should it be accepted.
   */
  add(message: ChatMessage, id: string): void {
    const { from: peer } = message;
    const here = this.from(peer);
    if (here?.messages.some((known) => known.id === message.id)) return;
    if (here) this.#replace({ ...here, messages: [...here.messages, message].toSorted((a, b) => a.at - b.at) });
    else this.#waiting.update((all) => [...all, { id, peer, messages: [message] }]);
  }

  /** Accepted, rejected, or settled on another of the agent's devices. */
  remove(id: string): void {
    this.#waiting.update((all) => (all.some((one) => one.id === id) ? all.filter((one) => one.id !== id) : all));
  }

  #replace(invitation: KeptInvitation): void {
    this.#waiting.update((all) => all.map((one) => (one.id === invitation.id ? invitation : one)));
  }
}

/** The invitation as a session that the service does not know. */
export function asSession({ id, peer, messages }: KeptInvitation, own: string, notifyMs: number): Session {
  const createdAt = messages[0]?.at ?? 0;
  return {
    id,
    revision: 0,
    state: "not-connected",
    mode: "plain",
    inviter: peer,
    target: own,
    createdAt,
    expiresAt: createdAt + notifyMs,
    peerReachable: true,
    done: false,
  };
}
