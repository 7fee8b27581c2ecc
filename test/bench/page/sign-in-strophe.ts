/** The same as sign-in-parley.ts with strophe.js: nothing waits for an answer that need not. */
import { $iq, $pres, Strophe } from "strophe.js";
import type { Servers } from "../harness/stage.ts";
import { offer } from "./offer.ts";
import type { SignInPage } from "./sign-in.ts";

let connection: InstanceType<typeof Strophe.Connection>;
let disconnected = () => {};

offer<SignInPage>({
  async signIn({ servers, logon, password }) {
    const begin = performance.now();
    await connect(servers, logon, password);
    const ask = (iq: ReturnType<typeof $iq>) => new Promise((resolve, reject) => connection.sendIQ(iq, resolve, reject));
    const present = new Promise<void>((resolve) => connection.addHandler(() => (resolve(), false), "", "presence", ""));
    const answers = [
      ask($iq({ type: "set" }).c("enable", { xmlns: "urn:xmpp:carbons:2" })),
      ask($iq({ type: "get" }).c("query", { xmlns: Strophe.NS.ROSTER })),
      // The server reflects it.
      present,
    ];
    connection.send($pres());
    connection.flush();
    await Promise.all(answers);
    return performance.now() - begin;
  },
  signOut() {
    const isOver = new Promise<void>((resolve) => (disconnected = resolve));
    connection.disconnect("");
    return isOver;
  },
});

function connect({ websocket, domain }: Servers, logon: string, password: string): Promise<void> {
  connection = new Strophe.Connection(websocket);
  return new Promise((resolve, reject) => {
    connection.connect(`${logon}@${domain}`, password, (status: number) => {
      if (status === Strophe.Status.CONNECTED) resolve();
      if (status === Strophe.Status.DISCONNECTED) disconnected();
      if (status === Strophe.Status.AUTHFAIL || status === Strophe.Status.CONNFAIL) reject(new Error(`strophe.js: status ${status}`));
    });
  });
}
