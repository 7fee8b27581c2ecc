/** One side of a conversation: a desk as the web client has it, and a raw client beside it on the same server, with the same archive. */
import { type Desk, newId, type SessionView, signIn, type TranscriptLine } from "../../../src/desk/index.ts";
import { pageNetwork } from "../../../web/app/network.ts";
import { openDeskStorage } from "../../../web/storage/desk-storage.ts";
import type { Servers } from "../harness/stage.ts";
import { offer } from "./offer.ts";
import { rawMessage, signInRaw } from "./raw-client.ts";

export interface Account {
  servers: Servers;
  password: string;
  /** Of the desk. */
  logon: string;
  /** Of the raw client. */
  raw: string;
}

export interface Trips {
  count: number;
  /** Between the end of one trip and the beginning of the next, in milliseconds. */
  pauseMs: number;
}

/** A line to the other side, whichever way. */
interface Line {
  say(text: string): void;
  heard: (text: string) => void;
}

const PATIENCE = { timeoutMs: 20_000 };
const lines: Partial<Record<"ours" | "raw", Line>> = {};
let desk: Desk;

export const roundTripPage = offer({
  async signIn({ servers, password, logon, raw }: Account, peer: { logon: string; raw: string }): Promise<void> {
    desk = await openDesk(servers, logon, password);
    lines.raw = await rawLine(servers, raw, password, `${peer.raw}@${servers.domain}`);
  },

  /** Resolves when the other side has accepted. */
  async invite(logon: string, domain: string): Promise<void> {
    await untilThere(logon);
    const id = await desk.invite(`${logon}@${domain}`);
    await until(id, ({ state }) => state === "connected");
    lines.ours = deskLine(id);
  },

  async accept(): Promise<void> {
    const { sessions } = await desk.sessions.waitFor((state) => state.sessions.some(({ pending }) => pending), {
      what: "the invitation",
      ...PATIENCE,
    });
    const { id } = sessions.find(({ pending }) => pending)!;
    await desk.accept(id);
    await until(id, ({ state }) => state === "connected");
    lines.ours = deskLine(id);
  },

  /** From now on every text is answered at once. */
  answer(): void {
    for (const line of Object.values(lines)) line.heard = (text) => line.say(answerTo(text));
  },

  /** How long each trip took, in milliseconds. */
  async run(side: "ours" | "raw", { count, pauseMs }: Trips): Promise<number[]> {
    const line = lines[side]!;
    const times: number[] = [];
    for (let number = 0; number < count; number++) {
      const text = `${newId()} Could you look at order 78-1142?`;
      const start = performance.now();
      const answered = new Promise<void>((resolve) => (line.heard = (heard) => heard === answerTo(text) && resolve()));
      line.say(text);
      await inTime(answered, `the answer to trip ${number} (${side})`);
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return times;
  },
});

export type RoundTripPage = typeof roundTripPage;

const answerTo = (text: string): string => `${text} Yes.`;

async function openDesk(servers: Servers, logon: string, password: string): Promise<Desk> {
  const warn = ({ code }: { code: string }) => {
    throw new Error(code);
  };
  const jid = `${logon}@${servers.domain}`;
  const storage = await openDeskStorage({ jid, tabId: newId(), isAlive: () => Promise.resolve(true), warn });
  const signedIn = await signIn({ ...servers, logon, credentials: { password }, storage, network: pageNetwork });
  await signedIn.desk.me.waitFor((me) => me !== undefined, { what: "the rights", ...PATIENCE });
  return signedIn.desk;
}

/** Each message of the other side is heard once, when its line is in the transcript. */
function deskLine(session: string): Line {
  const line: Line = { say: (text) => void desk.send(session, text), heard: () => {} };
  let newest: string | undefined;
  const isTheirs = (one: TranscriptLine) => one.kind === "message" && !one.own;
  desk.transcript(session).subscribe((transcript) => {
    const last = transcript.lines.findLast(isTheirs);
    if (last?.kind !== "message" || last.key === newest) return;
    newest = last.key;
    line.heard(last.text);
  });
  return line;
}

async function rawLine(servers: Servers, logon: string, password: string, peer: string): Promise<Line> {
  const client = await signInRaw(servers, logon, password);
  const line: Line = { say: (text) => client.say(rawMessage(peer, newId(), text)), heard: () => {} };
  client.heard = (frame) => {
    const body = /<body>([^<]*)<\/body>/.exec(frame)?.[1];
    if (body !== undefined) line.heard(body);
  };
  return line;
}

async function inTime(trip: Promise<void>, what: string): Promise<void> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`${what} does not come back`)), PATIENCE.timeoutMs));
  await Promise.race([trip, late]);
}

async function until(id: string, isIt: (view: SessionView) => boolean): Promise<void> {
  const isThere = () => desk.sessions.get().sessions.some((view) => view.id === id && isIt(view));
  await desk.sessions.waitFor(isThere, { what: "the session", ...PATIENCE });
}

/** The service has heard of the colleague's desk: an invitation would find it. */
async function untilThere(logon: string): Promise<void> {
  const { team } = desk;
  team.search(logon);
  team.show(0, 49);
  const isThere = ({ rows }: ReturnType<Desk["team"]["state"]["get"]>) =>
    [...rows.values()].some((row) => row.logon === logon && row.readiness === "ready" && !row.plain);
  await team.state.waitFor(isThere, { what: "the colleague", ...PATIENCE });
}
