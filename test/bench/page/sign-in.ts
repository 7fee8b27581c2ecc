import type { Servers } from "../harness/stage.ts";

/** What both pages offer that sign in, one with Parley's desk and one with strophe.js. */
export interface SignInPage {
  /** Resolves when messages arrive: signed in, carbons enabled, roster read, presence sent. */
  signIn(account: { servers: Servers; logon: string; password: string }): Promise<SignInTimes>;
}

export interface SignInTimes {
  /** Since the sign-in began. */
  tookMs: number;
  /** Since the page was navigated to, reading its script included. */
  sinceOpeningMs: number;
}
