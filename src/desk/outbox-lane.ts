/** What to do next for the messages of one conversation. Pure: the Outbox does it. */
import type { OutboxEntry, Problem } from "./types.ts";

/** Whether the session lets messages go: now, perhaps later, or never more. */
export type Gate = "open" | "wait" | "closed";

/**
 * Where a message is, as far as this page knows. `waiting`: certainly not with the server. `unsure`: handed to the
 * server over a stream that is gone, so that only the archive knows. `written`: handed over on this stream.
 */
export type Phase = "waiting" | "unsure" | "written";

export interface LaneItem {
  entry: OutboxEntry;
  phase: Phase;
  /**
   * `provisional`: not decided in time, and the agent was told; the attempts go on, for what comes after it must not
   * overtake it, until it is sent or the agent takes it back.
   */
  failure?: { problem: Problem; provisional: boolean };
}

export type Step =
  | { do: "rest" }
  /** Ask the archive which of these it has. */
  | { do: "check"; items: LaneItem[] }
  | { do: "send"; item: LaneItem }
  /** They can not be sent any more. */
  | { do: "give-up"; items: LaneItem[] };

/** `items` in the order in which they were written. */
export function nextStep(items: readonly LaneItem[], { online, gate }: { online: boolean; gate: Gate }): Step {
  const live = items.filter(({ failure }) => failure === undefined || failure.provisional);
  if (gate === "closed") {
    const never = live.filter((item) => item.phase === "waiting");
    if (never.length > 0) return { do: "give-up", items: never };
  }
  if (!online) return { do: "rest" };
  // Before anything new goes: what was resent after it would come out of order.
  const unsure = live.filter((item) => item.phase === "unsure");
  if (unsure.length > 0) return { do: "check", items: unsure };
  const next = live.find((item) => item.phase === "waiting");
  return next && gate === "open" ? { do: "send", item: next } : { do: "rest" };
}

/**
 * What our own archive says of messages that nobody acknowledged, given in the order in which they were handed over.
 * A server that dies while it handles a message may have put it into the sender's archive and not yet into the
 * receiver's. It handles them one after the other, so that only the last one it has is in doubt: that one is sent
 * again under the same id, by which the receiver knows it.
 */
export function judge<Item extends LaneItem>(
  items: readonly Item[],
  archived: { has(id: string): boolean },
): { arrived: Item[]; missing: Item[] } {
  const last = items.findLastIndex(({ entry }) => archived.has(entry.id));
  const arrived = items.filter(({ entry }, index) => index < last && archived.has(entry.id));
  return { arrived, missing: items.filter((item) => !arrived.includes(item)) };
}

/** As read from the storage of an earlier page. */
export function reopened(entry: OutboxEntry): LaneItem {
  const { failed } = entry;
  return {
    entry,
    phase: entry.attempted ? "unsure" : "waiting",
    ...(failed && { failure: { problem: failed, provisional: false } }),
  };
}

/** The server refused it: it may be in our archive all the same, so that the archive's word says nothing. */
export function wasBounced(item: LaneItem): boolean {
  return item.failure?.problem.detail?.["bounced"] !== undefined;
}
