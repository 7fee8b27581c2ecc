/** What the tests of test/web call inside a page: bundled by the harness, imported there as /modules/web-modules.js. */
export { claimTab, lockOf } from "../../web/app/tab.ts";
export { openDeskStorage } from "../../web/storage/desk-storage.ts";
export { readSavedSession, writeSavedSession } from "../../web/storage/saved-session.ts";
