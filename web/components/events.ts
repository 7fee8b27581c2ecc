import type { OwnReadiness, Problem, TeamFilter } from "../../src/desk/types.ts";
import type { Settings } from "../storage/settings.ts";

/** What elements tell: the event's type and its detail. All of them bubble and cross shadow roots. */
export interface ParleyEvents {
  /** The sign-in form was sent. */
  "parley-sign-in": { logon: string; password: string };
  "parley-sign-out": undefined;
  "parley-readiness": { readiness: OwnReadiness };
  "parley-gadget": undefined;
  "parley-open-settings": undefined;
  "parley-settings": { settings: Settings };
  "parley-ask-permission": undefined;
  "parley-no-notifications": undefined;
  "parley-test-sound": undefined;
  "parley-search": { text: string };
  "parley-filter": { filter: TeamFilter };
  /** These rows of the Team Communicator are on screen. */
  "parley-show": { first: number; last: number };
  "parley-favorite": { jid: string; favorite: boolean };
  "parley-invite": { jid: string };
  /** An item of a menu was chosen. */
  "parley-choose": { id: string };
  /** A menu closed, with or without a choice. */
  "parley-menu-closed": undefined;
  "parley-open": { sessionId: string };
  "parley-accept": { sessionId: string };
  "parley-reject": { sessionId: string };
  "parley-end": { sessionId: string };
  "parley-done": { sessionId: string };
  /** `respondWith` takes the promise that tells whether the text was stored; until then the field may get it back. */
  "parley-send": { sessionId: string; text: string; respondWith(stored: Promise<void>): void };
  "parley-retry": { sessionId: string; key: string };
  "parley-discard": { sessionId: string; key: string };
  "parley-typing": { sessionId: string; typing: boolean };
  "parley-draft": { sessionId: string; text: string };
  "parley-load-older": { sessionId: string };
  /** The newest line is on screen, in front of the agent. */
  "parley-read": { sessionId: string };
  "parley-dismiss": { problem: Problem };
  "parley-try-now": undefined;
  /** The block size of what notifications must not cover, in CSS pixels. */
  "parley-composer-size": { size: number };
}

type ParleyEventMap = { [Type in keyof ParleyEvents]: CustomEvent<ParleyEvents[Type]> };

declare global {
  interface HTMLElementEventMap extends ParleyEventMap {}
}
