import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ProfanityPeer } from "../support/peers/profanity.ts";
import { SlixmppPeer } from "../support/peers/slixmpp.ts";
import type { AgentPage } from "../support/agent-page.ts";
import { Stage } from "../support/stage.ts";

let stage: Stage;
let peer: SlixmppPeer | ProfanityPeer | undefined;

beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  await peer?.stop();
  peer = undefined;
  await stage.leave();
});
afterAll(() => stage?.close());

const account = (logon: string) => ({ logon, password: "demo", domain: stage.prosody.domain, port: stage.prosody.c2sPort });

test("scenario 93: an agent on slixmpp is invited in words, is connected by its first reply, and receives words only", async () => {
  const { a, b } = stage.cast();
  const ada = await stage.agent(a);
  peer = await SlixmppPeer.start(account(b));
  await chat(ada, peer, b);
  expect(peer.stanzas().filter((stanza) => stanza.startsWith("<message") && stanza.includes("urn:parley"))).toEqual([]);
});

test("scenario 93: an agent on profanity is invited in words, is connected by its first reply, and receives words only", async () => {
  const { a, b } = stage.cast();
  const ada = await stage.agent(a);
  const profanity = await ProfanityPeer.start(account(b));
  peer = profanity;
  await profanity.type(`/sub allow ${stage.prosody.serviceDomain}`);
  await chat(ada, profanity, b);
  expect(profanity.stanzas().filter((stanza) => stanza.startsWith("<message") && stanza.includes("urn:parley"))).toEqual([]);
});

test("scenario 93: a message from an ordinary client is an invitation with that message; Accept opens it, Reject answers politely", async () => {
  const { a, b, c } = stage.cast();
  const ada = await stage.agent(a);
  peer = await SlixmppPeer.start(account(b));
  await readyIn(ada, b);
  await peer.say(jid(a), "Have you got a moment?");
  const invitation = ada.invitationFrom(b);
  await invitation.getByText("Have you got a moment?").waitFor();
  await ada.accept(b);
  await ada.seesStatus(b, "Connected");
  await ada.transcript.getByText("Have you got a moment?").waitFor();
  await ada.say("I have.");
  await peer.shows("I have.", jid(a));
  await peer.stop();

  peer = await SlixmppPeer.start(account(c));
  await readyIn(ada, c);
  await peer.say(jid(a), "And for me?");
  await ada.invitationFrom(c).getByRole("button", { name: "Reject" }).click();
  await peer.shows(/./, jid(a));
  await ada.taskBarEntry(c).waitFor({ state: "detached" });
});

async function chat(ada: AgentPage, other: SlixmppPeer | ProfanityPeer, logon: string): Promise<void> {
  await readyIn(ada, logon);
  await ada.sendInstantMessageTo(logon);
  await ada.seesStatus(logon, "Not Connected");
  await other.shows(/invites you/, jid(ada.logon));
  await other.say(jid(ada.logon), "Yes, what is it?");
  await ada.seesStatus(logon, "Connected");
  await ada.transcript.getByText("Yes, what is it?").waitFor();
  await ada.say("Which tariff is it?");
  await other.shows("Which tariff is it?", jid(ada.logon));
  await other.say(jid(ada.logon), "The one of 2019.");
  await ada.transcript.getByText("The one of 2019.").waitFor();
  expect(await ada.window.getByRole("region", { name: "Case Data" }).count()).toBe(0);
}

async function readyIn(ada: AgentPage, logon: string): Promise<void> {
  await ada.search.fill(logon);
  await ada.row(logon).filter({ hasText: "Ready" }).waitFor();
}

const jid = (logon: string) => `${logon}@${stage.prosody.domain}`;
