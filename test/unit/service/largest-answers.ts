import { describe, expect, it } from "vitest";
import type { Element } from "../../../src/client/xml.ts";
import { buildPage, buildPresences, MAX_LABELS, MAX_PAGE, MAX_TEXT, MAX_WATCHED } from "../../../src/extensions/directory/stanzas.ts";
import type { AgentPresence, AgentRow } from "../../../src/extensions/directory/types.ts";
import { buildSessionList, MAX_SESSIONS } from "../../../src/extensions/im-session/stanzas.ts";
import type { Session } from "../../../src/extensions/im-session/types.ts";
import { checkAgent } from "../../../src/service/agents/check-agent.ts";
import { FieldError } from "../../../src/service/errors.ts";

/** What Prosody takes from a component, less what an IQ needs around the payload. */
const LARGEST = 512 * 1024 - 8192;

const LONGEST_DOMAIN = `${"d".repeat(63)}.${"d".repeat(63)}.${"d".repeat(63)}.${"d".repeat(60)}`;
const LONGEST_JID = `${"a".repeat(64)}@${LONGEST_DOMAIN}`;

const sizeOf = (element: Element) => Buffer.byteLength(element.toString());

/** The texts that become longest on the wire. */
const LONGEST_TEXTS: [string, string][] = [
  ["escaped in attributes", '"'.repeat(MAX_TEXT)],
  ["escaped everywhere", "&".repeat(MAX_TEXT)],
  ["of four bytes each", "𝄞".repeat(MAX_TEXT)],
];

const presenceOf = (text: string): AgentPresence => ({ jid: LONGEST_JID, readiness: "signed-out", reason: text, since: 0, plain: false });

describe("the largest answer fits into a stanza of a component", () => {
  it.each(LONGEST_TEXTS)("a page of agents with everything that an agent may have: %s", (_, text) => {
    const labels = Array.from({ length: MAX_LABELS }, (_, number) => `${number} ${text}`).map((label) =>
      [...label].slice(0, MAX_TEXT).join(""),
    );
    const allowed = longestThatIsAllowed(labels);
    const row: AgentRow = {
      ...presenceOf(text),
      logon: "a".repeat(64),
      name: text,
      groups: allowed,
      skills: allowed,
      favorite: false,
      mayIm: false,
    };
    const rows = Array.from({ length: MAX_PAGE }, () => row);
    expect(sizeOf(buildPage({ rows, index: 0, count: rows.length }))).toBeLessThan(LARGEST);
  });

  it.each(LONGEST_TEXTS)("the presence of all agents that a client may watch: %s", (_, text) => {
    expect(sizeOf(buildPresences(Array.from({ length: MAX_WATCHED }, () => presenceOf(text))))).toBeLessThan(LARGEST);
  });

  it("the list of all sessions that an agent may have", () => {
    const session: Session = {
      id: "11111111-2222-4333-8444-555555555555",
      revision: 1_000_000,
      state: "not-connected",
      mode: "parley",
      reason: "answered-elsewhere",
      inviter: LONGEST_JID,
      target: LONGEST_JID,
      createdAt: 0,
      expiresAt: 0,
      acceptedAt: 0,
      endedAt: 0,
      peerReachable: false,
      done: false,
    };
    const sessions = Array.from({ length: MAX_SESSIONS }, () => session);
    expect(sizeOf(buildSessionList({ version: 1_000_000, sessions }))).toBeLessThan(LARGEST);
  });
});

/** As many of these groups as an agent may have. */
function longestThatIsAllowed(groups: string[]): string[] {
  for (let length = groups.length; ; length--) {
    const some = groups.slice(0, length);
    try {
      checkAgent({ logon: "a", groups: some }, "localhost");
      return some;
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
    }
  }
}
