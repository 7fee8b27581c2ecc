import { newId, type Problem, type SignedIn, type SignInOptions, signIn } from "../../src/desk/index.ts";
import { openDeskStorage } from "../storage/desk-storage.ts";
import { readSavedSession } from "../storage/saved-session.ts";
import { words } from "../i18n/words.ts";
import type { Config } from "./config.ts";
import { pageNetwork } from "./network.ts";
import { claimTab, lockOf, type Tab } from "./tab.ts";

export interface SessionOptions {
  config: Config;
  logon: string;
  credentials: SignInOptions["credentials"];
  warn(problem: Problem): void;
}

let tab: Promise<Tab> | undefined;

/** Signs in from this tab: with its storage, and after a reload with the stream that the page before left open. */
export async function openSession({ config, credentials, warn, ...options }: SessionOptions): Promise<SignedIn> {
  // RFC 7622 §3.3: the part before the @ is without case, and the storage belongs to the agent.
  const logon = options.logon.toLowerCase();
  tab ??= claimTab(newId);
  const { id: tabId, isReload } = await tab;
  const saved = isReload && "keys" in credentials ? readSavedSession()?.stream : undefined;
  const storage = () => openDeskStorage({ jid: `${logon}@${config.domain}`, tabId, isAlive, warn });
  return signIn({
    ...config,
    logon,
    credentials,
    storage,
    network: pageNetwork,
    plainWords: { invitation: words.plainInvitation, refusal: words.plainRefusal },
    ...(saved ? { saved } : {}),
  });
}

async function isAlive(tabId: string): Promise<boolean> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === lockOf(tabId));
}
