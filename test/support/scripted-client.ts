/** The desk's side of the protocol library, played by a script: a service, an archive and a connection under the test's thumb. */
import { OfflineError, TimeoutError } from "../../src/client/errors.ts";
import type { ConnectionState } from "../../src/client/stream.ts";
import { Emitter, Value } from "../../src/client/value.ts";
import { AgentDesk } from "../../src/desk/desk.ts";
import { memoryStorage } from "../../src/desk/memory-storage.ts";
import { plainWords } from "../../src/desk/plain-words.ts";
import type { ArchiveEntry, ArchiveQuery, DeskClient } from "../../src/desk/port.ts";
import type { DeskStorage } from "../../src/desk/types.ts";
import type { ChatMessage, ChatStateChange, ChatStateName, MessageMark, OutgoingChat } from "../../src/extensions/chat/types.ts";
import type { AgentPresence, AgentRow, DirectoryPage, DirectorySearch, Me } from "../../src/extensions/directory/types.ts";
import type { Session, SessionList, SessionPush } from "../../src/extensions/im-session/types.ts";
import { ServiceAwayError } from "../../src/extensions/service-request.ts";
import { StanzaError } from "../../src/client/errors.ts";
import { FakeClock } from "./fake-clock.ts";

export const OWN = "a.agent@example.org";
export const PEER = "b.agent@example.org";

export function row(logon: string, more: Partial<AgentRow> = {}): AgentRow {
  return {
    jid: `${logon}@example.org`,
    logon,
    name: `Name of ${logon}`,
    readiness: "ready",
    plain: false,
    groups: [],
    skills: [],
    favorite: false,
    mayIm: true,
    ...more,
  };
}

export class ScriptedClient implements DeskClient {
  readonly clock = new FakeClock();
  readonly bareJid = OWN;
  readonly state = new Value<ConnectionState>({ type: "offline" });
  readonly established = new Value(false);
  /** Everything that was sent, in order. */
  readonly sent: OutgoingChat[] = [];
  readonly markers: { to: string; id: string }[] = [];
  readonly chatStates: { to: string; state: ChatStateName }[] = [];
  /** Commands to the service, as `verb id`. */
  readonly commands: string[] = [];
  readonly watched: string[][] = [];
  readonly searches: DirectorySearch[] = [];
  readonly queries: ArchiveQuery[] = [];
  archive: ArchiveEntry[] = [];
  rows: AgentRow[] = [row("a.agent"), row("b.agent"), row("c.agent")];
  sessions = new Map<string, Session>();
  version = 0;
  service: "there" | "absent" | "silent" = "there";
  isActive = true;
  /** Answers to searches wait until this is called. */
  holdSearches = false;
  readonly heldSearches: (() => void)[] = [];
  /** The mode of new sessions. */
  mode: Session["mode"] = "parley";
  rights: Me["rights"] = ["im.use", "im.make", "im.release"];

  readonly chat = {
    received: new Emitter<ChatMessage>(),
    marks: new Emitter<MessageMark>(),
    states: new Emitter<ChatStateChange>(),
    acked: new Emitter<{ id: string }>(),
    lost: new Emitter<{ id: string }>(),
    bounced: new Emitter<{ id: string; error: StanzaError }>(),
    send: async (message: OutgoingChat) => {
      this.#demandStream();
      this.sent.push(message);
    },
    sendState: async (to: string, _thread: string | undefined, state: ChatStateName) => {
      this.chatStates.push({ to, state });
    },
    sendMarker: async (to: string, _thread: string | undefined, id: string) => {
      this.#demandStream();
      this.markers.push({ to, id });
    },
  };

  readonly imSession = {
    pushes: new Emitter<SessionPush>(),
    missed: new Emitter<void>(),
    invite: ({ id, to, answering = false }: { id: string; to: string; answering?: boolean }) =>
      this.#command(`invite ${id}`, () => {
        const known = this.sessions.get(id);
        if (known) return known;
        const at = this.clock.now();
        const begun = { id, revision: 1, mode: this.mode, createdAt: at, expiresAt: at + 30_000, peerReachable: true, done: false };
        return answering
          ? { ...begun, mode: "plain", state: "connected", inviter: to, target: OWN, acceptedAt: at }
          : { ...begun, state: "not-connected", inviter: OWN, target: to };
      }),
    accept: (id: string) => this.#change("accept", id, { state: "connected", acceptedAt: this.clock.now() }),
    reject: (id: string) => this.#change("reject", id, { state: "ended", endedAt: this.clock.now(), done: true }),
    end: (id: string) => this.#change("end", id, { state: "ended", endedAt: this.clock.now() }),
    done: (id: string) => this.#change("done", id, { done: true }),
    list: async (): Promise<SessionList> => {
      this.commands.push("list");
      this.#demandService();
      return { version: this.version, sessions: [...this.sessions.values()].filter(({ done }) => !done) };
    },
  };

  readonly directory = {
    presences: new Emitter<AgentPresence[]>(),
    me: async (): Promise<Me> => {
      this.#demandService();
      return { jid: OWN, logon: "a.agent", name: "Ada", rights: this.rights, inviteTimeoutS: 30 };
    },
    search: async (search: DirectorySearch): Promise<DirectoryPage> => {
      this.#demandService();
      this.searches.push(search);
      const matching = this.rows.filter(
        (one) =>
          (search.filter !== "favorites" || one.favorite) && `${one.logon} ${one.name}`.toLowerCase().includes(search.text.toLowerCase()),
      );
      const page = { rows: matching.slice(search.index, search.index + search.max), index: search.index, count: matching.length };
      if (this.holdSearches) await new Promise<void>((go) => this.heldSearches.push(go));
      return page;
    },
    watch: async (jids: readonly string[]): Promise<AgentPresence[]> => {
      this.#demandService();
      this.watched.push([...jids]);
      return [];
    },
    setFavorite: async (_jid: string, _on: boolean): Promise<void> => this.#demandService(),
  };

  async queryArchive(query: ArchiveQuery) {
    this.#demandStream();
    this.queries.push(query);
    const { max, before, after } = query;
    const matching = this.archive.filter(({ message, mark, at }) => {
      const parties = message ? [message.from, message.to] : [mark?.from];
      return (query.with === undefined || parties.includes(query.with)) && at >= (query.start ?? 0);
    });
    const place = (id: string) => {
      const index = matching.findIndex(({ archiveId }) => archiveId === id);
      if (index < 0) throw new StanzaError("cancel", "item-not-found");
      return index;
    };
    const [from, to] =
      before !== undefined
        ? ((end: number) => [Math.max(0, end - max), end])(before === "" ? matching.length : place(before))
        : ((start: number) => [start, Math.min(matching.length, start + max)])(after === undefined ? 0 : place(after) + 1);
    const items = matching.slice(from, to);
    const complete = before !== undefined ? from === 0 : to === matching.length;
    const [first, last] = [items[0]?.archiveId, items.at(-1)?.archiveId];
    return { items, complete, ...(first !== undefined && { first }), ...(last !== undefined && { last }) };
  }

  async findArchived({ ids }: { ids: readonly string[] }) {
    this.#demandStream();
    return new Set(ids.filter((id) => this.archive.some(({ message }) => message?.id === id)));
  }

  async setReadiness(): Promise<void> {}

  setActive(isActive: boolean): void {
    this.isActive = isActive;
  }

  start(): void {
    if (this.state.get().type !== "online") this.state.set({ type: "connecting", attempt: 1 });
  }

  async signOut(): Promise<void> {
    this.abandon();
  }

  abandon(): void {
    this.established.set(false);
    this.state.set({ type: "offline" });
  }

  online(resumed = false): void {
    this.state.set({ type: "online", jid: `${OWN}/x`, resumed });
    this.established.set(true);
  }

  offline(): void {
    this.established.set(false);
    this.state.set({ type: "waiting", attempt: 1, retryAt: this.clock.now() + 1000, reason: new OfflineError("cut") });
  }

  /** The service pushes this session as it now is. */
  push(session: Session, { type = "changed", skip = 0 }: { type?: SessionPush["type"]; skip?: number } = {}): void {
    this.sessions.set(session.id, session);
    this.version += 1 + skip;
    this.imSession.pushes.emit({ type, version: this.version, session });
  }

  /** Somebody invites us. */
  offer(id: string, from = PEER): Session {
    const at = this.clock.now();
    const session: Session = {
      id,
      revision: 1,
      state: "not-connected",
      mode: "parley",
      inviter: from,
      target: OWN,
      createdAt: at,
      expiresAt: at + 30_000,
      peerReachable: true,
      done: false,
    };
    this.push(session, { type: "offer" });
    return session;
  }

  /** The same session, changed by the service. */
  change(id: string, more: Partial<Session>): Session {
    const session = this.sessions.get(id)!;
    const changed = { ...session, revision: session.revision + 1, ...more };
    this.push(changed);
    return changed;
  }

  message(text: string, more: Partial<ChatMessage> = {}): ChatMessage {
    return {
      id: text,
      from: PEER,
      to: OWN,
      direction: "in",
      source: "live",
      body: text,
      at: this.clock.now(),
      archiveId: `archived ${text}`,
      wantsReceipt: true,
      wantsMarker: true,
      delayed: false,
      ...more,
    };
  }

  /** A message comes, and is in the archive. */
  receive(text: string, more: Partial<ChatMessage> = {}): void {
    const message = this.message(text, more);
    this.store(message);
    this.chat.received.emit(message);
  }

  /** A message is in the archive, and nobody told us. */
  store(message: ChatMessage): void {
    this.archive.push({ archiveId: message.archiveId ?? message.id, at: message.at, message: { ...message, source: "archive" } });
  }

  #change(verb: string, id: string, change: Partial<Session>) {
    return this.#command(`${verb} ${id}`, () => {
      const session = this.sessions.get(id)!;
      return { ...session, ...change, revision: session.revision + 1 };
    });
  }

  async #command(said: string, run: () => Session): Promise<SessionPush> {
    this.commands.push(said);
    this.#demandService();
    const session = run();
    this.sessions.set(session.id, session);
    return { type: "changed", version: ++this.version, session };
  }

  #demandStream(): void {
    if (this.state.get().type !== "online") throw new OfflineError("There is no connection");
  }

  #demandService(): void {
    this.#demandStream();
    if (this.service === "absent") throw new ServiceAwayError(new StanzaError("cancel", "service-unavailable"));
    if (this.service === "silent") throw new ServiceAwayError(new TimeoutError("an answer", 5000));
  }
}

/** A desk on a scripted client, online. */
export async function openDesk(client = new ScriptedClient(), storage: DeskStorage = memoryStorage()) {
  let ids = 0;
  const desk = await AgentDesk.open({ client, storage, clock: client.clock, newId: () => `new-${++ids}`, plainWords });
  desk.start();
  client.online();
  await rest();
  return { desk, client, storage };
}

/** All that was begun comes to rest: nothing in a scripted world waits for more than promises. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
}
