/** The service when its PostgreSQL dies, or falls silent, in the middle: what agents are told, and that nobody has to restart anything. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../src/client/clock.ts";
import { ServiceAwayError } from "../../src/extensions/service-request.ts";
import type { Database } from "../../src/service/database/database.ts";
import { migrate } from "../../src/service/database/migrate.ts";
import { openPostgres } from "../../src/service/database/postgres.ts";
import { type Cutter, startCutter } from "../support/cutter.ts";
import { type PostgresCluster, startPostgres } from "../support/postgres.ts";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { type Actor, ALL_IM_RIGHTS, type Core, createCore, PASSWORD, signIn, until } from "../support/service-core.ts";

let postgres: PostgresCluster;
let network: Cutter;
let prosody: Prosody;
let database: Database;
let core: Core;
let a: Actor;
let b: Actor;

beforeAll(async () => {
  [postgres, prosody] = await Promise.all([startPostgres(), startProsody()]);
  network = await startCutter(await postgres.createDatabase());
  database = openPostgres({ url: network.url, onError: () => {} });
  await migrate(database);
  core = await createCore(prosody, { database });
  const logons = ["a.agent", "b.agent"];
  for (const logon of logons) await prosody.register(logon, PASSWORD);
  await core.start();
  for (const logon of logons) await core.service.agents.add({ logon, rights: ALL_IM_RIGHTS });
  [a, b] = [await signIn(prosody, core, "a.agent"), await signIn(prosody, core, "b.agent")];
}, 60_000);

afterAll(async () => {
  await Promise.all([a, b].map((actor) => actor?.client.signOut()));
  await core?.stop();
  await database?.close();
  await network?.close();
  await Promise.all([prosody?.stop(), postgres?.stop()]);
});

/** Everything that an agent can ask; each of it needs the database. */
const REQUESTS: Record<string, (id: string) => Promise<unknown>> = {
  invite: (id) => a.client.imSession.invite({ id, to: b.jid }),
  list: () => a.client.imSession.list(),
  me: () => a.client.directory.me(),
  search: () => a.client.directory.search({ text: "b", filter: "all", index: 0, max: 10 }),
  watch: () => a.client.directory.watch([b.jid]),
  favorite: () => a.client.directory.setFavorite(b.jid, true),
};

/** All requests are refused, with the error that says "later", before the client's own patience (5 s) ends. */
async function isAwayInTime(): Promise<void> {
  const begun = performance.now();
  // More at once than there are connections to the database.
  const asked = Object.values(REQUESTS).flatMap((request) => [0, 1, 2, 3].map(() => request(newId())));
  const errors = (await Promise.allSettled(asked)).map((answer) => (answer.status === "rejected" ? answer.reason : answer.value));
  expect(performance.now() - begun).toBeLessThan(3000);
  for (const error of errors) {
    expect(error).toBeInstanceOf(ServiceAwayError);
    expect(error).toMatchObject({ cause: { type: "wait", condition: "internal-server-error" } });
  }
}

async function talk(): Promise<void> {
  const id = newId();
  const heard = b.client.chat.received.next((message) => message.id === id, { what: "the message", timeoutMs: 5000 });
  await a.client.chat.send({ id, to: b.jid, body: "Still here" });
  await heard;
}

/** An invitation that is answered, ended and put away: everything works. */
async function works(id = newId()): Promise<void> {
  await until("the service to answer again", async () => {
    const answer = await a.client.imSession.invite({ id, to: b.jid }).catch((error: unknown) => error);
    if (answer instanceof Error && !(answer instanceof ServiceAwayError)) throw answer;
    return !(answer instanceof Error);
  });
  await b.client.imSession.accept(id);
  await a.client.imSession.end(id);
  await Promise.all([a, b].map((actor) => actor.client.imSession.done(id)));
  expect((await core.service.sessions.list()).filter((session) => session.id === id)).toHaveLength(1);
}

describe("the service", { timeout: 60_000 }, () => {
  it("refuses at once while PostgreSQL is down, leaves the chat alone, and goes on when it is back", async () => {
    await works();
    await postgres.kill();
    await isAwayInTime();
    await talk();
    await postgres.start();
    await works();
  });

  it("refuses within two seconds while PostgreSQL is silent, and a command that is repeated is carried out once", async () => {
    await works();
    network.stall();
    const id = newId();
    const invitation = a.client.imSession.invite({ id, to: b.jid });
    await expect(invitation).rejects.toBeInstanceOf(ServiceAwayError);
    await isAwayInTime();
    await talk();
    network.mend();
    await works(id);
  });

  it("makes up for a death that it could not store", async () => {
    const id = newId();
    await a.client.imSession.invite({ id, to: b.jid });
    await b.client.imSession.accept(id);
    await a.client.directory.watch([b.jid]);
    const seen = a.client.directory.presences.next(([presence]) => presence?.readiness === "unreachable", {
      what: "the death to be seen",
      timeoutMs: 15_000,
    });
    await postgres.kill();
    await b.client.connection.stop();
    await seen;
    await postgres.start();
    await a.pushed("the death", ({ session }) => session.id === id && !session.peerReachable);
  });
});
