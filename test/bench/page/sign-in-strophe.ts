/** The same as sign-in-parley.ts with strophe.js: what a chat client does before messages arrive, as its users write it. */
import { $iq, $pres, Strophe } from "strophe.js";
import { offer } from "./offer.ts";
import type { SignInPage } from "./sign-in.ts";

offer<SignInPage>({
  async signIn({ servers, logon, password }) {
    const begin = performance.now();
    const connection = new Strophe.Connection(servers.websocket);
    await new Promise<void>((resolve, reject) => {
      connection.connect(`${logon}@${servers.domain}`, password, (status: number) => {
        if (status === Strophe.Status.CONNECTED) resolve();
        if (status === Strophe.Status.AUTHFAIL || status === Strophe.Status.CONNFAIL) reject(new Error(`strophe.js: status ${status}`));
      });
    });
    const ask = (iq: ReturnType<typeof $iq>) => new Promise((resolve, reject) => connection.sendIQ(iq, resolve, reject));
    await ask($iq({ type: "set" }).c("enable", { xmlns: "urn:xmpp:carbons:2" }));
    await ask($iq({ type: "get" }).c("query", { xmlns: Strophe.NS.ROSTER }));
    connection.send($pres());
    connection.flush();
    const online = performance.now();
    return { tookMs: online - begin, sinceOpeningMs: online };
  },
});
