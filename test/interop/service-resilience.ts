import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../src/client/clock.ts";
import type { Session } from "../../src/extensions/im-session/types.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";
import {
  type Actor,
  ALL_IM_RIGHTS,
  type Core,
  type CoreOptions,
  createCore,
  PASSWORD,
  signIn as signInTo,
  until,
} from "../support/service-core.ts";

let prosody: Prosody;
let core: Core;
const actors: Actor[] = [];
const cores: Core[] = [];

const LOGONS = ["a.agent", "b.agent"];

beforeAll(async () => {
  prosody = await startProsody();
  for (const logon of LOGONS) await prosody.register(logon, PASSWORD);
  core = await started();
  for (const logon of LOGONS) await core.service.agents.add({ logon, rights: ALL_IM_RIGHTS });
});

afterEach(async () => {
  await Promise.all(actors.splice(0).map(({ client }) => client.signOut()));
});

afterAll(async () => {
  await Promise.all(cores.map((each) => each.stop()));
  await core?.database.close();
  await prosody?.stop();
});

async function started(options: CoreOptions = {}): Promise<Core> {
  const made = await createCore(prosody, { settings: { inviteTimeoutS: 3, graceS: 3 }, ...options });
  cores.push(made);
  await made.start();
  return made;
}

/** The same again: another process on the same database. */
async function restarted(): Promise<void> {
  await core.crash();
  core = await started({ database: core.database });
}

async function signIn(logon: string): Promise<Actor> {
  const actor = await signInTo(prosody, core, logon);
  actors.push(actor);
  return actor;
}

const hears = (id: string, part: Partial<Session>) => (push: { session: Session }) =>
  push.session.id === id && Object.entries(part).every(([key, value]) => push.session[key as keyof Session] === value);

async function invited(): Promise<[Actor, Actor, string]> {
  const [a, b] = [await signIn("a.agent"), await signIn("b.agent")];
  const id = newId();
  await a.client.imSession.invite({ id, to: b.jid });
  await b.pushed("the offer", hears(id, {}));
  return [a, b, id];
}

describe("a restart of the service", () => {
  it("loses no invitation: it can be accepted, and both are told", async () => {
    const [a, b, id] = await invited();
    await restarted();
    await until("the service to know them again", () => core.service.presencesAwaited() === 0);
    expect((await b.client.imSession.accept(id)).session.state).toBe("connected");
    await a.pushed("the accept", hears(id, { state: "connected" }));
  });

  it("loses no time-out", async () => {
    const [a, b, id] = await invited();
    await restarted();
    for (const actor of [a, b]) await actor.pushed("the time-out", hears(id, { reason: "timed-out" }));
  });

  it("leaves connected sessions as they are (scenario 84)", async () => {
    const [a, b, id] = await invited();
    await b.client.imSession.accept(id);
    await restarted();
    await until("the service to know them again", () => core.service.presencesAwaited() === 0);
    for (const actor of [a, b])
      expect((await actor.client.imSession.list()).sessions).toContainEqual(
        expect.objectContaining({ id, state: "connected", peerReachable: true }),
      );
    expect(a.pushes.filter(hears(id, { peerReachable: false }))).toEqual([]);
  });

  it("tells again what was told last, for it may have been lost", async () => {
    const [a, b, id] = await invited();
    await b.client.imSession.accept(id);
    const { version } = await a.pushed("the accept", hears(id, { state: "connected" }));
    const before = a.pushes.length;
    await restarted();
    await until("the last push again", () => a.pushes.length > before);
    expect(a.pushes.at(-1)).toMatchObject({ version, session: { id, state: "connected" } });
  });

  it("finds out who went meanwhile: unreachable, and ended after the grace time", async () => {
    const [a, b, id] = await invited();
    await b.client.imSession.accept(id);
    await core.crash();
    await b.client.connection.stop();
    core = await started({ database: core.database });
    await a.pushed("the death", hears(id, { state: "connected", peerReachable: false }));
    expect((await a.pushed("the end", hears(id, { state: "ended" }))).session.reason).toBe("unreachable");
  });

  it("repeats no answer and no change for a command that is repeated after it", async () => {
    const [a, b, id] = await invited();
    const first = await b.client.imSession.accept(id);
    await restarted();
    const again = await b.client.imSession.accept(id);
    expect(again.version).toBe(first.version);
    expect(again.session.revision).toBe(first.session.revision);
    expect((await a.client.imSession.end(id)).session.state).toBe("ended");
  });
});

describe("a restart of Prosody", () => {
  it("leaves sessions to be continued by those who come back", async () => {
    const [a, b, id] = await invited();
    await b.client.imSession.accept(id);
    await prosody.restart();
    for (const actor of [a, b]) await actor.client.established.waitFor((is) => is, { what: "to be back", timeoutMs: 30_000 });
    await core.component.state.waitFor(({ type }) => type === "online", { what: "the component", timeoutMs: 30_000 });
    await until("both to be reachable", async () => {
      const sessions = await core.service.sessions.list({ state: "connected" });
      const session = sessions.find((each) => each.id === id);
      return session?.inviter.present === true && session.target.present;
    });
    expect((await a.client.imSession.end(id)).session.state).toBe("ended");
  });
});

describe("a second instance on the same database", () => {
  it("waits, and goes on when the first one dies", async () => {
    const [a, b, id] = await invited();
    const standby = await createCore(prosody, { database: core.database, settings: { inviteTimeoutS: 3, graceS: 3 } });
    cores.push(standby);
    await standby.service.start();
    standby.component.start();
    await standby.component.state.waitFor(({ type }) => type === "waiting", { what: "the standby to be turned away", timeoutMs: 20_000 });

    await core.crash();
    core = standby;
    await standby.component.state.waitFor(({ type }) => type === "online", { what: "the standby to take over", timeoutMs: 20_000 });
    await until("it to know everybody", () => standby.service.presencesAwaited() === 0);
    await b.client.imSession.accept(id);
    await a.pushed("the accept", hears(id, { state: "connected" }));
  });
});
