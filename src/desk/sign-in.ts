import { DeskError } from "./errors.ts";
import type { SignedIn, SignInOptions } from "./options.ts";

/**
 * Signs the agent in and opens the desk. Rejects with a DeskError: wrong logon or password, server not verified,
 * server unreachable. With `keys` (a page that was reloaded) an unreachable server is waited for instead: the desk
 * opens at once and reconnects by itself.
 */
export async function signIn(_options: SignInOptions): Promise<SignedIn> {
  throw new DeskError({ code: "server-unreachable" });
}
