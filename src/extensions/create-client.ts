import { newId as systemNewId, systemClock } from "../client/clock.ts";
import { Connection, type ConnectionOptions } from "../client/connection.ts";
import { OfflineError } from "../client/errors.ts";
import { noLog } from "../client/log.ts";
import { unknownNetwork } from "../client/network.ts";
import type { Stream } from "../client/stream.ts";
import type { ReadonlyValue } from "../client/value.ts";
import { type Caps, caps } from "./caps/caps.ts";
import { type Carbons, carbons } from "./carbons/carbons.ts";
import { type Chat, chat } from "./chat/chat.ts";
import { incomingMessages } from "./chat/incoming.ts";
import { type ChatStates, chatStates } from "./chat-states/chat-states.ts";
import { type Csi, csi } from "./csi/csi.ts";
import { type Directory, directory } from "./directory/directory.ts";
import { type Disco, disco } from "./disco/disco.ts";
import type { Identity } from "./disco/stanzas.ts";
import { type DisplayedMarkers, displayedMarkers } from "./displayed-markers/displayed-markers.ts";
import { establish } from "./establish.ts";
import { type ImSession, imSession } from "./im-session/im-session.ts";
import { NS_IM_SESSION } from "./im-session/types.ts";
import { type Mam, mam } from "./mam/mam.ts";
import { type Ping, ping } from "./ping/ping.ts";
import { type OwnPresence, presence, type PresenceExchange } from "./presence/presence.ts";
import { type Receipts, receipts } from "./receipts/receipts.ts";
import { type Roster, roster } from "./roster/roster.ts";

export interface ClientOptions extends ConnectionOptions {
  /** The domain of Parley's service; `parley.` before the account's domain unless told. */
  service?: string;
  /** What we say of ourselves first; `ready` unless told. */
  presence?: OwnPresence;
  /**
   * Whether this peer (a bare JID) may learn that we are there and got its message. Contacts that may see our presence
   * anyway, unless told.
   */
  mayAnswer?: (peer: string) => boolean;
  /**
   * The session begins (carbons, roster, presence) only then, although the stream is up: for those who sign in while
   * they still get ready to listen. At once unless told. A resumed stream does not wait.
   */
  ready?: Promise<unknown>;
  /** What others' service discovery finds. */
  identity?: Identity;
}

/** A client's connection with every extension on it, by its registered name. */
export interface Client {
  readonly connection: Connection;
  /** The connection as the extensions see it. */
  readonly stream: Stream;
  /** Signed in, and others have been told: carbons, roster and presence are in place. */
  readonly established: ReadonlyValue<boolean>;
  readonly roster: Roster;
  readonly presence: PresenceExchange;
  readonly disco: Disco;
  readonly caps: Caps;
  readonly carbons: Carbons;
  readonly mam: Mam;
  readonly chat: Chat;
  readonly receipts: Receipts;
  readonly markers: DisplayedMarkers;
  readonly chatStates: ChatStates;
  readonly ping: Ping;
  readonly csi: Csi;
  readonly imSession: ImSession;
  readonly directory: Directory;
  /** Tells others that we leave, and closes the stream. */
  signOut(): Promise<void>;
}

/** Names the software in our capabilities; it need not lead anywhere. */
const NODE = "urn:parley:client";

/**
 * A client, not yet connected: subscribe to what you want to hear, then `client.connection.start()`.
 *
 * @example
 * const client = createClient({ websocket, domain, username, credentials: { password } });
 * client.chat.received.on(({ from, body }) => console.log(`${from}: ${body}`));
 * client.connection.start();
 */
export function createClient(options: ClientOptions): Client {
  const { domain, service = `parley.${domain}`, clock = systemClock, newId = systemNewId, network = unknownNetwork, log = noLog } = options;
  const { identity = { category: "client", type: "web", name: "Parley" } } = options;
  const connection = new Connection(options);
  const stream: Stream = connection;
  const access = { stream, service };

  // What answers and asks. Nothing here looks at messages.
  const discovery = disco({ stream }, { identity });
  const capabilities = caps({ disco: discovery }, { node: NODE });
  const contacts = roster({ stream });
  const pings = ping({ stream, disco: discovery });
  const clientState = csi({ connection });

  // Incoming messages: who is first takes what is its own, forged or not, and the others never see it.
  const copies = carbons({ stream });
  const archive = mam({ stream, clock, newId });
  const sessions = imSession(access);
  const agents = directory(access);
  discovery.addFeature(NS_IM_SESSION);

  // What is left of them are messages between people.
  const incoming = incomingMessages({ stream, carbons: copies, clock, newId });
  const { mayAnswer = contacts.maySeeUs } = options;
  const answered = receipts({ stream, disco: discovery, incoming, clock, network }, { mayAnswer });
  const markers = displayedMarkers({ stream, disco: discovery, incoming });
  const states = chatStates({ stream, disco: discovery, incoming });
  const messages = chat({ stream, incoming, receipts: answered, markers, chatStates: states });

  // Presence last: its tag is made of the features above.
  const presences = presence({ stream, caps: capabilities, roster: contacts }, options.presence ?? { type: "ready" });
  // The service tells agents of each other by this; nobody else is let in by itself.
  presences.autoApprove((jid) => jid === service);
  const established = establish({
    stream,
    carbons: copies,
    roster: contacts,
    presence: presences,
    ping: pings,
    ready: options.ready ?? Promise.resolve(),
    log,
  });

  return {
    connection,
    stream,
    established,
    roster: contacts,
    presence: presences,
    disco: discovery,
    caps: capabilities,
    carbons: copies,
    mam: archive,
    chat: messages,
    receipts: answered,
    markers,
    chatStates: states,
    ping: pings,
    csi: clientState,
    imSession: sessions,
    directory: agents,
    async signOut() {
      await presences.leave().catch((error: unknown) => {
        // There is nobody to tell.
        if (!(error instanceof OfflineError)) throw error;
      });
      await connection.stop();
    },
  };
}
