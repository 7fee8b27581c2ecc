import { html, type TemplateResult } from "lit";
import type { Problem } from "../../src/desk/types.ts";
import { words } from "../i18n/words.ts";
import { sampleDesk } from "./sample-desk.ts";
import { ENDED, PENDING, sampleMessage, sampleRow, sampleSession, sampleTeam, sampleTranscript } from "./samples.ts";
import "../app/desk-page.ts";
import "../app/gadget-view.ts";
import "../elements.ts";

type Scene = () => TemplateResult;

const deskWith = (prepare: (sample: ReturnType<typeof sampleDesk>) => void = () => {}, sample = sampleDesk()): TemplateResult => {
  prepare(sample);
  return html`<parley-desk-page .desk=${sample.desk}></parley-desk-page>`;
};

const talking = () => sampleDesk([sampleSession(), sampleSession({ peerLogon: "c.agent", unread: 2 })], "session-b.agent");

const signIn = (problem?: Problem, busy = false) =>
  html`<main><parley-sign-in logon="a.agent" .problem=${problem} ?busy=${busy}></parley-sign-in></main>`;

const inviting = () =>
  sampleDesk(
    [
      sampleSession(),
      sampleSession({ ...PENDING, peerLogon: "c.agent", createdAt: Date.now(), expiresAt: Date.now() + 27_000 }),
      sampleSession({
        ...PENDING,
        peerLogon: "g.agent",
        mode: "plain",
        firstMessage: "Does the annual plan cover the hardware swap?",
        createdAt: Date.now(),
        expiresAt: Date.now() + 18_000,
      }),
    ],
    "session-b.agent",
  );

const current = (change: Parameters<typeof sampleSession>[0]) =>
  deskWith(undefined, sampleDesk([sampleSession(change)], "session-b.agent"));

const many = Array.from({ length: 5_000 }, (_, index) => sampleRow({ logon: `agent.${index}`, name: `Agent ${index}` }));

export const SCENES: Readonly<Record<string, Scene>> = {
  "sign-in": () => signIn(),
  "sign-in-wrong": () => signIn({ code: "wrong-logon-or-password" }),
  "sign-in-server-away": () => signIn({ code: "server-unreachable" }),
  "sign-in-busy": () => signIn(undefined, true),
  desk: () => deskWith(undefined, talking()),
  "desk-empty": () => deskWith(),
  invitations: () => deskWith(undefined, inviting()),
  "pending-displayed": () => current({ ...PENDING, notifying: false, open: true, reason: "timed-out" }),
  "not-connected": () => current({ state: "not-connected", mayEnd: { allowed: true } }),
  "timed-out": () => current({ state: "not-connected", reason: "timed-out" }),
  unreachable: () => current({ peerReachable: false }),
  ended: () => current(ENDED),
  typing: () => current({ peerTyping: true }),
  "long-transcript": () =>
    deskWith(
      ({ transcript }) =>
        transcript("session-b.agent").set(
          sampleTranscript(
            Array.from({ length: 400 }, (_, index) =>
              sampleMessage(`l${index}`, {
                text: `Line ${index + 1}: ${"words ".repeat(index % 30)}`,
                own: index % 3 === 0 && index < 396,
                logon: index % 3 === 0 && index < 396 ? "a.agent" : "b.agent",
              }),
            ),
            { firstNewKey: "l396" },
          ),
        ),
      talking(),
    ),
  reconnecting: () =>
    deskWith(
      ({ connection }) => connection.set({ type: "reconnecting", retryAt: Date.now() + 9_000, problem: { code: "connection-lost" } }),
      talking(),
    ),
  "service-away": () => deskWith(({ serviceThere }) => serviceThere.set(false), talking()),
  problems: () => deskWith(({ problems }) => problems.set([{ code: "storage-full" }, { code: "too-many" }]), talking()),
  "team-loading": () => deskWith(({ team }) => team.state.set({ text: "", filter: "all", rows: new Map(), loading: true })),
  "team-empty": () => deskWith(({ team }) => team.state.set(sampleTeam([], { text: "xyz" }))),
  "team-problem": () =>
    deskWith(({ team }) => team.state.set({ text: "", filter: "all", rows: new Map(), loading: false, problem: { code: "service-away" } })),
  "team-large": () => deskWith(({ team }) => team.state.set(sampleTeam(many))),
  gadget: () => html`<main aria-label=${words.gadgetView()}><parley-gadget-view .desk=${talking().desk}></parley-gadget-view></main>`,
};
