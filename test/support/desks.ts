/** Agents at their desks, without pages: a real Prosody, the real service, and the desk as the web client has it. */
import {
  type Desk,
  type DeskStorage,
  memoryStorage,
  type SessionView,
  type SignedIn,
  type SignInOptions,
  signIn,
} from "../../src/desk/index.ts";
import type { TranscriptLine } from "../../src/desk/types.ts";
import { NodeWebSocket } from "./node-websocket.ts";
import { type Prosody, startProsody } from "./prosody.ts";
import { ALL_IM_RIGHTS, type Core, type CoreOptions, createCore, PASSWORD, until } from "./service-core.ts";

const PATIENCE_MS = 20_000;

export class Desks {
  readonly #opened: AgentAtDesk[] = [];
  #agents = 0;

  private constructor(
    readonly prosody: Prosody,
    readonly core: Core,
  ) {}

  static async start(settings: CoreOptions["settings"] = {}): Promise<Desks> {
    const prosody = await startProsody();
    const core = await createCore(prosody, { settings: { inviteTimeoutS: 3, graceS: 30, ...settings } });
    await core.start();
    return new Desks(prosody, core);
  }

  /** New agents, whom no other test has met. */
  async agents<Letters extends string>(...letters: Letters[]): Promise<Record<Letters, string>> {
    const number = ++this.#agents;
    const named = letters.map((letter) => [letter, `${letter}${number}.agent`] as const);
    for (const [, logon] of named) await this.add(logon);
    return Object.fromEntries(named) as Record<Letters, string>;
  }

  async add(logon: string, rights: readonly string[] = ALL_IM_RIGHTS): Promise<void> {
    await this.prosody.register(logon, PASSWORD);
    await this.core.service.agents.add({ logon, name: `Name of ${logon}`, rights: [...rights] });
  }

  async signIn(logon: string, options: Partial<SignInOptions> & { storage?: DeskStorage } = {}): Promise<AgentAtDesk> {
    const storage = options.storage ?? memoryStorage();
    const signedIn = await signIn({
      websocket: this.prosody.websocket,
      domain: this.prosody.domain,
      service: this.prosody.serviceDomain,
      logon,
      credentials: { password: PASSWORD },
      webSocket: NodeWebSocket,
      ...options,
      storage,
    });
    const agent = new AgentAtDesk(logon, `${logon}@${this.prosody.domain}`, signedIn, storage);
    this.#opened.push(agent);
    await agent.desk.me.waitFor((me) => me !== undefined, { what: `${logon}'s rights`, timeoutMs: PATIENCE_MS });
    await until(`${logon} to be seen by the service`, async () => {
      const { readiness } = await this.core.service.agents.get(logon);
      return readiness === "ready";
    });
    return agent;
  }

  /** Closes every desk that the last test opened. */
  async leave(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map(({ desk }) => desk.signOut()));
  }

  async stop(): Promise<void> {
    await this.leave();
    await this.core.stop();
    await this.prosody.stop();
  }
}

export class AgentAtDesk {
  readonly desk: Desk;

  constructor(
    readonly logon: string,
    readonly jid: string,
    readonly signedIn: SignedIn,
    readonly storage: DeskStorage,
  ) {
    this.desk = signedIn.desk;
  }

  /** The session with this agent, as soon as it is so. */
  async session(peer: AgentAtDesk | string, what: string, isIt: (view: SessionView) => boolean = () => true): Promise<SessionView> {
    const jid = typeof peer === "string" ? peer : peer.jid;
    const find = (views: readonly SessionView[]) => views.find((view) => view.peerJid === jid && isIt(view));
    const { sessions } = await this.desk.sessions.waitFor((state) => find(state.sessions) !== undefined, {
      what: `${this.logon}: ${what}`,
      timeoutMs: PATIENCE_MS,
    });
    return find(sessions)!;
  }

  /** The transcript, as soon as it is so. */
  async lines(
    sessionId: string,
    what: string,
    isIt: (lines: readonly TranscriptLine[]) => boolean,
    timeoutMs = PATIENCE_MS,
  ): Promise<readonly TranscriptLine[]> {
    const transcript = this.desk.transcript(sessionId);
    try {
      return (await transcript.waitFor(({ lines }) => isIt(lines), { what: `${this.logon}: ${what}`, timeoutMs })).lines;
    } catch (error) {
      const seen = transcript
        .get()
        .lines.map((line) =>
          line.kind === "message" ? `${line.logon}: ${line.text.slice(0, 60)} (${line.progress ?? "in"})` : `- ${line.notice}`,
        );
      throw new Error(`${String(error)}; it shows\n${seen.slice(-30).join("\n")}`, { cause: error });
    }
  }

  texts(sessionId: string): string[] {
    return textsOf(this.desk.transcript(sessionId).get().lines);
  }
}

export function textsOf(lines: readonly TranscriptLine[]): string[] {
  return lines.flatMap((line) => (line.kind === "message" ? [line.text] : []));
}

export function noticesOf(lines: readonly TranscriptLine[]): string[] {
  return lines.flatMap((line) => (line.kind === "notice" ? [line.notice] : []));
}

/** Invites and accepts: both see Connected. Resolves with the session's id. */
export async function connect(inviter: AgentAtDesk, target: AgentAtDesk): Promise<string> {
  await target.desk.sessions.waitFor(() => true, { what: "the target's desk" });
  const id = await inviter.desk.invite(target.jid);
  await target.session(inviter, "the invitation", (view) => view.pending);
  await target.desk.accept(id);
  await inviter.session(target, "connected", (view) => view.state === "connected");
  return id;
}
