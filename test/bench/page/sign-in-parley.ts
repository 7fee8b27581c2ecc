/** A page that can do nothing but sign in, with the web client's own storage. */
import { type Desk, newId, signIn } from "../../../src/desk/index.ts";
import { pageNetwork } from "../../../web/app/network.ts";
import { openDeskStorage } from "../../../web/storage/desk-storage.ts";
import { offer } from "./offer.ts";
import type { SignInPage } from "./sign-in.ts";

let desk: Desk;

offer<SignInPage>({
  async signIn({ servers, logon, password }) {
    const begin = performance.now();
    const warn = ({ code }: { code: string }) => {
      throw new Error(code);
    };
    const storage = () =>
      openDeskStorage({ jid: `${logon}@${servers.domain}`, tabId: newId(), isAlive: () => Promise.resolve(true), warn });
    ({ desk } = await signIn({ ...servers, logon, credentials: { password }, storage, network: pageNetwork }));
    await desk.connection.waitFor(({ type }) => type === "online", { what: "to be online", timeoutMs: 20_000 });
    return performance.now() - begin;
  },
  signOut: () => desk.signOut(),
});
