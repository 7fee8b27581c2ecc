import { describe, expect, it } from "vitest";
import { OfflineError, StanzaError, Value, type ConnectionState } from "../../../src/client/index.ts";
import { establish } from "../../../src/extensions/establish.ts";

/** Three steps whose ends are the test's. */
function setUp({ ready = Promise.resolve() }: { ready?: Promise<void> } = {}) {
  const state = new Value<ConnectionState>({ type: "connecting", attempt: 1 });
  const steps: string[] = [];
  const events: string[] = [];
  let refuse: Record<string, Error> = {};
  let hold: Promise<void> | undefined;
  const step = (name: string) => async () => {
    steps.push(name);
    await hold;
    if (refuse[name]) throw refuse[name];
  };
  const established = establish({
    stream: { state },
    carbons: { enable: step("carbons") },
    roster: { fetch: step("roster") },
    presence: { announce: step("presence") },
    ping: { ask: step("ping") },
    ready,
    log: ({ event }) => events.push(event),
  });
  const online = (resumed: boolean) => state.set({ type: "online", jid: "alice@localhost/desk", resumed });
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return {
    steps,
    events,
    established,
    online,
    settled,
    offline: () => state.set({ type: "offline" }),
    refuse: (errors: Record<string, Error>) => {
      refuse = errors;
    },
    /** Keeps every step waiting until the returned function is called. */
    hold: () => {
      let release = () => {};
      hold = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        hold = undefined;
        release();
      };
    },
  };
}

describe("a new session", () => {
  it("begins with carbons, roster and presence, in that order, and waits until the server has come so far", async () => {
    const { steps, established, online, settled } = setUp();
    expect(established.get()).toBe(false);
    online(false);
    await settled();
    expect(steps).toEqual(["carbons", "roster", "presence", "ping"]);
    expect(established.get()).toBe(true);
  });

  it("asks all of it at once, and waits for the last answer", async () => {
    const { steps, established, online, settled, hold } = setUp();
    const release = hold();
    online(false);
    await settled();
    expect(steps).toEqual(["carbons", "roster", "presence"]);
    release();
    await settled();
    expect(established.get()).toBe(true);
  });

  it("waits until whoever listens is ready", async () => {
    let beReady = () => {};
    const { steps, established, online, settled } = setUp({ ready: new Promise((resolve) => (beReady = resolve)) });
    online(false);
    await settled();
    expect(steps).toEqual([]);
    beReady();
    await settled();
    expect(steps).toEqual(["carbons", "roster", "presence", "ping"]);
    expect(established.get()).toBe(true);
  });

  it("is established no longer when the connection goes", async () => {
    const { established, online, offline, settled } = setUp();
    online(false);
    await settled();
    offline();
    expect(established.get()).toBe(false);
  });

  it("needs nothing when its stream is resumed", async () => {
    const { steps, established, online, offline, settled } = setUp();
    online(false);
    await settled();
    offline();
    online(true);
    expect(established.get()).toBe(true);
    await settled();
    expect(steps).toHaveLength(4);
  });

  it("begins anew with a new stream", async () => {
    const { steps, online, offline, settled } = setUp();
    online(false);
    await settled();
    offline();
    online(false);
    await settled();
    expect(steps).toHaveLength(8);
  });

  it("does all of it on a stream that another page began", async () => {
    const { steps, established, online, settled } = setUp();
    online(true);
    await settled();
    expect(steps).toEqual(["carbons", "roster", "presence", "ping"]);
    expect(established.get()).toBe(true);
  });

  it("is finished on the resumed stream when the connection went in the middle", async () => {
    const { steps, established, online, offline, settled, refuse } = setUp();
    refuse({ roster: new OfflineError("gone") });
    online(false);
    await settled();
    expect(established.get()).toBe(false);
    offline();
    refuse({});
    online(true);
    await settled();
    expect(steps).toEqual(["carbons", "roster", "presence", "ping", "carbons", "roster", "presence", "ping"]);
    expect(established.get()).toBe(true);
  });

  it("is not established by a step that ends after the connection went", async () => {
    const { established, online, offline, settled, hold } = setUp();
    const release = hold();
    online(false);
    offline();
    release();
    await settled();
    expect(established.get()).toBe(false);
  });

  it("goes on without carbons and roster where the server has none, and says so", async () => {
    const { events, established, online, settled, refuse } = setUp();
    refuse({ carbons: new StanzaError("cancel", "feature-not-implemented"), roster: new StanzaError("cancel", "service-unavailable") });
    online(false);
    await settled();
    expect(established.get()).toBe(true);
    expect(events).toEqual(["carbons-not-enabled", "roster-not-fetched"]);
  });

  it("says what went wrong when presence can not be told", async () => {
    const { events, established, online, settled, refuse } = setUp();
    refuse({ presence: new Error("fault") });
    online(false);
    await settled();
    expect(established.get()).toBe(false);
    expect(events).toEqual(["session-not-established"]);
  });
});
