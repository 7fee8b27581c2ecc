import { describe, expect, it } from "vitest";
import { parse } from "../../../src/client/index.ts";
import { caps, hashOf } from "../../../src/extensions/caps/index.ts";
import { isUnambiguous, verificationString } from "../../../src/extensions/caps/verification.ts";
import { buildInfo, disco, type DiscoInfo, parseInfo } from "../../../src/extensions/disco/index.ts";
import { FakeStream } from "../../support/fake-stream.ts";

const INFO = "http://jabber.org/protocol/disco#info";

function setUp() {
  const stream = new FakeStream();
  const discovery = disco({ stream }, { identity: { category: "client", type: "web", name: "Test" } });
  return { stream, discovery, capabilities: caps({ disco: discovery }, { node: "urn:test" }) };
}

const ask = (node?: string) =>
  `<iq type='get' id='i1' from='bob@localhost/1' to='alice@localhost/desk'><query xmlns='${INFO}'${node === undefined ? "" : ` node='${node}'`}/></iq>`;

describe("service discovery", () => {
  it("tells who we are and what we can do, in a fixed order", async () => {
    const { stream, discovery } = setUp();
    discovery.addFeature("urn:z");
    discovery.addFeature("urn:a");
    stream.receive(ask());
    const info = parseInfo((await stream.next()).getChild("query", INFO)!);
    expect(info.identities).toEqual([{ category: "client", type: "web", name: "Test" }]);
    expect(info.features).toEqual(["http://jabber.org/protocol/caps", INFO, "urn:a", "urn:z"]);
  });

  it("stops telling a feature when the last who wants it has gone", () => {
    const { discovery } = setUp();
    const first = discovery.addFeature("urn:a");
    const second = discovery.addFeature("urn:a");
    first();
    first();
    expect(discovery.own().features).toContain("urn:a");
    second();
    expect(discovery.own().features).not.toContain("urn:a");
  });

  it("knows the nodes of our capabilities and no others", async () => {
    const { stream } = setUp();
    stream.receive(ask("urn:test#abc"));
    const known = await stream.next();
    expect(known.attrs["type"]).toBe("result");
    expect(known.getChild("query", INFO)?.attrs["node"]).toBe("urn:test#abc");
    stream.receive(ask("urn:secret"));
    expect((await stream.next()).toString()).toContain("item-not-found");
  });

  it("has no items", async () => {
    const { stream } = setUp();
    stream.receive("<iq type='get' id='i2' from='b@l/1'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
    const answer = await stream.next();
    expect(answer.attrs["type"]).toBe("result");
    expect(answer.getChildElements()[0]?.children).toEqual([]);
  });

  it("refuses an answer that is of something else", async () => {
    const { stream, discovery } = setUp();
    const asking = discovery.fetchInfo("bob@localhost/1");
    stream.answer(await stream.next(), "<query xmlns='urn:other'/>");
    await expect(asking).rejects.toThrow("is not of");
  });

  it("reads the items of others", async () => {
    const { stream, discovery } = setUp();
    const asking = discovery.fetchItems("localhost");
    const answer = "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='parley.localhost'/><item/></query>";
    stream.answer(await stream.next(), answer);
    expect(await asking).toEqual([{ jid: "parley.localhost" }]);
  });
});

/** XEP-0115 §5.3. */
const PSI = `<query xmlns='${INFO}'>
  <identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>
  <identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>
  <feature var='http://jabber.org/protocol/caps'/>
  <feature var='http://jabber.org/protocol/disco#info'/>
  <feature var='http://jabber.org/protocol/disco#items'/>
  <feature var='http://jabber.org/protocol/muc'/>
  <x xmlns='jabber:x:data' type='result'>
    <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>
    <field var='ip_version' type='text-multi'><value>ipv4</value><value>ipv6</value></field>
    <field var='os'><value>Mac</value></field>
    <field var='os_version'><value>10.5.1</value></field>
    <field var='software'><value>Psi</value></field>
    <field var='software_version'><value>0.11</value></field>
  </x>
</query>`;

/** XEP-0115 §5.2, with its parts in disorder. */
const EXODUS: DiscoInfo = {
  identities: [{ category: "client", type: "pc", name: "Exodus 0.9.1" }],
  features: [
    "http://jabber.org/protocol/muc",
    "http://jabber.org/protocol/disco#items",
    "http://jabber.org/protocol/disco#info",
    "http://jabber.org/protocol/caps",
  ],
  forms: [],
};

describe("the hash of capabilities", () => {
  it("is the one of the simple example (XEP-0115 §5.2)", async () => {
    expect(await hashOf(EXODUS)).toBe("QgayPKawpkPSDYmwT/WM94uAlu0=");
  });

  it("is the one of the complex example (XEP-0115 §5.3)", async () => {
    expect(await hashOf(parseInfo(parse(PSI)))).toBe("q07IKJEyjvHSyhy//CH0CxmKi8w=");
  });

  it("orders by octets of UTF-8, not by UTF-16 units", () => {
    const info = { ...EXODUS, features: ["\u{1F600}", "\uFF5E", "a"] };
    expect(verificationString(info).split("<").slice(1, 4)).toEqual(["a", "\uFF5E", "\u{1F600}"]);
  });

  it("leaves out forms without a hidden FORM_TYPE (XEP-0115 §5.4)", async () => {
    const form = { type: "result" as const, fields: [{ var: "FORM_TYPE", values: ["urn:x"] }] };
    expect(await hashOf({ ...EXODUS, forms: [form] })).toBe(await hashOf(EXODUS));
  });

  it.each([
    ["an identity twice", { ...EXODUS, identities: [EXODUS.identities[0]!, EXODUS.identities[0]!] }],
    ["a feature twice", { ...EXODUS, features: ["a", "a"] }],
    ["no identity", { ...EXODUS, identities: [] }],
    ["a separator within a feature", { ...EXODUS, features: ["a<b"] }],
    ["a form, which can be passed off as features", parseInfo(parse(PSI))],
  ])("stands for more than one meaning with %s", (_, info) => {
    expect(isUnambiguous(EXODUS)).toBe(true);
    expect(isUnambiguous(info)).toBe(false);
  });
});

describe("capabilities of others", () => {
  const tag = { hash: "sha-1", node: "http://exodus", ver: "QgayPKawpkPSDYmwT/WM94uAlu0=" };
  const truth = buildInfo(EXODUS).toString();
  const lie = truth.replace("http://jabber.org/protocol/muc", "urn:lie");

  it("are asked for once, and then known of everybody with the same hash", async () => {
    const { stream, capabilities } = setUp();
    const first = capabilities.fetchInfo("bob@localhost/1", tag);
    const request = await stream.next();
    expect(request.attrs["to"]).toBe("bob@localhost/1");
    expect(request.getChild("query", INFO)?.attrs["node"]).toBe(`http://exodus#${tag.ver}`);
    stream.answer(request, truth);
    expect((await first).features).toContain("http://jabber.org/protocol/muc");
    expect(await capabilities.fetchInfo("carol@localhost/1", tag)).toEqual(await first);
    expect(await stream.rest()).toEqual([]);
  });

  it("are asked for once when many come at the same time", async () => {
    const { stream, capabilities } = setUp();
    const all = Promise.all(["b@l/1", "c@l/1", "d@l/1"].map((jid) => capabilities.fetchInfo(jid, tag)));
    stream.answer(await stream.next(), truth);
    expect(await all).toHaveLength(3);
    expect(await stream.rest()).toEqual([]);
  });

  it("are not believed of others when the answer does not have the hash", async () => {
    const { stream, capabilities } = setUp();
    const mallory = capabilities.fetchInfo("mallory@localhost/1", tag);
    stream.answer(await stream.next(), lie);
    expect((await mallory).features).toContain("urn:lie");
    const bob = capabilities.fetchInfo("bob@localhost/1", tag);
    const request = await stream.next();
    expect(request.attrs["to"]).toBe("bob@localhost/1");
    stream.answer(request, truth);
    expect((await bob).features).not.toContain("urn:lie");
  });

  it("are asked of the next one when the first does not answer", async () => {
    const { stream, capabilities } = setUp();
    const first = capabilities.fetchInfo("b@l/1", tag);
    const second = capabilities.fetchInfo("c@l/1", tag);
    stream.refuse(await stream.next(), "service-unavailable");
    await expect(first).rejects.toMatchObject({ condition: "service-unavailable" });
    const request = await stream.next();
    expect(request.attrs["to"]).toBe("c@l/1");
    stream.answer(request, truth);
    expect((await second).features).toContain("http://jabber.org/protocol/muc");
  });

  it("are asked for without a node when there is no tag, or one with another hash", async () => {
    const { stream, capabilities } = setUp();
    for (const other of [undefined, { ...tag, hash: "md5" }]) {
      const asking = capabilities.fetchInfo("b@l/1", other);
      const request = await stream.next();
      expect(request.getChild("query", INFO)?.attrs["node"]).toBeUndefined();
      stream.answer(request, truth);
      await asking;
    }
  });

  it("of our own follow our features", async () => {
    const { discovery, capabilities } = setUp();
    const before = await capabilities.tag();
    discovery.addFeature("urn:new");
    const after = await capabilities.tag();
    expect(after.ver).not.toBe(before.ver);
    expect(after.ver).toBe(await hashOf(discovery.own()));
  });
});
