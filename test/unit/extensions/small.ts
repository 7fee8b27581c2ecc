/** XEP-0199 and XEP-0352. */
import { describe, expect, it } from "vitest";
import { csi } from "../../../src/extensions/csi/index.ts";
import { disco } from "../../../src/extensions/disco/index.ts";
import { ping } from "../../../src/extensions/ping/index.ts";
import { FakeStream } from "../../support/fake-stream.ts";

describe("a ping", () => {
  const setUp = () => {
    const stream = new FakeStream();
    const discovery = disco({ stream }, { identity: { category: "client", type: "web" } });
    return { stream, discovery, pings: ping({ stream, disco: discovery }) };
  };

  it("is answered", async () => {
    const { stream, discovery } = setUp();
    stream.receive("<iq type='get' id='p1' from='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
    const answer = await stream.next();
    expect(answer.attrs).toMatchObject({ type: "result", id: "p1", to: "localhost" });
    expect(answer.children).toEqual([]);
    expect(discovery.own().features).toContain("urn:xmpp:ping");
  });

  it("waits for the answer", async () => {
    const { stream, pings } = setUp();
    const asking = pings.ask("localhost");
    const request = await stream.next();
    expect(request.attrs["to"]).toBe("localhost");
    stream.answer(request);
    await expect(asking).resolves.toBeUndefined();
  });

  it("tells an error as one", async () => {
    const { stream, pings } = setUp();
    const asking = pings.ask();
    stream.refuse(await stream.next(), "service-unavailable");
    await expect(asking).rejects.toMatchObject({ condition: "service-unavailable" });
  });
});

describe("the state of the client", () => {
  const setUp = ({ offered = "<csi xmlns='urn:xmpp:csi:0'/>" } = {}) => {
    const stream = new FakeStream();
    stream.offer(offered);
    return { stream, state: csi({ connection: stream }), said: async () => (await stream.rest()).map(({ name }) => name) };
  };

  it("is told when it changes", async () => {
    const { state, said } = setUp();
    state.set("active");
    state.set("inactive");
    state.set("inactive");
    state.set("active");
    expect(await said()).toEqual(["inactive", "active"]);
  });

  it.each([false, true])("is told again with each stream while nobody looks (resumed: %s)", async (resumed) => {
    const { stream, state, said } = setUp();
    stream.goOffline();
    state.set("inactive");
    expect(await said()).toEqual([]);
    stream.goOnline(resumed);
    expect(await said()).toEqual(["inactive"]);
  });

  it("need not be told to a new stream while somebody looks: that is what servers assume", async () => {
    const { stream, said } = setUp();
    stream.goOffline();
    stream.goOnline(false);
    expect(await said()).toEqual([]);
  });

  it.each(["", "<csi xmlns='urn:other'/>"])("is not told to a server that offers '%s'", async (offered) => {
    const { state, said } = setUp({ offered });
    state.set("inactive");
    expect(await said()).toEqual([]);
  });
});
