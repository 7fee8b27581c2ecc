/** Which agents' presence the service tells us of: those on screen, and the others of open sessions. */
import type { Clock } from "../client/clock.ts";
import { Emitter } from "../client/value.ts";
import type { Directory } from "../extensions/directory/directory.ts";
import type { AgentPresence } from "../extensions/directory/types.ts";

/** The service takes no more. */
const MAX_WATCHED = 200;
/** Rows pass by while the agent scrolls. */
const SETTLE_MS = 150;
const AGAIN_MS = 5_000;

export class Watch {
  readonly heard = new Emitter<readonly AgentPresence[]>();
  readonly #directory: Pick<Directory, "watch" | "presences">;
  readonly #clock: Clock;
  readonly #stop: () => void;
  #peers: readonly string[] = [];
  #rows: readonly string[] = [];
  #told = "";
  #isOnline = false;
  #cancel: (() => void) | undefined;

  constructor(directory: Pick<Directory, "watch" | "presences">, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
    this.#stop = directory.presences.on((presences) => this.heard.emit(presences));
  }

  setRows(jids: readonly string[]): void {
    this.#rows = jids;
    this.#schedule(SETTLE_MS);
  }

  setPeers(jids: readonly string[]): void {
    this.#peers = jids;
    this.#schedule(SETTLE_MS);
  }

  /** `fresh`: the service knows nothing of this stream yet. */
  online(fresh: boolean): void {
    this.#isOnline = true;
    if (fresh) this.#told = "";
    this.#schedule(0);
  }

  offline(): void {
    this.#isOnline = false;
    this.#cancel?.();
  }

  close(): void {
    this.offline();
    this.#stop();
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    if (this.#isOnline) this.#cancel = this.#clock.setTimeout(() => void this.#tell(), ms);
  }

  /** Never rejects: without an answer it is asked again. */
  async #tell(): Promise<void> {
    const jids = [...new Set([...this.#peers, ...this.#rows])].slice(0, MAX_WATCHED).toSorted();
    const wish = jids.join("\n");
    if (wish === this.#told) return;
    this.#told = wish;
    try {
      this.heard.emit(await this.#directory.watch(jids));
    } catch {
      if (this.#told === wish) this.#told = "";
      this.#schedule(AGAIN_MS);
    }
  }
}
