import { describe, expect, it } from "vitest";
import { roster } from "../../../src/extensions/roster/index.ts";
import { FakeStream } from "../../support/fake-stream.ts";

const PUSH = (from: string, item: string) => `<iq type='set' id='p1' ${from}><query xmlns='jabber:iq:roster'>${item}</query></iq>`;

async function fetched(items: string) {
  const stream = new FakeStream();
  const contacts = roster({ stream });
  const fetching = contacts.fetch();
  stream.answer(await stream.next(), `<query xmlns='jabber:iq:roster'>${items}</query>`);
  await fetching;
  return { stream, contacts, jids: () => [...contacts.items.get().keys()] };
}

describe("the roster", () => {
  it("is fetched from our own account", async () => {
    const stream = new FakeStream();
    const fetching = roster({ stream }).fetch();
    const request = await stream.next();
    expect(request.attrs).toMatchObject({ type: "get" });
    expect(request.attrs["to"]).toBeUndefined();
    stream.answer(request, "<query xmlns='jabber:iq:roster'/>");
    await fetching;
  });

  it("is refused when the answer is something else", async () => {
    const stream = new FakeStream();
    const fetching = roster({ stream }).fetch();
    stream.answer(await stream.next(), "<query xmlns='jabber:iq:other'/>");
    await expect(fetching).rejects.toThrow("is not of jabber:iq:roster");
  });

  it.each([
    ["our own account", "from='alice@localhost'"],
    ["nobody, which is our own account", ""],
  ])("takes a push from %s and answers it", async (_, from) => {
    const { stream, contacts } = await fetched("");
    stream.receive(PUSH(from, "<item jid='bob@localhost' subscription='both'/>"));
    const answer = await stream.next();
    expect(answer.attrs).toMatchObject({ type: "result", id: "p1" });
    expect(contacts.items.get().get("bob@localhost")?.subscription).toBe("both");
  });

  it.each([
    ["a stranger", "from='mallory@localhost/x'"],
    ["another device of ours", "from='alice@localhost/other'"],
    ["the domain", "from='localhost'"],
    ["a look-alike", "from='ALICE@localhost'"],
  ])("refuses a push from %s", async (_, from) => {
    const { stream, jids } = await fetched("");
    stream.receive(PUSH(from, "<item jid='evil@localhost' subscription='both'/>"));
    const answer = await stream.next();
    expect(answer.attrs["type"]).toBe("error");
    expect(answer.toString()).toContain("service-unavailable");
    expect(jids()).toEqual([]);
  });

  it("refuses a push of two contacts at once", async () => {
    const { stream, jids } = await fetched("");
    stream.receive(PUSH("", "<item jid='a@localhost'/><item jid='b@localhost'/>"));
    expect((await stream.next()).toString()).toContain("bad-request");
    expect(jids()).toEqual([]);
  });

  it("forgets a contact that was removed, and keeps the others", async () => {
    const { stream, jids } = await fetched("<item jid='bob@localhost'/><item jid='carol@localhost'/>");
    stream.receive(PUSH("", "<item jid='bob@localhost' subscription='remove'/>"));
    await stream.next();
    expect(jids()).toEqual(["carol@localhost"]);
  });

  it("replaces what it knew when it is fetched again", async () => {
    const { stream, contacts, jids } = await fetched("<item jid='bob@localhost'/>");
    const again = contacts.fetch();
    stream.answer(await stream.next(), "<query xmlns='jabber:iq:roster'><item jid='dan@localhost'/></query>");
    await again;
    expect(jids()).toEqual(["dan@localhost"]);
  });

  it.each([
    ["subscription='both'", true],
    ["subscription='from'", true],
    ["approved='true'", true],
    ["subscription='to'", false],
    ["subscription='none' ask='subscribe'", false],
    ["subscription='owner'", false],
  ])("lets a contact with %s see us: %s", async (attributes, may) => {
    const { contacts } = await fetched(`<item jid='bob@localhost' ${attributes}/>`);
    expect(contacts.maySeeUs("bob@localhost/phone")).toBe(may);
  });

  it("asks the server to add and to remove a contact", async () => {
    const { stream, contacts } = await fetched("");
    const adding = contacts.set({ jid: "bob@localhost", name: "Bob", groups: ["Sales"] });
    const added = await stream.next();
    expect(added.toString()).toContain('<item jid="bob@localhost" name="Bob"><group>Sales</group></item>');
    stream.answer(added);
    await adding;
    const removing = contacts.remove("bob@localhost");
    const removed = await stream.next();
    expect(removed.toString()).toContain('<item jid="bob@localhost" subscription="remove"/>');
    stream.refuse(removed, "item-not-found");
    await expect(removing).rejects.toMatchObject({ condition: "item-not-found" });
  });
});
