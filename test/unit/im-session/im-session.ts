import { beforeEach, describe, expect, it } from "vitest";
import { MalformedError, OfflineError, StanzaError } from "../../../src/client/index.ts";
import { type ImSession, imSession, SessionRefusedError, type SessionPush } from "../../../src/extensions/im-session/index.ts";
import { ServiceAwayError } from "../../../src/extensions/service-request.ts";
import { readVectors } from "../../support/protocol.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeStream } from "../../support/fake-stream.ts";

const SERVICE = "parley.example.org";
const ID = "6f1c3f0e-2f43-4a0b-9c55-0d6f4b0d9e11";
const B = "b.agent@example.org";

const vectors = new Map(readVectors("im-session").map(({ name, stanza }) => [name, stanza]));

/** What the vector carries, as it would arrive. */
const contentOf = (name: string) => vectors.get(name)!.children.join("");
const stanzaOf = (name: string) => vectors.get(name)!.toString();

let clock: FakeClock;
let stream: FakeStream;
let sessions: ImSession;
let pushes: SessionPush[];
let missed: number;

beforeEach(() => {
  clock = new FakeClock();
  stream = new FakeStream("a.agent@example.org/desk-4c1d", clock);
  sessions = imSession({ stream, service: SERVICE });
  pushes = [];
  missed = 0;
  sessions.pushes.on((push) => pushes.push(push));
  sessions.missed.on(() => (missed += 1));
});

describe("a command", () => {
  it.each([
    ["invite", () => sessions.invite({ id: ID, to: B })],
    ["accept", () => sessions.accept(ID)],
    ["reject", () => sessions.reject(ID)],
    ["end", () => sessions.end(ID)],
    ["done", () => sessions.done(ID)],
  ])("%s goes to the service as an IQ of type set", async (name, command) => {
    const answer = command();
    const request = await stream.next();
    expect(request.attrs).toMatchObject({ type: "set", to: SERVICE });
    const [payload] = request.getChildElements();
    expect(payload?.attrs).toEqual(vectors.get(name)!.getChildElements()[0]!.attrs);
    stream.answer(request, contentOf("accepted"));
    await expect(answer).resolves.toMatchObject({
      type: "changed",
      version: 18,
      session: { id: ID, state: "connected", reason: "accepted" },
    });
  });

  it("is not told to those who listen for pushes", async () => {
    const answer = sessions.end(ID);
    stream.answer(await stream.next(), contentOf("end-result"));
    await answer;
    expect(pushes).toEqual([]);
  });

  it("may be an answer to a colleague who wrote from an ordinary client", async () => {
    void sessions.invite({ id: ID, to: B, answering: true });
    expect((await stream.next()).getChildElements()[0]!.attrs["answering"]).toBe("true");
  });

  it.each([
    ["right-missing", "forbidden", { type: "right-missing", right: "im.make", whose: "own" }],
    ["target-right-missing", "forbidden", { type: "right-missing", right: "im.use", whose: "target" }],
    ["unknown-session", "item-not-found", { type: "unknown-session" }],
    ["unknown-agent", "item-not-found", { type: "unknown-agent" }],
    ["wrong-state", "unexpected-request", { type: "wrong-state", state: "ended" }],
    ["bad-field", "bad-request", { type: "bad-field", field: "to" }],
    ["limit", "resource-constraint", { type: "limit", limit: "open-sessions" }],
  ])("rejects with the refusal %s", async (name, condition, refusal) => {
    const answer = sessions.invite({ id: ID, to: B });
    stream.answerError(await stream.next(), contentOf(name));
    const error = await answer.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SessionRefusedError);
    expect(error).toMatchObject({ condition, refusal });
  });

  it("rejects with the stanza error itself when it has no condition of ours that can be read", async () => {
    const answer = sessions.end(ID);
    stream.answerError(
      await stream.next(),
      `<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><right-missing xmlns='urn:parley:im-session:0' whose='nobody'/></error>`,
    );
    const error = await answer.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StanzaError);
    expect(error).not.toBeInstanceOf(SessionRefusedError);
  });

  it.each(["remote-server-timeout", "remote-server-not-found", "service-unavailable", "internal-server-error"])(
    "tells by %s that the service is away",
    async (condition) => {
      const answer = sessions.accept(ID);
      stream.answerError(await stream.next(), `<error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`);
      await expect(answer).rejects.toBeInstanceOf(ServiceAwayError);
      await expect(answer).rejects.toMatchObject({ remedy: "retry" });
    },
  );

  it("tells after five seconds without an answer that the service is away", async () => {
    const answer = sessions.accept(ID);
    clock.advance(4_999);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    await expect(answer).rejects.toBeInstanceOf(ServiceAwayError);
  });

  it("rejects with OfflineError when our own connection goes, for then nothing is known of the service", async () => {
    const answer = sessions.accept(ID);
    stream.goOffline();
    await expect(answer).rejects.toBeInstanceOf(OfflineError);
  });

  it("rejects an answer that it can not read, naming the field", async () => {
    const answer = sessions.accept(ID);
    stream.answer(await stream.next(), "<changed xmlns='urn:parley:im-session:0' version='2'/>");
    await expect(answer).rejects.toThrow(new MalformedError("session", "is missing"));
  });

  it("does not take an answer from somebody else", async () => {
    const answer = sessions.accept(ID);
    const request = await stream.next();
    stream.receive(`<iq type='result' id='${request.attrs["id"]}' from='mallory@example.org/x'>${contentOf("accept-result")}</iq>`);
    stream.answerError(request, contentOf("unknown-session"));
    await expect(answer).rejects.toBeInstanceOf(SessionRefusedError);
  });
});

describe("the list", () => {
  it("is asked for and read", async () => {
    const list = sessions.list();
    const request = await stream.next();
    expect(request.attrs).toMatchObject({ type: "get", to: SERVICE });
    stream.answer(request, contentOf("sessions"));
    await expect(list).resolves.toMatchObject({ version: 18, sessions: [{ state: "connected" }, { state: "not-connected" }] });
  });

  it("may be empty", async () => {
    const list = sessions.list();
    stream.answer(await stream.next(), "<sessions xmlns='urn:parley:im-session:0' version='0'/>");
    await expect(list).resolves.toEqual({ version: 0, sessions: [] });
  });
});

describe("a push", () => {
  it("of the service is told", () => {
    expect(stream.receive(stanzaOf("offer"))).toBe(true);
    expect(pushes).toEqual([
      {
        type: "offer",
        version: 4,
        session: {
          id: ID,
          revision: 1,
          state: "not-connected",
          mode: "parley",
          inviter: "a.agent@example.org",
          target: B,
          createdAt: Date.UTC(2026, 10, 23, 9, 30),
          expiresAt: Date.UTC(2026, 10, 23, 9, 30, 30),
          peerReachable: true,
          done: false,
        },
      },
    ]);
  });

  it.each(["mallory@example.org/x", "parley.example.org/x", "parley.example.org.evil.example", "x@parley.example.org"])(
    "of %s is a forgery: nobody hears of it",
    (from) => {
      expect(stream.receive(stanzaOf("offer").replace('from="parley.example.org"', `from="${from}"`))).toBe(true);
      expect(pushes).toEqual([]);
      expect(missed).toBe(0);
    },
  );

  it("in a message that is no headline is none", () => {
    expect(stream.receive(stanzaOf("offer").replace("headline", "chat"))).toBe(false);
    expect(pushes).toEqual([]);
  });

  it("that can not be read counts as missed", () => {
    stream.receive(stanzaOf("offer").replace('state="not-connected"', 'state="nowhere"'));
    expect(pushes).toEqual([]);
    expect(missed).toBe(1);
  });

  it("may carry what a later version adds", () => {
    stream.receive(
      stanzaOf("offer").replace('mode="parley"', 'mode="parley" color="red"').replace("</offer>", "<note xmlns='urn:x'/></offer>"),
    );
    expect(pushes).toHaveLength(1);
  });
});
