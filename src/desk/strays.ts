/**
 * Messages that belong to no session: an ordinary client's first words, late words of a session that is over, or
 * somebody's whom we do not know.
 */
import type { NewId } from "../client/clock.ts";
import type { ChatMessage } from "../extensions/chat/types.ts";
import type { Conversations } from "./conversations.ts";
import type { People } from "./people.ts";
import type { PlainInvitations } from "./plain-invitations.ts";
import { openSessionWith } from "./session-list.ts";
import type { SessionSync } from "./session-sync.ts";

export interface StraysPorts {
  /** Our own bare JID. */
  own: string;
  newId: NewId;
  people: People;
  sync: SessionSync;
  invitations: PlainInvitations;
  conversations: Pick<Conversations, "receive">;
}

export class Strays {
  readonly #ports: StraysPorts;
  /** Of people whom nobody could ask the directory about yet. */
  #unclaimed: ChatMessage[] = [];

  constructor(ports: StraysPorts) {
    this.#ports = ports;
  }

  /** Never rejects. */
  async receive(message: ChatMessage): Promise<void> {
    const { own, newId, people, sync, invitations, conversations } = this.#ports;
    if (message.direction === "out" || message.from === own) return;
    // Late words of a session that we are done with.
    if (message.thread !== undefined && sync.known.get().done.has(message.thread)) return;
    try {
      if (!(await people.find(message.from))) return;
    } catch {
      this.#unclaimed.push(message);
      return;
    }
    const isOld = message.source === "archive";
    // Of old, a thread may be that of a session which was done elsewhere; only who has no other client has threads of their own.
    if (isOld && message.thread !== undefined && !people.of(message.from).plain) return;
    // A session, or an earlier message of theirs, became known while we asked.
    const session = isOld ? undefined : openSessionWith(sync.known.get().sessions.values(), message.from, own);
    if (session || invitations.from(message.from)) conversations.receive(message);
    else invitations.add(message, newId());
  }

  /** The directory answers again. */
  claim(): void {
    const messages = this.#unclaimed;
    this.#unclaimed = [];
    for (const message of messages) void this.receive(message);
  }
}
