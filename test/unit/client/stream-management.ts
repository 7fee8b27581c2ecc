import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MalformedError, xml } from "../../../src/client/index.ts";
import { StreamManagement } from "../../../src/client/stream-management.ts";

const message = (id: string) => xml("message", { id });

function managed(count: number): StreamManagement {
  const management = new StreamManagement("a@b/c", "sm");
  for (let index = 1; index <= count; index += 1) management.sent(message(`${index}`), `<message id="${index}"/>`);
  return management;
}

const ids = (stanzas: { attrs: Record<string, string | undefined> }[]) => stanzas.map(({ attrs }) => attrs["id"]);

describe("stream management", () => {
  it("reports each stanza once, in order, when the server's count covers it", () => {
    const management = managed(4);
    expect(ids(management.acknowledge("1"))).toEqual(["1"]);
    expect(ids(management.acknowledge("1"))).toEqual([]);
    expect(ids(management.acknowledge("3"))).toEqual(["2", "3"]);
    expect(management.texts()).toEqual([`<message id="4"/>`]);
    expect(ids(management.giveUp())).toEqual(["4"]);
    expect(management.unacknowledged).toBe(0);
  });

  it.each(["5", "-1", "x", undefined, "1.5"])("does not believe the count %s of four stanzas", (h) => {
    expect(() => managed(4).acknowledge(h)).toThrow(MalformedError);
  });

  it("counts on past 2^32", () => {
    const management = StreamManagement.from({
      jid: "a@b/c",
      id: "sm",
      inbound: 2 ** 32 - 1,
      outbound: 2 ** 32 - 1,
      unacknowledged: [`<message id="1"/>`, `<message id="2"/>`],
      savedAt: 0,
    });
    management.received();
    expect(management.answer().attrs["h"]).toBe("0");
    expect(ids(management.acknowledge("1"))).toEqual(["1", "2"]);
  });

  it("goes on from what was saved as if nothing had happened", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(20), (sent, received, share) => {
        const before = managed(sent);
        for (let index = 0; index < received; index += 1) before.received();
        before.acknowledge(String(Math.min(sent, share)));
        const after = StreamManagement.from(JSON.parse(JSON.stringify(before.save(5))));
        expect(after.save(5)).toEqual(before.save(5));
        expect(after.resume().attrs).toEqual(before.resume().attrs);
        expect(ids(after.acknowledge(String(sent)))).toEqual(ids(before.acknowledge(String(sent))));
      }),
    );
  });

  it("saves nothing when the server will not resume", () => {
    expect(new StreamManagement("a@b/c", undefined).save(0)).toBeUndefined();
  });
});
