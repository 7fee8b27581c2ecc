import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as Modules from "../support/web-modules.ts";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

declare const modules: typeof Modules;

/** As a string: the test runner would rewrite an import. Needed again in each new page. */
const load = (page: Page) => page.evaluate(`import("/modules/web-modules.js").then((loaded) => { globalThis.modules = loaded; })`);

/** Opens the storage of this tab, puts these entries into it, and says what is then in it. */
async function store(page: Page, tabId: string, ids: string[], aliveTabs: string[] = []) {
  await load(page);
  return page.evaluate(
    async ([tab, entries, alive]) => {
      const warnings: string[] = [];
      const storage = await modules.openDeskStorage({
        jid: "a.agent@localhost",
        tabId: tab,
        isAlive: async (other) => alive.includes(other),
        warn: ({ code }) => warnings.push(code),
      });
      for (const [sequence, id] of entries.entries()) {
        await storage.putOutbox({
          id,
          sessionId: "s",
          to: "b.agent@localhost",
          text: `text of ${id}`,
          sequence,
          queuedAt: 1,
          attempted: false,
        });
      }
      await storage.write("draft", entries.at(-1));
      return { outbox: (await storage.readOutbox()).map(({ id }) => id), draft: await storage.read("draft"), warnings };
    },
    [tabId, ids, aliveTabs] as const,
  );
}

test("what a tab queued is there for the next page of the tab", async () => {
  const { page, close } = await harness.page("/gallery.html");
  expect(await store(page, "t1", ["m1", "m2"])).toEqual({ outbox: ["m1", "m2"], draft: "m2", warnings: [] });
  await page.reload();
  expect((await store(page, "t1", [])).outbox).toEqual(["m1", "m2"]);
  await close();
});

test("entries of a tab that is gone are adopted, once; those of a living one are not", async () => {
  const { page, close } = await harness.page("/gallery.html");
  await store(page, "gone", ["m1"]);
  await store(page, "alive", ["m2"], ["gone"]);
  expect((await store(page, "t3", [], ["alive"])).outbox).toEqual(["m1"]);
  expect((await store(page, "t4", [], ["alive", "t3"])).outbox).toEqual([]);
  await close();
});

test("two tabs that open at the same time do not both adopt an entry", async () => {
  const { page, close } = await harness.page("/gallery.html");
  await store(page, "gone", ["m1", "m2", "m3"]);
  const other = await page.context().newPage();
  await other.goto(`${harness.url}/gallery.html`);
  const [one, two] = await Promise.all([store(page, "t1", [], ["t2"]), store(other, "t2", [], ["t1"])]);
  expect([...one.outbox, ...two.outbox].toSorted()).toEqual(["m1", "m2", "m3"]);
  await close();
});

test("where storage is forbidden the desk lives from memory, and warns once", async () => {
  const { page, close } = await harness.page("/gallery.html", {
    before: [
      () => {
        IDBFactory.prototype.open = () => {
          throw new DOMException("forbidden", "SecurityError");
        };
      },
    ],
  });
  expect(await store(page, "t1", ["m1", "m2"])).toEqual({ outbox: ["m1", "m2"], draft: "m2", warnings: ["storage-unavailable"] });
  await close();
});

test("where storage is full the desk goes on from memory, and warns once", async () => {
  const { page, close } = await harness.page("/gallery.html", {
    before: [
      () => {
        IDBObjectStore.prototype.put = () => {
          throw new DOMException("full", "QuotaExceededError");
        };
      },
    ],
  });
  expect(await store(page, "t1", ["m1", "m2"])).toEqual({ outbox: ["m1", "m2"], draft: "m2", warnings: ["storage-full"] });
  await close();
});

test("a reloaded tab keeps its id; a duplicated one gets its own", async () => {
  const { page, close } = await harness.page("/gallery.html");
  const claim = async (tab: Page, fresh: string) => {
    await load(tab);
    return tab.evaluate((id) => modules.claimTab(() => id), fresh);
  };
  expect(await claim(page, "t1")).toEqual({ id: "t1", isReload: false });
  await page.reload();
  expect(await claim(page, "never")).toEqual({ id: "t1", isReload: true });
  // A page that is opened by another one of its origin starts with a copy of its session storage, like a duplicated tab.
  const opened = page.context().waitForEvent("page");
  await page.evaluate((url) => void window.open(url), `${harness.url}/gallery.html`);
  const copy = await opened;
  await copy.waitForLoadState();
  await copy.evaluate(() => sessionStorage.setItem("parley-tab", "t1"));
  expect(await claim(copy, "t2")).toEqual({ id: "t2", isReload: false });
  await close();
});

test("broken session storage is as good as none", async () => {
  const { page, close } = await harness.page("/gallery.html");
  await load(page);
  const read = () => page.evaluate(() => modules.readSavedSession() ?? "none");
  for (const stored of ["", "{", "null", "[]", '{"logon":1,"keys":{}}', '{"logon":"a"}']) {
    await page.evaluate((value) => sessionStorage.setItem("parley-session", value), stored);
    expect(await read()).toBe("none");
  }
  await close();
});
