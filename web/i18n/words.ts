/** Every word that an agent reads or hears. Functions, because the language is known only at run time. */
import { msg, str } from "@lit/localize";
import type {
  LineProgress,
  OwnReadiness,
  Permission,
  Problem,
  SessionState,
  SessionView,
  TeamFilter,
  TranscriptLine,
} from "../../src/desk/types.ts";
import { formatNumber, plural } from "./format.ts";

type Readiness = "ready" | "not-ready" | "away" | "unreachable" | "signed-out";
type Denied = Extract<Permission, { allowed: false }>["reason"];
type Notice = Extract<TranscriptLine, { kind: "notice" }>["notice"];

export const words = {
  product: () => msg("Parley", { id: "product" }),
  loading: () => msg("Loading…", { id: "loading" }),
  close: () => msg("Close", { id: "close" }),
  dismiss: () => msg("Dismiss", { id: "dismiss" }),
  cancel: () => msg("Cancel", { id: "cancel" }),
  retry: () => msg("Retry", { id: "retry" }),
  discard: () => msg("Discard", { id: "discard" }),
  tryAgain: () => msg("Try again", { id: "try-again" }),

  agentLogon: () => msg("Agent logon", { id: "agent-logon" }),
  password: () => msg("Password", { id: "password" }),
  signIn: () => msg("Sign in", { id: "sign-in" }),
  signingIn: () => msg("Signing in…", { id: "signing-in" }),
  signInIntro: () => msg("Instant messages and consultations between agents", { id: "sign-in-intro" }),
  logonMissing: () => msg("Enter your agent logon.", { id: "logon-missing" }),
  passwordMissing: () => msg("Enter your password.", { id: "password-missing" }),
  settingsUnreadable: () =>
    msg("This page could not read its settings from the server. Check your network, then reload the page.", { id: "config-unreadable" }),
  restoring: () => msg("Signing you in again…", { id: "restoring" }),

  gadgetView: () => msg("Gadget view", { id: "gadget-view" }),
  settings: () => msg("Settings", { id: "settings" }),
  signOut: () => msg("Sign out", { id: "sign-out" }),
  ownReadiness: (text: string) => msg(str`Readiness: ${text}`, { id: "own-readiness" }),
  readinessMenu: () => msg("Readiness", { id: "readiness-menu" }),
  otherReason: () => msg("Not Ready: other reason…", { id: "other-reason" }),
  reason: () => msg("Reason", { id: "reason" }),
  notReadyTitle: () => msg("Why are you not ready?", { id: "not-ready-title" }),
  setNotReady: () => msg("Set Not Ready", { id: "set-not-ready" }),
  notReadyReasons: () => [
    msg("Break", { id: "reason-break" }),
    msg("Lunch", { id: "reason-lunch" }),
    msg("Meeting", { id: "reason-meeting" }),
    msg("Training", { id: "reason-training" }),
  ],
  showTeam: () => msg("Team", { id: "show-team" }),
  showConversations: () => msg("Conversations", { id: "show-conversations" }),
  views: () => msg("Views", { id: "views" }),

  teamCommunicator: () => msg("Team Communicator", { id: "team-communicator" }),
  search: () => msg("Search", { id: "search" }),
  searchHint: () => msg("Find a colleague, group or skill", { id: "search-hint" }),
  filters: () => msg("Filters", { id: "filters" }),
  agents: () => msg("Agents", { id: "agents" }),
  actionsFor: (logon: string) => msg(str`Actions for ${logon}`, { id: "actions-for" }),
  favorite: (logon: string) => msg(str`Favorite ${logon}`, { id: "favorite" }),
  noMatch: (text: string) => msg(str`Nobody matches “${text}”.`, { id: "no-match" }),
  noFavorites: () => msg("No favorites yet. The star beside a colleague adds one.", { id: "no-favorites" }),
  noRecents: () => msg("Nobody yet. Colleagues you have exchanged messages with appear here.", { id: "no-recents" }),
  noAgents: () => msg("There are no agents yet.", { id: "no-agents" }),
  found: (count: number) =>
    plural(count, {
      one: () => msg("1 agent", { id: "found-one" }),
      other: () => msg(str`${formatNumber(count)} agents`, { id: "found-other" }),
    }),
  sendIm: (logon: string) => msg(str`Send an Instant Message ${logon}`, { id: "send-im" }),
  noImRight: () => msg("You do not have the right to send instant messages.", { id: "no-im-right" }),
  noActions: () => msg("No actions available", { id: "no-actions" }),
  otherClient: () => msg("other chat program", { id: "other-client" }),

  interactionWindow: () => msg("Interaction window", { id: "interaction-window" }),
  interactions: () => msg("Interactions", { id: "interactions" }),
  nothingOpen: () => msg("No conversation is open", { id: "nothing-open" }),
  nothingOpenHint: () =>
    msg("Find a colleague in the Team Communicator and choose Send an Instant Message, or display a conversation from the task bar.", {
      id: "nothing-open-hint",
    }),
  endSession: () => msg("End Session", { id: "end-session" }),
  markDone: () => msg("Mark Done", { id: "mark-done" }),
  transcript: () => msg("Transcript", { id: "transcript" }),
  noLines: () => msg("No messages yet.", { id: "no-lines" }),
  loadingOlder: () => msg("Loading older messages…", { id: "loading-older" }),
  older: () => msg("Show older messages", { id: "older" }),
  startOfConversation: () => msg("Start of the conversation", { id: "start-of-conversation" }),
  newMessages: () => msg("New messages", { id: "new-messages" }),
  jumpToNewest: (count: number) =>
    count === 0
      ? msg("Jump to newest", { id: "jump-to-newest" })
      : plural(count, {
          one: () => msg("Jump to newest, 1 new message", { id: "jump-one" }),
          other: () => msg(str`Jump to newest, ${formatNumber(count)} new messages`, { id: "jump-other" }),
        }),
  typing: (logon: string) => msg(str`${logon} is typing…`, { id: "typing" }),
  unread: (count: number) => msg(str`${formatNumber(count)} unread`, { id: "unread" }),
  message: () => msg("Message", { id: "message" }),
  messageTo: (logon: string) => msg(str`Message ${logon}`, { id: "message-to" }),
  send: () => msg("Send", { id: "send" }),
  sendHintEnter: () => msg("Enter sends, Shift+Enter makes a new line.", { id: "send-hint-enter" }),
  sendHintControl: () => msg("Ctrl+Enter sends, Enter makes a new line.", { id: "send-hint-control" }),
  charactersLeft: (count: number) =>
    plural(count, {
      one: () => msg("1 character left", { id: "left-one" }),
      other: () => msg(str`${formatNumber(count)} characters left`, { id: "left-other" }),
    }),
  charactersTooMany: (count: number) =>
    plural(count, {
      one: () => msg("1 character too many", { id: "too-many-one" }),
      other: () => msg(str`${formatNumber(count)} characters too many`, { id: "too-many-other" }),
    }),
  queuedHint: (logon: string) => msg(str`What you write now is sent as soon as ${logon} accepts.`, { id: "queued-hint" }),

  taskBar: () => msg("Task bar", { id: "task-bar" }),
  noInteractions: () => msg("No interactions", { id: "no-interactions" }),
  pending: () => msg("pending", { id: "pending" }),
  accept: () => msg("Accept", { id: "accept" }),
  reject: () => msg("Reject", { id: "reject" }),
  invitations: () => msg("Invitations", { id: "invitations" }),
  invitationFrom: (logon: string) => msg(str`Invitation from ${logon}`, { id: "invitation-from" }),
  invitesYou: (logon: string) => msg(str`${logon} invites you to an instant message conversation.`, { id: "invites-you" }),
  writesToYou: (logon: string) => msg(str`${logon} writes to you from another chat program.`, { id: "writes-to-you" }),
  invitedAt: (time: string) => msg(str`Invited at ${time}`, { id: "invited-at" }),
  stillPending: () => msg("The invitation is still open: you can accept or reject it.", { id: "still-pending" }),
  secondsLeft: (count: number) => msg(str`${formatNumber(count)} s left`, { id: "seconds-left" }),
  goToInvitation: () => msg("Press F6 to go to it.", { id: "go-to-invitation" }),
  newMessageFrom: (logon: string) => msg(str`New message from ${logon}`, { id: "new-message-from" }),

  plainInvitation: (name: string) =>
    msg(str`${name} invites you to an instant message conversation. Reply to this message to accept.`, { id: "plain-invitation" }),
  plainRefusal: () => msg("Thank you for your message. I cannot answer it now.", { id: "plain-refusal" }),

  notices: () => msg("Notices", { id: "notices" }),
  connectionLost: () => msg("The connection is lost. What you write is kept and sent later.", { id: "banner-lost" }),
  tryingIn: (seconds: number) => msg(str`Trying again in ${formatNumber(seconds)} s`, { id: "trying-in" }),
  tryingNow: () => msg("Trying to connect…", { id: "trying-now" }),
  tryNow: () => msg("Try now", { id: "try-now" }),
  serviceAway: () =>
    msg("The Parley service does not answer. Open conversations go on; new invitations have to wait.", { id: "banner-service-away" }),

  askPermission: () =>
    msg("Let this page show notifications, so that invitations reach you while it is not in front.", { id: "ask-permission" }),
  allow: () => msg("Allow", { id: "allow" }),
  notNow: () => msg("Not now", { id: "not-now" }),
  settingSound: () => msg("Play a sound for invitations and messages", { id: "setting-sound" }),
  settingSystem: () => msg("Show notifications of the system while this page is not in front", { id: "setting-system" }),
  settingPrivate: () => msg("Keep the text of messages out of them", { id: "setting-private" }),
  settingEnter: () => msg("Enter sends the message", { id: "setting-enter" }),
  theme: () => msg("Theme", { id: "theme" }),
  density: () => msg("Density", { id: "density" }),
  permissionDenied: () =>
    msg("The browser refuses notifications for this page. Allow them in the browser's settings for this site.", {
      id: "permission-denied",
    }),
  permissionUnsupported: () => msg("This browser has no notifications for this page.", { id: "permission-unsupported" }),
  testSound: () => msg("Play it now", { id: "test-sound" }),
  choices: {
    system: () => msg("As the system", { id: "choice-system" }),
    light: () => msg("Light", { id: "choice-light" }),
    dark: () => msg("Dark", { id: "choice-dark" }),
    comfortable: () => msg("Comfortable", { id: "choice-comfortable" }),
    compact: () => msg("Compact", { id: "choice-compact" }),
  },
};

const STATES: Record<SessionState, () => string> = {
  "not-connected": () => msg("Not Connected", { id: "state-not-connected" }),
  connected: () => msg("Connected", { id: "state-connected" }),
  ended: () => msg("Ended", { id: "state-ended" }),
};

export const stateWord = (state: SessionState): string => STATES[state]();

const FILTERS: Record<TeamFilter, () => string> = {
  all: () => msg("All", { id: "filter-all" }),
  favorites: () => msg("Favorites", { id: "filter-favorites" }),
  recents: () => msg("Recents", { id: "filter-recents" }),
};

export const filterWord = (filter: TeamFilter): string => FILTERS[filter]();

const READINESS: Record<Readiness, () => string> = {
  ready: () => msg("Ready", { id: "readiness-ready" }),
  "not-ready": () => msg("Not Ready", { id: "readiness-not-ready" }),
  away: () => msg("Away", { id: "readiness-away" }),
  unreachable: () => msg("Unreachable", { id: "readiness-unreachable" }),
  "signed-out": () => msg("Signed out", { id: "readiness-signed-out" }),
};

/** "Not Ready: lunch", "Ready". */
export function readinessWords(readiness: Readiness, reason?: string): string {
  const word = READINESS[readiness]();
  return reason ? msg(str`${word}: ${reason}`, { id: "readiness-with-reason" }) : word;
}

export const ownReadinessWords = (own: OwnReadiness): string => readinessWords(own.type, own.type === "not-ready" ? own.reason : undefined);

const PROGRESS: Record<LineProgress, () => string> = {
  queued: () => msg("Queued", { id: "progress-queued" }),
  sent: () => msg("Sent", { id: "progress-sent" }),
  delivered: () => msg("Delivered", { id: "progress-delivered" }),
  read: () => msg("Read", { id: "progress-read" }),
  failed: () => msg("Not sent", { id: "progress-failed" }),
};

export const progressWord = (progress: LineProgress): string => PROGRESS[progress]();

const DENIALS: Record<Denied, (logon: string) => string> = {
  "no-right": () => msg("You do not have the right to do this.", { id: "denied-no-right" }),
  "target-no-right": (logon) => msg(str`${logon} may not use instant messages.`, { id: "denied-target-no-right" }),
  "signed-out": (logon) => msg(str`${logon} is signed out.`, { id: "denied-signed-out" }),
  unreachable: (logon) => msg(str`${logon} is unreachable at the moment.`, { id: "denied-unreachable" }),
  "not-connected": () => msg("The session is not connected.", { id: "denied-not-connected" }),
  "not-ended": () => msg("End the session first.", { id: "denied-not-ended" }),
  ended: () => msg("The session has ended.", { id: "denied-ended" }),
  offline: () => msg("You are not connected to the server.", { id: "denied-offline" }),
  self: () => msg("This is you.", { id: "denied-self" }),
  "already-open": (logon) => msg(str`A conversation with ${logon} is already open.`, { id: "denied-already-open" }),
};

/** Why a command is not available now; `logon` is the other agent. */
export const denialWords = (reason: Denied, logon: string): string => DENIALS[reason](logon);

const NOTICES: Record<Notice, (logon: string) => string> = {
  invited: (logon) => msg(str`${logon} sent the invitation`, { id: "notice-invited" }),
  "plain-invitation": (logon) =>
    msg(str`${logon} uses another chat program. The invitation went out as a message; the first reply connects you.`, {
      id: "notice-plain",
    }),
  "peer-unreachable": (logon) =>
    msg(str`${logon} is unreachable. The session goes on when ${logon} is back.`, { id: "notice-peer-unreachable" }),
  "peer-returned": (logon) => msg(str`${logon} is back`, { id: "notice-peer-returned" }),
  accepted: (logon) => msg(str`${logon} accepted the invitation`, { id: "notice-accepted" }),
  rejected: (logon) => msg(str`${logon} rejected the invitation`, { id: "notice-rejected" }),
  "timed-out": (logon) => msg(str`The invitation to ${logon} timed out. It can still be accepted.`, { id: "notice-timed-out" }),
  unreachable: (logon) => msg(str`${logon} is unreachable`, { id: "notice-unreachable" }),
  cancelled: (logon) => msg(str`${logon} cancelled the invitation`, { id: "notice-cancelled" }),
  "answered-elsewhere": () => msg("Answered elsewhere", { id: "notice-answered-elsewhere" }),
  "signed-out": (logon) => msg(str`${logon} signed out`, { id: "notice-signed-out" }),
  "ended-by-peer": (logon) => msg(str`${logon} ended the session`, { id: "notice-ended-by-peer" }),
  ended: (logon) => msg(str`${logon} ended the session`, { id: "notice-ended" }),
};

/** A milestone of the session as one line. */
export const noticeWords = (notice: Notice, logon: string): string => NOTICES[notice](logon);

/** What is new about the session, for the line beside the status; undefined when the status says it all. */
export function sessionNotice(session: SessionView): string | undefined {
  const { peerLogon, pending, reason, state, role, mode } = session;
  if (state === "connected" && !session.peerReachable) return noticeWords("peer-unreachable", peerLogon);
  if (reason === "timed-out" && role === "target" && pending) return words.stillPending();
  if (reason === "cancelled" && role === "inviter") return msg("You cancelled the invitation", { id: "notice-cancelled-own" });
  if (reason === "rejected" && role === "target") return msg("You rejected the invitation", { id: "notice-rejected-own" });
  if (reason === "accepted" && role === "target") return undefined;
  if (reason) return noticeWords(reason, peerLogon);
  if (state === "ended") return msg("You ended the session", { id: "notice-ended-own" });
  if (state === "not-connected" && role === "inviter") {
    return mode === "plain"
      ? noticeWords("plain-invitation", peerLogon)
      : msg(str`Waiting for ${peerLogon} to accept`, { id: "notice-waiting" });
  }
  return undefined;
}

const tooFast = () => msg("Too much at once. Wait a moment and try again.", { id: "problem-too-fast" });

/** By the limit that the service names. */
const TOO_MANY: Record<string, () => string> = {
  "open-sessions": () => msg("Too many open conversations. Mark some of them done first.", { id: "problem-too-many" }),
  "open-sessions-of-target": () => msg("The other agent has too many open conversations.", { id: "problem-too-many-of-target" }),
  favorites: () => msg("You have too many favorites. Remove some of them first.", { id: "problem-too-many-favorites" }),
  commands: tooFast,
  requests: tooFast,
};

const PROBLEMS: Record<Problem["code"], (detail: NonNullable<Problem["detail"]>) => string> = {
  "wrong-logon-or-password": () => msg("The agent logon or the password is wrong.", { id: "problem-wrong-password" }),
  "too-many-sign-ins": () => msg("Too many failed sign-ins. Wait a minute and try again.", { id: "problem-too-many-sign-ins" }),
  "server-not-verified": () =>
    msg("The server could not prove that it is yours. Nothing was sent to it; tell your administrator.", {
      id: "problem-server-not-verified",
    }),
  "server-unreachable": () => msg("The server cannot be reached. Check your network and try again.", { id: "problem-server-unreachable" }),
  "replaced-by-other-tab": () => msg("You continued in another tab or window. Sign in to go on here.", { id: "problem-replaced" }),
  "service-away": () => msg("The Parley service does not answer. Try again in a moment.", { id: "problem-service-away" }),
  "right-missing": () => msg("You do not have the right to do this.", { id: "problem-right-missing" }),
  "target-right-missing": () => msg("The other agent may not use instant messages.", { id: "problem-target-right-missing" }),
  "target-unreachable": () => msg("The other agent is unreachable.", { id: "problem-target-unreachable" }),
  "unknown-agent": () => msg("There is no such agent.", { id: "problem-unknown-agent" }),
  "unknown-session": () => msg("This session no longer exists.", { id: "problem-unknown-session" }),
  "wrong-state": () => msg("The session has changed meanwhile; this is no longer possible.", { id: "problem-wrong-state" }),
  "too-many": ({ limit }) => (TOO_MANY[String(limit)] ?? TOO_MANY["open-sessions"]!)(),
  "message-too-long": () => msg("The message is too long. Shorten it, or send it in parts.", { id: "problem-message-too-long" }),
  "message-not-sent": () => msg("The message could not be sent.", { id: "problem-message-not-sent" }),
  "storage-unavailable": () =>
    msg("This browser does not let the page store anything. Messages you write are kept only until the page is closed.", {
      id: "problem-storage-unavailable",
    }),
  "storage-full": () =>
    msg("The browser's storage is full. Messages you write are kept only until the page is closed.", { id: "problem-storage-full" }),
  "connection-lost": () => msg("The connection is lost.", { id: "problem-connection-lost" }),
  unexpected: () => msg("Something went wrong. Try again; if it stays, tell your administrator.", { id: "problem-unexpected" }),
};

/** A failure in plain words. */
export const problemWords = ({ code, detail = {} }: Problem): string => PROBLEMS[code](detail);
