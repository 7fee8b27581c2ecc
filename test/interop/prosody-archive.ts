/** What the archive keeps, and that nothing else hands messages out a second time. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { type RawStream, rawComponent, signInRaw } from "../support/raw-stream.ts";

let prosody: Prosody;
let sender: RawStream;
beforeAll(async () => {
  prosody = await startProsody();
  for (const logon of ["a.agent", "b.agent"]) await prosody.register(logon, "demo");
  sender = await signInRaw(prosody, { logon: "a.agent", password: "demo" });
});
afterAll(async () => {
  sender?.cut();
  await prosody?.stop();
});

const QUERY = "<iq xmlns='jabber:client' type='set' id='mam'><query xmlns='urn:xmpp:mam:2' queryid='q'/></iq>";

test("a message to an agent who is away bounces not, waits in the archive, and is not delivered besides", async () => {
  sender.send("<message xmlns='jabber:client' type='chat' id='away' to='b.agent@localhost'><body>while away</body></message>");
  sender.send("<r xmlns='urn:xmpp:sm:3'/>");
  await sender.waitFor(/<a\b[^>]*h=/);
  expect(sender.received.join("")).not.toMatch(/<message[^>]*type='error'/);

  const recipient = await signInRaw(prosody, { logon: "b.agent", password: "demo" });
  recipient.send("<presence xmlns='jabber:client'/>");
  recipient.send("<iq xmlns='jabber:client' type='get' id='ping'><ping xmlns='urn:xmpp:ping'/></iq>");
  await recipient.waitFor(/<iq[^>]*id='ping'/);
  expect(recipient.received.join("")).not.toContain("while away");

  recipient.send(QUERY);
  await recipient.waitFor(/<fin\b/);
  expect(recipient.received.join("").match(/while away/g)).toHaveLength(1);
  recipient.cut();
});

test("a headline is a hint: it reaches who is there and is kept nowhere", async () => {
  const service = await rawComponent(prosody);
  service.send(
    `<message from='${prosody.serviceDomain}' to='b.agent@localhost/gone' type='headline'><offer xmlns='urn:parley:im-session:0'/></message>`,
  );
  // The answer to the IQ says that the headline before it was handled.
  service.send(
    `<iq from='${prosody.serviceDomain}' to='localhost' type='get' id='order'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
  );
  await service.waitFor(/<iq[^>]*id='order'/);

  const recipient = await signInRaw(prosody, { logon: "b.agent", password: "demo", resource: "gone" });
  recipient.send("<presence xmlns='jabber:client'/>");
  recipient.send(QUERY);
  await recipient.waitFor(/<fin\b/);
  expect(recipient.received.join("")).not.toContain("<offer");
  recipient.cut();
  service.cut();
});

test("what the server acknowledged survives a kill of the server", async () => {
  sender.send("<message xmlns='jabber:client' type='chat' id='last' to='b.agent@localhost'><body>before the kill</body></message>");
  const since = sender.received.length;
  sender.send("<r xmlns='urn:xmpp:sm:3'/>");
  await sender.waitFor(/<a\b[^>]*h=/, { since });
  await prosody.kill();
  await prosody.restart();
  const recipient = await signInRaw(prosody, { logon: "b.agent", password: "demo" });
  recipient.send(QUERY);
  await recipient.waitFor(/<fin\b/);
  expect(recipient.received.join("")).toContain("before the kill");
  recipient.cut();
});
