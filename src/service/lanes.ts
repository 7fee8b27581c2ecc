import type { Clock } from "../client/clock.ts";

/** After a failure, doubled with each that follows. */
const RETRY_MS = 1000;
const MOST_RETRY_MS = 10_000;

export interface LanesOptions {
  clock: Clock;
  onFailure: (what: string, error: unknown) => void;
}

export interface Lanes {
  /** Does this in the lane (an agent's or a client's), after what it is doing already. `what` may be logged. */
  run(lane: string, what: string, task: () => Promise<void>): void;
  /** Begins nothing more. Resolves when what was under way is done. */
  stop(): Promise<void>;
}

interface Lane {
  /** What is still to be done, by what it is. */
  waiting: Map<string, () => Promise<void>>;
  working: Promise<void>;
  failures: number;
  /** Set while it waits to try again. */
  cancelRetry?: () => void;
}

/**
 * Work that nobody waits for: in each lane one thing after the other, and again until it succeeds, for a database that was away
 * must not leave behind what nobody will ever do again. So the work brings something to how it now is, however often it is
 * done; asked for twice before it begins, it is done once.
 */
export function createLanes({ clock, onFailure }: LanesOptions): Lanes {
  const lanes = new Map<string, Lane>();
  let isStopped = false;

  async function work(name: string, lane: Lane): Promise<void> {
    for (let [next] = lane.waiting; next && !isStopped; [next] = lane.waiting) {
      const [what, task] = next;
      lane.waiting.delete(what);
      try {
        await task();
        lane.failures = 0;
      } catch (error) {
        // Told once, not with every repetition.
        if (lane.failures++ === 0) onFailure(what, error);
        // What was asked for meanwhile is the newer.
        if (!lane.waiting.has(what)) lane.waiting.set(what, task);
        if (!isStopped) lane.cancelRetry = clock.setTimeout(() => start(name, lane), retryMs(lane.failures));
        return;
      }
    }
    lanes.delete(name);
  }

  function start(name: string, lane: Lane) {
    delete lane.cancelRetry;
    lane.working = work(name, lane);
  }

  return {
    run(name, what, task) {
      if (isStopped) return;
      const lane = lanes.get(name);
      if (lane) {
        lane.waiting.set(what, task);
        return;
      }
      const opened: Lane = { waiting: new Map([[what, task]]), working: Promise.resolve(), failures: 0 };
      lanes.set(name, opened);
      start(name, opened);
    },

    async stop() {
      isStopped = true;
      for (const { cancelRetry } of lanes.values()) cancelRetry?.();
      await Promise.all([...lanes.values()].map(({ working }) => working));
    },
  };
}

const retryMs = (failures: number) => Math.min(MOST_RETRY_MS, RETRY_MS * 2 ** (failures - 1));
