import type { Servers } from "../harness/stage.ts";

/** What both pages offer that sign in, one with Parley's desk and one with strophe.js. */
export interface SignInPage {
  /** Resolves to how long it took, in milliseconds, until messages arrive: signed in, carbons enabled, roster read, and the server has our presence. */
  signIn(account: { servers: Servers; logon: string; password: string }): Promise<number>;
  signOut(): Promise<void>;
}
