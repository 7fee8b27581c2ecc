import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type DeskStorage, memoryStorage, type OutboxEntry, type Problem } from "../../src/desk/index.ts";

interface Schema extends DBSchema {
  /** Entries belong to the tab that will send them. */
  outbox: { key: string; value: OutboxEntry & { tab: string }; indexes: { tab: string } };
  /** Small values, shared by the tabs of the agent. */
  values: { key: string; value: unknown };
}

export interface StorageOptions {
  /** Bare JID: each agent has a database of his or her own. */
  jid: string;
  tabId: string;
  /** Whether the page that holds this tab's id still lives. */
  isAlive(tabId: string): Promise<boolean>;
  /** Told once when the desk has to live from memory. */
  warn(problem: Problem): void;
}

/**
 * What the desk keeps in IndexedDB. Where the browser forbids it or it is full, the desk goes on from memory and the
 * agent is warned once.
 */
export async function openDeskStorage(options: StorageOptions): Promise<DeskStorage> {
  const memory = memoryStorage();
  let isWarned = false;
  const warn = (error: unknown): void => {
    if (isWarned) return;
    isWarned = true;
    options.warn({ code: isFull(error) ? "storage-full" : "storage-unavailable" });
  };
  try {
    const database = await open(options.jid);
    return withFallback(indexedStorage(database, options), memory, warn);
  } catch (error) {
    warn(error);
    return memory;
  }
}

function open(jid: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(`parley:${jid}`, 1, {
    upgrade(database) {
      database.createObjectStore("outbox", { keyPath: "id" }).createIndex("tab", "tab");
      database.createObjectStore("values");
    },
    // A newer page wants another version: make way, it has taken the entries over.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
}

function indexedStorage(database: IDBPDatabase<Schema>, { tabId, isAlive }: StorageOptions): DeskStorage {
  return {
    async readOutbox() {
      await adoptOrphans(database, tabId, isAlive);
      const entries = await database.getAllFromIndex("outbox", "tab", tabId);
      return entries.map(({ tab: _tab, ...entry }) => entry);
    },
    async putOutbox(entry) {
      // "strict": told only when it is on the disk.
      const transaction = database.transaction("outbox", "readwrite", { durability: "strict" });
      const stored = transaction.store.put({ ...entry, tab: tabId });
      // Left to itself it would commit only after the page has heard that the entry was put.
      transaction.commit();
      await Promise.all([stored, transaction.done]);
    },
    removeOutbox: (id) => database.delete("outbox", id),
    read: (key) => database.get("values", key),
    async write(key, value) {
      await database.put("values", value, key);
    },
  };
}

/** Takes over what tabs that are gone left to be sent: one transaction, so that of two new tabs only one gets it. */
async function adoptOrphans(database: IDBPDatabase<Schema>, tabId: string, isAlive: StorageOptions["isAlive"]): Promise<void> {
  const owners = new Set((await database.getAll("outbox")).map(({ tab }) => tab));
  owners.delete(tabId);
  for (const owner of owners) {
    if (await isAlive(owner)) continue;
    const transaction = database.transaction("outbox", "readwrite");
    for (let cursor = await transaction.store.index("tab").openCursor(owner); cursor; cursor = await cursor.continue()) {
      await cursor.update({ ...cursor.value, tab: tabId });
    }
    await transaction.done;
  }
}

function withFallback(durable: DeskStorage, memory: DeskStorage, warn: (error: unknown) => void): DeskStorage {
  const orElse = async <T>(wish: () => Promise<T>, instead: () => Promise<T>): Promise<T> => {
    try {
      return await wish();
    } catch (error) {
      warn(error);
      return instead();
    }
  };
  return {
    async readOutbox() {
      const kept = await memory.readOutbox();
      return [
        ...(await orElse(
          () => durable.readOutbox(),
          async () => [],
        )),
        ...kept,
      ];
    },
    putOutbox: (entry) =>
      orElse(
        () => durable.putOutbox(entry),
        () => memory.putOutbox(entry),
      ),
    async removeOutbox(id) {
      await memory.removeOutbox(id);
      await orElse(
        () => durable.removeOutbox(id),
        async () => {},
      );
    },
    async read(key) {
      return (
        (await memory.read(key)) ??
        orElse(
          () => durable.read(key),
          async () => undefined,
        )
      );
    },
    write: (key, value) =>
      orElse(
        () => durable.write(key, value),
        () => memory.write(key, value),
      ),
  };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}
