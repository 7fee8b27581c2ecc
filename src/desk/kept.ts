/** The small values a desk keeps in its storage across reloads. What can not be read is as if it were not there. */
import type { ChatMessage } from "../extensions/chat/types.ts";
import type { Session } from "../extensions/im-session/types.ts";
import { storageProblem } from "./errors.ts";
import type { DeskStorage, OwnReadiness, Problem } from "./types.ts";

/** A message of an ordinary client that waits for accept or reject. */
export interface KeptInvitation {
  id: string;
  peer: string;
  /** Oldest first. */
  messages: ChatMessage[];
}

export interface Kept {
  sessions: Session[];
  /** Tabs, and which is in front. */
  open: { ids: string[]; currentId?: string };
  /** By session: the line up to which the agent has read. */
  read: Record<string, string>;
  /** By session: when the ordinary message came that it began with. */
  began: Record<string, number>;
  invitations: KeptInvitation[];
  /** Archive id up to which nothing is missing. */
  place: string;
  readiness: OwnReadiness;
}

export class Keeper {
  readonly #storage: DeskStorage;
  readonly #troubled: (problem: Problem) => void;
  readonly #waiting = new Map<keyof Kept, unknown>();
  #writing: Promise<void> | undefined;

  constructor(storage: DeskStorage, troubled: (problem: Problem) => void) {
    this.#storage = storage;
    this.#troubled = troubled;
  }

  /** Of a field, or what holds when there is none. */
  async read<Field extends keyof Kept>(field: Field): Promise<Kept[Field] | undefined> {
    try {
      return ((await this.#storage.read(field)) ?? undefined) as Kept[Field] | undefined;
    } catch (error) {
      this.#troubled(storageProblem(error));
      return undefined;
    }
  }

  /** Writes soon; of several values of one field, the last. */
  write<Field extends keyof Kept>(field: Field, value: Kept[Field]): void {
    this.#waiting.set(field, value);
    this.#writing ??= this.#work().finally(() => {
      this.#writing = undefined;
    });
  }

  async #work(): Promise<void> {
    // Whoever writes several fields in one go does so before the first is taken.
    await Promise.resolve();
    for (const [field, value] of this.#waiting) {
      this.#waiting.delete(field);
      await this.#storage.write(field, value).catch((error: unknown) => this.#troubled(storageProblem(error)));
    }
  }
}
