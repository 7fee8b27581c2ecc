/** Our own client library against a real server, one account each. */
import { onTestFinished } from "vitest";
import { type Client, type ClientOptions, createClient } from "../../src/extensions/index.ts";
import { NodeWebSocket } from "./node-websocket.ts";
import type { Prosody } from "./prosody.ts";

/** A client of this account, signed out when the test is over. The account's password is its name. */
export function clientOf(prosody: Prosody, username: string, options: Partial<ClientOptions> = {}): Client {
  const client = createClient({
    websocket: prosody.websocket,
    domain: prosody.domain,
    username,
    credentials: { password: username },
    webSocket: NodeWebSocket,
    random: () => 0.01,
    ...options,
  });
  onTestFinished(() => client.signOut());
  return client;
}

/** The same, signed in and told to others. */
export async function signedIn(prosody: Prosody, username: string, options?: Partial<ClientOptions>): Promise<Client> {
  const client = clientOf(prosody, username, options);
  client.connection.start();
  await client.established.waitFor(Boolean, { what: `${username} to be signed in`, timeoutMs: 20_000 });
  return client;
}
