/** Two desks in one page, as the web client has them, and two raw clients beside them, on the same server with the same archive. */
import { type Desk, newId, type SessionView, signIn, type TranscriptLine } from "../../../src/desk/index.ts";
import { openDeskStorage } from "../../../web/storage/desk-storage.ts";
import { pageNetwork } from "../../../web/app/network.ts";
import type { Servers } from "../harness/stage.ts";
import { offer } from "./offer.ts";
import { rawMessage, signInRaw } from "./raw-client.ts";

export interface Pairs {
  servers: Servers;
  password: string;
  desks: readonly [string, string];
  raw: readonly [string, string];
}

export interface Trips {
  count: number;
  /** Between the end of one trip and the beginning of the next, in milliseconds. */
  pauseMs: number;
}

/** Sends a text and resolves when the other side's answer to it is there. */
type Trip = (text: string) => Promise<void>;

let trips: { ours: Trip; raw: Trip };

const PATIENCE = { timeoutMs: 20_000 };

export const roundTripPage = offer({
  async connect({ servers, password, desks, raw }: Pairs): Promise<void> {
    trips = { ours: await deskTrip(servers, password, desks), raw: await rawTrip(servers, password, raw) };
  },

  /** How long each trip took, in milliseconds. */
  async run(side: "ours" | "raw", { count, pauseMs }: Trips): Promise<number[]> {
    const times: number[] = [];
    for (let number = 0; number < count; number++) {
      const text = `${newId()} Could you look at order 78-1142?`;
      const start = performance.now();
      await inTime(trips[side](text), `trip ${number} (${side})`);
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return times;
  },
});

export type RoundTripPage = typeof roundTripPage;

async function deskTrip(servers: Servers, password: string, logons: readonly [string, string]): Promise<Trip> {
  const open = async (logon: string): Promise<Desk> => {
    const jid = `${logon}@${servers.domain}`;
    const warn = ({ code }: { code: string }) => {
      throw new Error(code);
    };
    const storage = await openDeskStorage({ jid, tabId: newId(), isAlive: () => Promise.resolve(true), warn });
    const { desk } = await signIn({ ...servers, logon, credentials: { password }, storage, network: pageNetwork });
    await desk.me.waitFor((me) => me !== undefined, { what: "the rights", ...PATIENCE });
    return desk;
  };
  const [a, b] = [await open(logons[0]), await open(logons[1])];
  await untilThere(a, logons[1]);
  const session = await a.invite(`${logons[1]}@${servers.domain}`);
  await until(b, session, ({ pending }) => pending);
  await b.accept(session);
  await until(a, session, ({ state }) => state === "connected");

  let answered = (_text: string): void => {};
  eachText(b, session, (text) => void b.send(session, `${text} Yes.`));
  eachText(a, session, (text) => answered(text));
  return async (text) => {
    const answer = new Promise<void>((resolve) => (answered = (got) => got === `${text} Yes.` && resolve()));
    await a.send(session, text);
    await answer;
  };
}

async function inTime(trip: Promise<void>, what: string): Promise<void> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`${what} does not come back`)), PATIENCE.timeoutMs));
  await Promise.race([trip, late]);
}

async function until(desk: Desk, id: string, isIt: (view: SessionView) => boolean): Promise<void> {
  const isThere = () => desk.sessions.get().sessions.some((view) => view.id === id && isIt(view));
  await desk.sessions.waitFor(isThere, { what: "the session", ...PATIENCE }).catch((error: unknown) => {
    throw new Error(`${String(error)}; there is ${JSON.stringify(desk.sessions.get())}`, { cause: error });
  });
}

/** The service has heard of the colleague's desk: an invitation would find it. */
async function untilThere({ team }: Desk, logon: string): Promise<void> {
  team.search(logon);
  team.show(0, 49);
  const isThere = ({ rows }: ReturnType<Desk["team"]["state"]["get"]>) =>
    [...rows.values()].some((row) => row.logon === logon && row.readiness === "ready" && !row.plain);
  await team.state.waitFor(isThere, { what: "the colleague", ...PATIENCE });
}

/** Calls `then` for each message of the other side, once. */
function eachText(desk: Desk, session: string, then: (text: string) => void): void {
  let newest: string | undefined;
  const isTheirs = (line: TranscriptLine) => line.kind === "message" && !line.own;
  desk.transcript(session).subscribe(({ lines }) => {
    const line = lines.findLast(isTheirs);
    if (line?.kind !== "message" || line.key === newest) return;
    newest = line.key;
    then(line.text);
  });
}

async function rawTrip(servers: Servers, password: string, logons: readonly [string, string]): Promise<Trip> {
  const a = await signInRaw(servers, logons[0], password);
  const b = await signInRaw(servers, logons[1], password);
  const [jidOfA, jidOfB] = logons.map((logon) => `${logon}@${servers.domain}`) as [string, string];
  b.heard = (text) => {
    const body = bodyOf(text);
    if (body !== undefined) b.say(rawMessage(jidOfA, newId(), `${body} Yes.`));
  };
  return (text) =>
    new Promise((resolve) => {
      a.heard = (heard) => bodyOf(heard) === `${text} Yes.` && resolve();
      a.say(rawMessage(jidOfB, newId(), text));
    });
}

function bodyOf(text: string): string | undefined {
  return /<body>([^<]*)<\/body>/.exec(text)?.[1];
}
