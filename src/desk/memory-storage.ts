import type { DeskStorage, OutboxEntry } from "./types.ts";

/** A storage that lives as long as the page: where the browser forbids a durable one, and in tests. */
export function memoryStorage(): DeskStorage {
  const outbox = new Map<string, OutboxEntry>();
  const values = new Map<string, unknown>();
  return {
    readOutbox: async () => [...outbox.values()].map((entry) => structuredClone(entry)),
    async putOutbox(entry) {
      outbox.set(entry.id, structuredClone(entry));
    },
    async removeOutbox(id) {
      outbox.delete(id);
    },
    read: async (key) => structuredClone(values.get(key)),
    async write(key, value) {
      values.set(key, structuredClone(value));
    },
  };
}
