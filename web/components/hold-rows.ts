import type { AgentRow } from "../../src/desk/types.ts";

/**
 * The rows in the order they were shown in, with what is new about each agent: while somebody points at the list,
 * or acts on one of its rows, no row may move away under the hand. An agent who is no longer among the newest rows stays as last known.
 */
export function holdRows(shown: ReadonlyMap<number, AgentRow>, newest: ReadonlyMap<number, AgentRow>): ReadonlyMap<number, AgentRow> {
  const byJid = new Map([...newest.values()].map((row) => [row.jid, row]));
  const held = new Map([...shown].map(([index, row]) => [index, byJid.get(row.jid) ?? row]));
  const heldJids = new Set([...held.values()].map((row) => row.jid));
  for (const [index, row] of newest) {
    if (!held.has(index) && !heldJids.has(row.jid)) held.set(index, row);
  }
  return held;
}
