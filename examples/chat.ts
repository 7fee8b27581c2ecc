/**
 * Signs in, prints what arrives and sends what is typed, line by line:
 * node dist/examples/chat.js ws://localhost:5280/xmpp-websocket a.agent@localhost demo b.agent@localhost
 */
import { createInterface } from "node:readline";
import { createClient, domainOf, localOf, newId } from "parley";
import { WebSocket } from "ws";

const [websocket, jid, password, peer] = process.argv.slice(2);
if (!websocket || !jid || !password || !peer) throw new Error("usage: chat.js <WebSocket> <JID> <password> <peer's JID>");

const domain = domainOf(jid);
const client = createClient({ websocket, domain, username: localOf(jid) ?? "", credentials: { password }, webSocket: WebSocket });
client.chat.received.on(({ from, body }) => console.log(`${from}: ${body}`));
client.chat.bounced.on(({ from, error }) => console.error(`${from} was not reached: ${error.message}`));
client.connection.start();
const { type } = await client.connection.state.waitFor(({ type }) => type === "online" || type === "refused", { what: "the sign-in" });
if (type === "refused") throw new Error("The server refused the logon");
await client.established.waitFor(Boolean, { what: "the session" });

for await (const body of createInterface({ input: process.stdin })) {
  await client.chat.send({ id: newId(), to: peer, body });
}
await client.signOut();
