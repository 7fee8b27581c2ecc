/**
 * A demo colleague on the public API: signs in as an agent, accepts every invitation and answers by itself.
 *
 *     COLLEAGUE_LOGON=colleague.bot COLLEAGUE_PASSWORD=… node dist/examples/colleague/main.js
 *
 * | setting | default |
 * | --- | --- |
 * | COLLEAGUE_LOGON | none |
 * | COLLEAGUE_PASSWORD | none |
 * | COLLEAGUE_WEBSOCKET | ws://localhost:5280/xmpp-websocket |
 * | COLLEAGUE_DOMAIN | PARLEY_DOMAIN, else localhost |
 */
import { createClient, domainOf } from "parley";
import WebSocket from "ws";
import { colleague } from "./colleague.ts";

/** One message per task, as in a browser. */
class NodeWebSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { allowSynchronousEvents: false });
  }
}

const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

function setting(name: string, fallback?: string): string {
  const value = process.env[name] || fallback;
  if (value === undefined) {
    console.error(`${name} is not set.`);
    process.exit(2);
  }
  return value;
}

const domain = setting("COLLEAGUE_DOMAIN", process.env["PARLEY_DOMAIN"] || "localhost");
const username = setting("COLLEAGUE_LOGON");
const leaving = new AbortController();

const client = createClient({
  websocket: setting("COLLEAGUE_WEBSOCKET", "ws://localhost:5280/xmpp-websocket"),
  domain,
  username,
  credentials: { password: setting("COLLEAGUE_PASSWORD") },
  webSocket: NodeWebSocket,
  identity: { category: "client", type: "bot", name: "Parley demo colleague" },
  // Colleagues are on the same server; nobody else gets receipts.
  mayAnswer: (peer) => domainOf(peer) === domain,
});

colleague({ client, log, signal: leaving.signal });

client.established.subscribe((isEstablished) => log(isEstablished ? `${username} is ready` : `${username} is offline`));
client.connection.state.subscribe((state) => {
  if (state.type === "waiting") log(`trying again: ${state.reason.message}`);
  if (state.type !== "refused") return;
  log(`the server refused the sign-in: ${state.reason.message}`);
  process.exit(1);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    leaving.abort();
    client.signOut().then(
      () => process.exit(0),
      (error: unknown) => {
        log(`could not sign out: ${String(error)}`);
        process.exit(1);
      },
    );
  });
}

client.connection.start();
