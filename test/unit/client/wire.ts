import { describe, expect, it } from "vitest";
import { MalformedError, OfflineError, parse, ParleyError } from "../../../src/client/index.ts";
import type { Arrival } from "../../../src/client/parser.ts";
import { type SocketListener, Wire } from "../../../src/client/wire.ts";

function wired() {
  let listener: SocketListener | undefined;
  const written: string[] = [];
  const seen = { drops: 0 };
  const wire = new Wire((given) => {
    listener = given;
    return { write: (text) => void written.push(text), drop: () => void (seen.drops += 1) };
  });
  const come = (text: string, refused?: Arrival["refused"]) =>
    listener!.arrived(refused ? { element: parse(text), refused } : { element: parse(text) });
  return { wire, come, written, seen, socket: listener! };
}

const error = (content: string) => `<e:error xmlns:e='http://etherx.jabber.org/streams'>${content}</e:error>`;
const NS_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams";

describe("a wire", () => {
  it("is read element by element, then listened to, and loses none in between", async () => {
    const { wire, come } = wired();
    const heard: string[] = [];
    come("<a/>");
    come("<b/>");
    expect((await wire.next()).name).toBe("a");
    const next = wire.next();
    expect((await next).name).toBe("b");
    come("<c/>");
    wire.listen(({ element }) => heard.push(element.name));
    come("<d/>");
    expect(heard).toEqual(["c", "d"]);
  });

  it("ends once, with the first reason, and lets go of the socket", async () => {
    const { wire, come, seen, written } = wired();
    const heard: string[] = [];
    wire.listen(({ element }) => heard.push(element.name));
    come(error(`<system-shutdown xmlns='${NS_ERRORS}'/><text xmlns='${NS_ERRORS}'>bye</text>`));
    wire.drop(new ParleyError("later"));
    // The rest of the same piece.
    come("<message/>");
    expect(await wire.ended).toMatchObject({ name: "StreamError", condition: "system-shutdown", text: "bye" });
    expect(heard).toEqual([]);
    expect(seen.drops).toBe(1);
    expect(() => wire.write("<a/>")).toThrow(OfflineError);
    expect(written).toEqual([]);
  });

  it("names an error without a condition undefined-condition", async () => {
    const { wire, come } = wired();
    come(error("<unknown xmlns='urn:other'/>"));
    expect(await wire.ended).toMatchObject({ condition: "undefined-condition" });
  });

  it("knows an error whose prefix the server forgot to declare", async () => {
    const { wire, come } = wired();
    come(`<stream:error><conflict xmlns='${NS_ERRORS}'/></stream:error>`);
    expect(await wire.ended).toMatchObject({ name: "StreamError", condition: "conflict" });
  });

  it("ends when the other side closes the stream", async () => {
    const { wire, come } = wired();
    come("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    expect(await wire.ended).toBeInstanceOf(OfflineError);
  });

  it("gives what came before the end, then rejects", async () => {
    const { wire, come, socket } = wired();
    come("<a/>");
    socket.closed(new OfflineError("cut"));
    expect((await wire.next()).name).toBe("a");
    await expect(wire.next()).rejects.toThrow("cut");
    await expect(wire.opened).rejects.toThrow("cut");
  });

  it("does not negotiate with what broke a limit", async () => {
    const { wire, come } = wired();
    come("<features/>", "too-deep");
    await expect(wire.next()).rejects.toThrow(MalformedError);
  });

  it("ends when the socket cannot even be made", async () => {
    const wire = new Wire(() => {
      throw new SyntaxError("not an address");
    });
    expect((await wire.ended).message).toContain("not an address");
  });
});
