/** The agent's desk: puts its parts together and follows the connection. */
import type { Clock, NewId } from "../client/clock.ts";
import { OfflineError } from "../client/errors.ts";
import type { ConnectionState } from "../client/stream.ts";
import { type ReadonlyValue, type Unsubscribe, Value } from "../client/value.ts";
import type { ChatMessage } from "../extensions/chat/types.ts";
import type { Session } from "../extensions/im-session/types.ts";
import { CatchUp } from "./catch-up.ts";
import { connectionWords } from "./connection-words.ts";
import { Conversations } from "./conversations.ts";
import { DeskError, problemOf, storageProblem } from "./errors.ts";
import { gateOf } from "./gate.ts";
import { Keeper, type Kept } from "./kept.ts";
import { lineKey } from "./transcript-lines.ts";
import { sendable } from "./message-text.ts";
import type { PlainWords } from "./options.ts";
import { Outbox, readOutbox, type StoredOutbox } from "./outbox.ts";
import { People } from "./people.ts";
import { maySend } from "./permissions.ts";
import { asSession, PlainInvitations } from "./plain-invitations.ts";
import type { DeskClient } from "./port.ts";
import { Problems } from "./problems.ts";
import { ReadMarkers } from "./read-markers.ts";
import { SessionCommands } from "./session-commands.ts";
import { peerOf, sessionFor } from "./session-list.ts";
import { SessionSync } from "./session-sync.ts";
import { Sessions } from "./sessions.ts";
import { ShownTranscripts } from "./shown-transcripts.ts";
import { Strays } from "./strays.ts";
import { DirectoryTeam } from "./team.ts";
import type { Desk, DeskConnection, DeskStorage, Me, OwnReadiness, Transcript } from "./types.ts";
import { OwnTyping, PeersTyping } from "./typing.ts";
import { Watch } from "./watch.ts";

export interface AgentDeskOptions {
  client: DeskClient;
  storage: DeskStorage;
  clock: Clock;
  newId: NewId;
  plainWords: PlainWords;
}

const NOTIFY_S = 30;

export class AgentDesk implements Desk {
  readonly team: DirectoryTeam;
  readonly #client: DeskClient;
  readonly #storage: DeskStorage;
  readonly #own: string;
  readonly #keeper: Keeper;
  readonly #problems: Problems;
  readonly #people: People;
  readonly #sync: SessionSync;
  readonly #invitations: PlainInvitations;
  readonly #outbox: Outbox;
  readonly #conversations: Conversations;
  readonly #sessions: Sessions;
  readonly #commands: SessionCommands;
  readonly #catchUp: CatchUp;
  readonly #watch: Watch;
  readonly #peersTyping: PeersTyping;
  readonly #ownTyping: OwnTyping;
  readonly #connection = new Value<DeskConnection>({ type: "signing-in" });
  readonly #me = new Value<Me | undefined>(undefined);
  readonly #readiness: Value<OwnReadiness>;
  readonly #shown: ShownTranscripts;
  readonly #strays: Strays;
  readonly #markers: ReadMarkers;
  readonly #stops: Unsubscribe[] = [];
  #stream: ConnectionState | undefined;
  #wasOnline = false;
  #wasReady = false;
  #isWorking = false;
  #isInFront = true;

  /** With what earlier pages left in the storage; when it can not be read, `problems` says so, and nothing can be sent. */
  static async open(options: AgentDeskOptions): Promise<AgentDesk> {
    const { storage, clock } = options;
    const problems = new Problems();
    const keeper = new Keeper(storage, clock, (problem) => problems.add(problem));
    const stored = await readOutbox(storage).catch((error: unknown) => {
      problems.add(storageProblem(error));
      return { entries: [], returned: [] };
    });
    const kept = await keeper.readAll();
    return new AgentDesk(options, { problems, keeper, stored, kept });
  }

  private constructor({ client, storage, clock, newId, plainWords }: AgentDeskOptions, { problems, keeper, stored, kept }: DeskBeginnings) {
    this.#client = client;
    this.#storage = storage;
    this.#own = client.bareJid;
    this.#problems = problems;
    this.#keeper = keeper;
    const outbox = new Outbox(
      {
        storage,
        clock,
        newId,
        send: (message) => client.chat.send(message),
        findArchived: (search) => client.findArchived(search),
        gate: (sessionId) => this.#gateOf(sessionId),
      },
      stored,
    );
    this.#outbox = outbox;
    this.#readiness = new Value<OwnReadiness>(kept.readiness ?? { type: "ready" });
    this.#people = new People(client.directory);
    this.#sync = new SessionSync({ imSession: client.imSession, clock }, kept.sessions ?? []);
    this.#invitations = new PlainInvitations(kept.invitations ?? []);
    this.#watch = new Watch(client.directory, clock);
    this.#peersTyping = new PeersTyping(clock);
    this.#conversations = new Conversations(
      {
        query: (query) => client.queryArchive(query),
        clock,
        own: this.#own,
        logonOf: (jid) => this.#people.of(jid).logon,
        outbox,
      },
      { read: kept.read ?? {}, began: kept.began ?? {} },
    );
    this.#sessions = new Sessions(
      {
        clock,
        own: this.#own,
        me: () => this.#me.get(),
        isOnline: () => this.#isWorking,
        personOf: (jid) => this.#people.of(jid),
        unread: (id) => this.#conversations.get(id)?.unread ?? 0,
        isTyping: (id) => this.#peersTyping.has(id),
        firstMessage: (id) => this.#invitations.get(id)?.messages[0]?.body,
        keep: (open) => keeper.write("open", open),
      },
      kept.open,
    );
    this.#ownTyping = new OwnTyping(clock, (id, state) => {
      const session = this.#sessions.get(id);
      if (session && this.#isWorking) void client.chat.sendState(peerOf(session, this.#own), id, state).catch(noMatter);
    });
    this.#commands = new SessionCommands({
      imSession: client.imSession,
      chat: client.chat,
      sync: this.#sync,
      sessions: this.#sessions,
      invitations: this.#invitations,
      own: this.#own,
      newId,
      isOnline: () => this.#isWorking,
      plainWords,
      ownName: () => this.#me.get()?.name ?? this.#people.of(this.#own).name,
      write: (message) => outbox.add(message),
      adopted: (session, invitation) => this.#conversations.adopt(session, invitation),
    });
    this.#shown = new ShownTranscripts(this.#conversations);
    this.#markers = new ReadMarkers(client.chat);
    this.#strays = new Strays({
      own: this.#own,
      newId,
      people: this.#people,
      sync: this.#sync,
      invitations: this.#invitations,
      conversations: this.#conversations,
    });
    this.#catchUp = new CatchUp(
      {
        query: (query) => client.queryArchive(query),
        clock,
        found: (entries) => {
          // Who received a message of ours, as the archive knows it.
          for (const { mark } of entries) if (mark && mark.from !== this.#own) this.#outbox.arrived(mark.id);
          this.#conversations.fillGap(entries);
        },
        complete: () => this.#conversations.closeGap(),
        outOfReach: () => this.#conversations.readAnew(),
        keep: (place) => keeper.write("place", place),
      },
      kept.place,
    );
    this.team = new DirectoryTeam({
      directory: client.directory,
      watch: this.#watch,
      clock,
      me: () => this.#me.get(),
      isOnline: () => this.#isWorking,
    });
    this.#subscribe();
    this.#sessionsChanged();
  }

  get connection(): ReadonlyValue<DeskConnection> {
    return this.#connection;
  }

  get me(): ReadonlyValue<Me | undefined> {
    return this.#me;
  }

  get readiness(): ReadonlyValue<OwnReadiness> {
    return this.#readiness;
  }

  get sessions() {
    return this.#sessions.state;
  }

  get serviceThere(): ReadonlyValue<boolean> {
    return this.#sync.isThere;
  }

  get problems() {
    return this.#problems.all;
  }

  /** Connects, unless that is under way, and stays connected until `signOut` or `close`. */
  start(): void {
    void this.#client.setReadiness(this.#readiness.get()).catch(noMatter);
    if (this.#client.state.get().type === "offline") this.#client.start();
    else this.#followConnection();
  }

  transcript(sessionId: string): ReadonlyValue<Transcript> {
    return this.#shown.get(sessionId);
  }

  setReadiness(readiness: OwnReadiness): void {
    this.#readiness.set(readiness);
    this.#keeper.write("readiness", readiness);
    // Not told: we are offline, and the next stream begins with it.
    void this.#client.setReadiness(readiness).catch(noMatter);
  }

  invite(jid: string): Promise<string> {
    return this.#commands.invite(jid);
  }

  accept(sessionId: string): Promise<void> {
    return this.#commands.accept(sessionId);
  }

  reject(sessionId: string): Promise<void> {
    return this.#commands.reject(sessionId);
  }

  end(sessionId: string): Promise<void> {
    return this.#commands.end(sessionId);
  }

  markDone(sessionId: string): Promise<void> {
    return this.#commands.markDone(sessionId);
  }

  async send(sessionId: string, text: string): Promise<void> {
    const session = this.#sessions.get(sessionId);
    const body = sendable(text);
    if (body === undefined) return;
    if (!session) throw new DeskError({ code: "unknown-session" });
    const permission = maySend(session, session.inviter === this.#own, this.#me.get());
    if (!permission.allowed) {
      throw new DeskError(
        permission.reason === "no-right"
          ? { code: "right-missing", detail: { right: "im.use" } }
          : { code: "wrong-state", detail: { state: session.state } },
      );
    }
    await this.#outbox.add({ sessionId, to: peerOf(session, this.#own), text: body });
    this.#ownTyping.sent(sessionId);
  }

  retry(_sessionId: string, key: string): Promise<void> {
    return this.#outbox.retry(this.#idOf(key));
  }

  discard(_sessionId: string, key: string): Promise<void> {
    return this.#outbox.discard(this.#idOf(key));
  }

  setTyping(sessionId: string, typing: boolean): void {
    const session = this.#sessions.get(sessionId);
    if (session?.state === "connected" && session.peerReachable) this.#ownTyping.set(sessionId, typing);
  }

  open(sessionId: string): void {
    if (!this.#sessions.get(sessionId)) return;
    const before = this.#sessions.currentId;
    if (before !== undefined && before !== sessionId) this.#conversations.get(before)?.forgetDivider();
    this.#sessions.open(sessionId);
  }

  markRead(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    const marker = this.#conversations.get(sessionId)?.markRead();
    // Before the accept, nobody learns that we have looked.
    if (!session || marker === undefined || session.state === "not-connected") return;
    this.#markers.owe(sessionId, peerOf(session, this.#own), marker);
    if (this.#isWorking) this.#markers.send();
  }

  setAttention(inFront: boolean): void {
    if (inFront === this.#isInFront) return;
    this.#isInFront = inFront;
    this.#client.setActive(inFront);
    const { currentId } = this.#sessions;
    if (!inFront && currentId !== undefined) this.#conversations.get(currentId)?.forgetDivider();
  }

  async loadOlder(sessionId: string): Promise<void> {
    await this.#conversations.get(sessionId)?.loadOlder();
  }

  async readDraft(sessionId: string): Promise<string> {
    const draft = await this.#storage.read(draftKey(sessionId)).catch(() => undefined);
    return typeof draft === "string" ? draft : "";
  }

  writeDraft(sessionId: string, text: string): void {
    const written = this.#storage.write(draftKey(sessionId), text === "" ? undefined : text);
    written.catch((error: unknown) => this.#problems.add(storageProblem(error)));
  }

  dismissProblem(problem: Parameters<Desk["dismissProblem"]>[0]): void {
    this.#problems.dismiss(problem);
  }

  reconnectNow(): void {
    this.#client.start();
  }

  async signOut(): Promise<void> {
    await this.#client.signOut();
    this.#release();
  }

  close(): void {
    this.#client.abandon();
    this.#release();
  }

  /** Whether this agent may learn that we are there and got the message: we are in an IM with each other. */
  isTalkingTo(jid: string): boolean {
    return [...this.#sync.known.get().sessions.values()].some(
      (session) => peerOf(session, this.#own) === jid && (session.state !== "not-connected" || session.inviter === this.#own),
    );
  }

  #subscribe(): void {
    const { chat, state, established } = this.#client;
    const sync = this.#sync;
    this.#stops.push(
      state.subscribe(() => this.#followConnection()),
      established.subscribe(() => this.#followConnection()),
      chat.received.on((message) => {
        if (message.archiveId !== undefined) this.#catchUp.live(message.archiveId);
        this.#conversations.receive(message);
      }),
      chat.marks.on((mark) => {
        if (mark.from !== this.#own) this.#outbox.arrived(mark.id);
        this.#conversations.mark(mark);
      }),
      chat.states.on(({ from, thread, state: chatState }) => {
        const about = { from, ...(thread !== undefined && { thread }) };
        const session = sessionFor(about, this.#sync.known.get().sessions.values(), this.#own, new Map());
        if (session) this.#peersTyping.set(session.id, chatState === "composing");
      }),
      chat.acked.on(({ id }) => this.#outbox.arrived(id)),
      chat.lost.on(({ id }) => this.#outbox.lost(id)),
      chat.bounced.on(({ id, error }) => void this.#outbox.bounced(id, error.condition)),
      this.#outbox.changed.on((change) => {
        this.#conversations.outboxChanged(change);
        if (change.type === "failed") this.#clearOrphans();
      }),
      this.#outbox.troubled.on((problem) => this.#problems.add(problem)),
      this.#conversations.arrived.on(({ session, message }) => this.#arrived(session, message)),
      this.#conversations.stray.on((message) => void this.#strays.receive(message)),
      this.#conversations.unreadChanged.on(() => {
        this.#sessions.refresh();
        this.#keeper.write("read", this.#conversations.read);
      }),
      this.#peersTyping.changed.on(() => this.#sessions.refresh()),
      this.#people.learnt.on(() => {
        this.#conversations.rename();
        this.#sessions.refresh();
      }),
      this.team.seen.on((rows) => this.#people.learn(rows)),
      this.#me.subscribe(() => this.#sessions.refresh()),
      this.#invitations.waiting.subscribe((waiting) => {
        this.#keeper.write("invitations", [...waiting]);
        this.#sessionsChanged();
      }),
      sync.known.subscribe(({ sessions }) => {
        this.#keeper.write("sessions", [...sessions.values()]);
        this.#sessionsChanged();
      }),
      sync.troubled.on((problem) => this.#problems.add(problem)),
      sync.isCurrent.subscribe((isCurrent) => {
        if (isCurrent) this.#listed();
      }),
      sync.isThere.subscribe((isThere) => {
        if (isThere && this.#isWorking) this.#serviceReturned();
      }),
    );
  }

  #followConnection(): void {
    const state = this.#client.state.get();
    if (state.type === "online" && state !== this.#stream) {
      // The first stream of this page may be an earlier page's; what came over that one, only the archive knows.
      const isFresh = !state.resumed || !this.#wasOnline;
      this.#stream = state;
      this.#wasOnline = true;
      if (isFresh) {
        this.#catchUp.interrupted();
        this.#conversations.openGap();
      }
      this.#outbox.connected(!state.resumed);
    }
    const isReady = state.type === "online" && this.#client.established.get();
    if (isReady !== this.#isWorking) {
      this.#isWorking = isReady;
      if (isReady) this.#online(!state.resumed);
      else this.#offline();
    }
    this.#wasReady ||= isReady;
    // Until others hear of us, the agent is told that it is still under way.
    const shown: ConnectionState = state.type === "online" && !isReady ? { type: "connecting", attempt: 1 } : state;
    this.#connection.set(connectionWords(shown, this.#wasReady));
    this.#sessions.refresh();
  }

  #online(isFresh: boolean): void {
    this.#sync.online();
    this.#watch.online(isFresh);
    void this.#readArchive(this.#stream);
    this.#markers.send();
    void this.#learnMe();
    // A page that was reloaded resumes the stream of the page before it, but knows no row yet.
    if (isFresh || this.team.state.get().count === undefined) this.team.refresh();
  }

  /** First of all what became of our own messages: a transcript shows them where they belong only then. Never rejects. */
  async #readArchive(stream: ConnectionState | undefined): Promise<void> {
    await this.#outbox.online();
    if (!this.#isWorking || stream !== this.#stream) return;
    this.#catchUp.online();
    this.#conversations.loadAll();
  }

  #offline(): void {
    this.#sync.offline();
    this.#catchUp.offline();
    this.#watch.offline();
    this.#outbox.offline();
    this.#peersTyping.clear();
    this.#ownTyping.clear();
  }

  #serviceReturned(): void {
    void this.#learnMe();
    this.#watch.online(true);
    this.team.refresh();
    this.#strays.claim();
  }

  /** The service told us the list, or that it is not there. */
  #listed(): void {
    this.#outbox.runAll();
    this.#clearOrphans();
    this.#strays.claim();
  }

  /** Never rejects: without an answer it is asked again when the service is back. */
  async #learnMe(): Promise<void> {
    try {
      const me = await this.#client.directory.me();
      this.#people.learn([me]);
      this.#me.set(me);
    } catch (error) {
      const problem = problemOf(error);
      // The banner and `serviceThere` say these.
      if (!(error instanceof OfflineError) && problem.code !== "service-away") this.#problems.add(problem);
    }
  }

  /** The service's sessions and the ordinary clients' invitations, as one. */
  #sessionsChanged(): void {
    const { sessions } = this.#sync.known.get();
    const all = new Map(sessions);
    const notifyMs = (this.#me.get()?.inviteTimeoutS ?? NOTIFY_S) * 1000;
    for (const invitation of this.#invitations.waiting.get()) {
      if (!all.has(invitation.id)) all.set(invitation.id, asSession(invitation, this.#own, notifyMs));
    }
    const before = new Set([...all.keys()].filter((id) => this.#conversations.get(id)));
    this.#conversations.update(all);
    for (const invitation of this.#invitations.waiting.get()) {
      if (!before.has(invitation.id)) this.#conversations.adopt(all.get(invitation.id)!, invitation);
    }
    this.#keeper.write("began", this.#conversations.began);
    this.#sessions.update(all);
    this.#shown.update();
    for (const session of all.values()) this.#settleInvitation(session);
    this.#watch.setPeers([...all.values()].filter((one) => one.state !== "ended").map((one) => peerOf(one, this.#own)));
    for (const session of all.values()) void this.#people.find(peerOf(session, this.#own)).catch(noMatter);
    this.#outbox.runAll();
  }

  /** What an ordinary client wrote was accepted on another of the agent's devices. */
  #settleInvitation(session: Session): void {
    if (session.revision === 0 || session.state === "ended") return;
    const invitation = this.#invitations.from(peerOf(session, this.#own));
    if (!invitation || this.#sessions.view(invitation.id)?.busy) return;
    this.#conversations.adopt(session, invitation);
    this.#invitations.remove(invitation.id);
  }

  #arrived(session: Session, message: ChatMessage): void {
    const { id } = session;
    if (message.direction === "out") {
      // Of the archive the outbox asks itself: to be there is not to have arrived.
      if (message.source !== "archive") this.#outbox.arrived(message.id);
      // Answered, or turned away, on another of the agent's devices.
      if (this.#invitations.get(id)) this.#invitations.remove(id);
      return;
    }
    this.#peersTyping.set(id, false);
    const current = this.#sessions.get(id);
    if (this.#invitations.get(id)) this.#invitations.add(message, id);
    else if (current?.mode === "plain" && current.state === "not-connected" && current.inviter === this.#own) {
      // Not done: it is tried again with the next message, or the next connection's archive.
      void this.#commands.replied(id).catch(noMatter);
    }
  }

  /** Messages of sessions that are gone have no transcript to say it in. */
  #clearOrphans(): void {
    if (!this.#sync.isCurrent.get() || !this.#sync.isThere.get()) return;
    for (const sessionId of this.#outbox.sessionIds()) {
      if (this.#sessions.get(sessionId)) continue;
      for (const { id, to, text, failed } of this.#outbox.entries(sessionId)) {
        if (!failed) continue;
        this.#problems.add({ code: "message-not-sent", detail: { to: this.#people.of(to).logon, text } });
        void this.#outbox.discard(id).catch((error: unknown) => this.#problems.add(problemOf(error)));
      }
    }
  }

  #gateOf(sessionId: string) {
    return gateOf(this.#sessions.get(sessionId), {
      isCurrent: this.#sync.isCurrent.get(),
      isThere: this.#sync.isThere.get(),
    });
  }

  #idOf(key: string): string {
    return key.slice(lineKey(this.#own, "").length);
  }

  #release(): void {
    this.#keeper.flush();
    for (const stop of this.#stops.splice(0)) stop();
    this.#shown.close();
    this.#sync.close();
    this.#catchUp.offline();
    this.#watch.close();
    this.team.close();
    this.#outbox.close();
    this.#conversations.close();
    this.#sessions.close();
    this.#peersTyping.clear();
    this.#ownTyping.clear();
    this.#connection.set({ type: "signed-out" });
  }
}

interface DeskBeginnings {
  problems: Problems;
  keeper: Keeper;
  stored: StoredOutbox;
  kept: Partial<Kept>;
}

function draftKey(sessionId: string): string {
  return `draft ${sessionId}`;
}

/** For what is told again, or said by a state, when it did not work. */
function noMatter(): void {}
