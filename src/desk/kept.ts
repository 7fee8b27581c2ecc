/** The small values a desk keeps in its storage across reloads. What can not be read is as if it were not there. */
import type { Clock } from "../client/clock.ts";
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

const FIELDS = ["sessions", "open", "read", "began", "invitations", "place", "readiness"] as const satisfies readonly (keyof Kept)[];

/** What changes with every message. Lost in a crash, a message counts as unread again, or is read from the archive once more. */
const PATIENT: ReadonlySet<keyof Kept> = new Set(["place", "read"]);
/** So long those wait, in order not to hold up the message that the agent answers with: it has to be stored before it is sent. */
const PATIENCE_MS = 250;

export class Keeper {
  readonly #storage: DeskStorage;
  readonly #clock: Pick<Clock, "setTimeout">;
  readonly #troubled: (problem: Problem) => void;
  #cancelPatience: (() => void) | undefined;
  readonly #waiting = new Map<keyof Kept, unknown>();
  #isWriting = false;

  constructor(storage: DeskStorage, clock: Pick<Clock, "setTimeout">, troubled: (problem: Problem) => void) {
    this.#storage = storage;
    this.#clock = clock;
    this.#troubled = troubled;
  }

  /** What earlier pages left. */
  async readAll(): Promise<Partial<Kept>> {
    const values = await Promise.all(FIELDS.map((field) => this.#read(field)));
    return Object.fromEntries(
      FIELDS.map((field, index) => [field, values[index]]).filter(([, value]) => value !== undefined),
    ) as Partial<Kept>;
  }

  /** Writes soon; of several values of one field, the last. */
  write<Field extends keyof Kept>(field: Field, value: Kept[Field]): void {
    this.#waiting.set(field, value);
    if (PATIENT.has(field)) this.#cancelPatience ??= this.#clock.setTimeout(() => this.flush(), PATIENCE_MS);
    else this.flush();
  }

  /** Writes now what waits. */
  flush(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = undefined;
    if (this.#isWriting) return;
    this.#isWriting = true;
    void this.#work();
  }

  async #read(field: keyof Kept): Promise<unknown> {
    try {
      return (await this.#storage.read(field)) ?? undefined;
    } catch (error) {
      this.#troubled(storageProblem(error));
      return undefined;
    }
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    // Whoever writes several fields in one go does so before the first is taken.
    await Promise.resolve();
    for (const [field, value] of this.#waiting) {
      this.#waiting.delete(field);
      await this.#storage.write(field, value).catch((error: unknown) => this.#troubled(storageProblem(error)));
    }
    this.#isWriting = false;
  }
}
