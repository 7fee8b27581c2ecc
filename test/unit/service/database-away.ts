import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../../src/service/database/database.ts";
import { migrate } from "../../../src/service/database/migrate.ts";
import { openPglite } from "../../../src/service/database/pglite.ts";
import { createLog } from "../../../src/service/log.ts";
import { createMetrics } from "../../../src/service/metrics.ts";
import { createService } from "../../../src/service/service.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeStream } from "../../support/fake-stream.ts";
import { until } from "../../support/service-core.ts";

const settings = { domain: "localhost", serviceDomain: "parley.localhost", inviteTimeoutS: 30, graceS: 300 };
const RIGHTS = ["im.use", "im.make", "im.release"];

/** A database that can go away: what is asked of it then waits for its return, or for the caller's patience to end. */
class Unsteady implements Database {
  readonly engine = "pglite";
  readonly #database: Database;
  #held: ((error: Error) => void)[] = [];
  state: "there" | "away" | "silent" = "there";

  constructor(database: Database) {
    this.#database = database;
  }

  query: Database["query"] = (sql, values) => this.#reach(() => this.#database.query(sql, values));
  transaction: Database["transaction"] = (work) => this.#reach(() => this.#database.transaction(work));
  close = () => this.#database.close();

  get heldCount(): number {
    return this.#held.length;
  }

  giveUp() {
    for (const fail of this.#held.splice(0)) fail(new Error("the database did not answer"));
  }

  #reach<T>(work: () => Promise<T>): Promise<T> {
    if (this.state === "there") return work();
    if (this.state === "away") return Promise.reject(new Error("the database is away"));
    return new Promise((_, reject) => this.#held.push(reject));
  }
}

describe("the service while its database is away", { timeout: 60_000 }, () => {
  let clock: FakeClock;
  let stream: FakeStream;
  let database: Unsteady;
  let service: ReturnType<typeof createService>;

  beforeEach(async () => {
    clock = new FakeClock();
    stream = new FakeStream("parley.localhost");
    database = new Unsteady(await openPglite());
    await migrate(database);
    service = createService({ stream, database, settings, log: createLog("silent"), metrics: createMetrics(), clock });
    await service.start();
    for (const logon of ["a.agent", "b.agent"]) await service.agents.add({ logon, rights: RIGHTS });
  }, 60_000);

  afterEach(async () => {
    database.state = "there";
    database.giveUp();
    await service.stop();
    await database.close();
  });

  const inDatabase = async (jid: string) =>
    (await database.query<{ readiness: string }>("SELECT readiness FROM presences WHERE jid = $1", [jid]))[0]?.readiness;

  /** The one client of the agent, which uses im-session. */
  async function arrive(jid: string) {
    stream.receive(`<presence from='${jid}/1'/>`);
    clock.advance(200);
    stream.receive(`<iq type='get' id='list' from='${jid}/1' to='parley.localhost'><list xmlns='urn:parley:im-session:0'/></iq>`);
    await until(`${jid} to be stored as ready`, async () => {
      clock.advance(200);
      return (await inDatabase(jid)) === "ready";
    });
  }

  async function connected(): Promise<string> {
    const id = "11111111-2222-4333-8444-555555555555";
    const iq = (from: string, payload: string) =>
      stream.receive(`<iq type='set' id='x' from='${from}/1' to='parley.localhost'>${payload}</iq>`);
    iq("a.agent@localhost", `<invite xmlns='urn:parley:im-session:0' id='${id}' to='b.agent@localhost'/>`);
    await until("the invitation", async () => (await service.sessions.list()).length === 1);
    iq("b.agent@localhost", `<accept xmlns='urn:parley:im-session:0' id='${id}'/>`);
    await until("the session", async () => (await service.sessions.list({ state: "connected" })).length === 1);
    return id;
  }

  it("makes up for what happened meanwhile as soon as it is back: a death is told, and stored", async () => {
    for (const jid of ["a.agent@localhost", "b.agent@localhost"]) await arrive(jid);
    await connected();
    database.state = "away";
    stream.receive("<presence type='unavailable' from='b.agent@localhost/1'/>");
    for (let second = 0; second < 30; second++) {
      clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve));
    }
    database.state = "there";
    await until("the session to know of the death", async () => {
      clock.advance(1000);
      return (await service.sessions.list({ state: "connected" }))[0]?.target.present === false;
    });
    await until("the death to be stored", async () => {
      clock.advance(1000);
      return (await inDatabase("b.agent@localhost")) === "unreachable";
    });
  });

  it("stops while a question to it is open, and leaves no timer behind", async () => {
    database.state = "silent";
    clock.advance(2000);
    await until("a question to be open", () => database.heldCount > 0);
    const stopped = service.stop();
    await new Promise((resolve) => setTimeout(resolve));
    database.giveUp();
    await stopped;
    await new Promise((resolve) => setTimeout(resolve));
    expect(clock.pending).toBe(0);
  });
});
