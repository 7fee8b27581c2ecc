/** Names for addresses, learnt from the directory as they come by. */
import { localOf } from "../client/jid.ts";
import { Emitter } from "../client/value.ts";
import type { Directory } from "../extensions/directory/directory.ts";
import type { AgentRow } from "../extensions/directory/types.ts";

export interface Person {
  logon: string;
  name: string;
  /** None of the agent's clients understands im-session. */
  plain?: boolean;
}

/** A directory finds more than the one who is meant: `b.agent` is within `b.agent2`. */
const CANDIDATES = 50;

export class People {
  /** Somebody's names became known. */
  readonly learnt = new Emitter<string>();
  readonly #directory: Pick<Directory, "search">;
  readonly #known = new Map<string, Person>();
  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(directory: Pick<Directory, "search">) {
    this.#directory = directory;
  }

  /** The names; the part before the `@` until they are known. */
  of(jid: string): Person {
    const local = localOf(jid) ?? jid;
    return this.#known.get(jid) ?? { logon: local, name: local };
  }

  learn(rows: readonly (Person & { jid: string })[]): void {
    for (const { jid, logon, name, plain } of rows) {
      const known = this.#known.get(jid);
      this.#known.set(jid, { logon, name, ...(plain !== undefined && { plain }) });
      if (known?.logon !== logon || known.name !== name) this.learnt.emit(jid);
    }
  }

  /** Whether the directory knows this agent. Rejects when the directory does not answer. */
  find(jid: string): Promise<boolean> {
    if (this.#known.has(jid)) return Promise.resolve(true);
    const asked = this.#asked.get(jid) ?? this.#ask(jid).finally(() => this.#asked.delete(jid));
    this.#asked.set(jid, asked);
    return asked;
  }

  async #ask(jid: string): Promise<boolean> {
    const text = localOf(jid);
    if (text === undefined) return false;
    let index = 0;
    for (;;) {
      const { rows, count }: { rows: AgentRow[]; count: number } = await this.#directory.search({
        text,
        filter: "all",
        index,
        max: CANDIDATES,
      });
      this.learn(rows);
      index += rows.length;
      if (this.#known.has(jid)) return true;
      if (rows.length === 0 || index >= count) return false;
    }
  }
}
