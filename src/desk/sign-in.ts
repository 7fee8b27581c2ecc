import { newId as systemNewId, systemClock } from "../client/clock.ts";
import { noLog } from "../client/log.ts";
import { unknownNetwork } from "../client/network.ts";
import { createClient } from "../extensions/create-client.ts";
import { signInProblem } from "./connection-words.ts";
import { AgentDesk, type AgentDeskOptions } from "./desk.ts";
import { deskClient } from "./desk-client.ts";
import { DeskError } from "./errors.ts";
import type { DeskClient } from "./port.ts";
import type { SignedIn, SignInOptions } from "./options.ts";
import { plainWords as ownWords } from "./plain-words.ts";

/**
 * Signs the agent in and opens the desk. Rejects with a DeskError: wrong logon or password, server not verified,
 * server unreachable. With `keys` (a page that was reloaded) an unreachable server is waited for instead: the desk
 * opens at once and reconnects by itself, with the conversations that the storage knows.
 */
export async function signIn(options: SignInOptions): Promise<SignedIn> {
  const { websocket, domain, service, credentials, storage } = options;
  const { network = unknownNetwork, clock = systemClock, newId = systemNewId, log = noLog } = options;
  const { saved, webSocket, plainWords = ownWords } = options;
  // RFC 7622 §3.3: the part before the @ is without case; the server answers in small letters.
  const username = options.logon.trim().toLowerCase();
  if (username === "") throw new DeskError({ code: "wrong-logon-or-password" });

  const opened: { desk?: AgentDesk } = {};
  let begin = () => {};
  const ready = new Promise<void>((resolve) => (begin = resolve));
  const client = createClient({
    websocket,
    domain,
    service,
    username,
    credentials,
    network,
    clock,
    newId,
    log,
    ready,
    ...(saved && { saved }),
    ...(webSocket && { webSocket }),
    mayAnswer: (peer) => opened.desk?.isTalkingTo(peer) ?? false,
  });
  const { connection } = client;
  const port = deskClient(client, `${username}@${domain}`);
  const isFirst = "password" in credentials;
  // The storage takes as long to open as half of the sign-in. A resumed stream has to wait: its messages come at once.
  if (isFirst) connection.start();
  const desk = await openDesk(port, { storage, clock, newId, plainWords });
  opened.desk = desk;
  desk.start();
  begin();

  if (isFirst) await untilSignedIn(desk, port);
  return { desk, keys: connection.keys, snapshot: () => connection.snapshot() };
}

async function openDesk(
  client: DeskClient,
  { storage, ...options }: Omit<AgentDeskOptions, "client" | "storage"> & Pick<SignInOptions, "storage">,
): Promise<AgentDesk> {
  try {
    return await AgentDesk.open({ ...options, client, storage: typeof storage === "function" ? await storage() : storage });
  } catch (error) {
    client.abandon();
    throw error;
  }
}

/** Rejects with the reason of the first attempt that failed: somebody waits before the sign-in page. */
async function untilSignedIn(desk: AgentDesk, { state, established }: DeskClient): Promise<void> {
  const decided = new AbortController();
  const { signal } = decided;
  const what = "the sign-in to be decided";
  await Promise.any([
    state.waitFor((now) => signInProblem(now) !== undefined, { what, signal }),
    established.waitFor((isEstablished) => isEstablished, { what, signal }),
  ]);
  decided.abort();
  const problem = signInProblem(state.get());
  if (!problem) return;
  desk.close();
  throw new DeskError(problem);
}
