import { describe, expect, it } from "vitest";
import { defaultBackOff } from "../../../src/client/back-off.ts";
import { AuthenticationError, OfflineError, type ParleyError, StreamError } from "../../../src/client/errors.ts";
import {
  initialSupervision,
  isFinalForClient,
  isFinalForComponent,
  supervise,
  type Supervision,
  type SupervisionEvent,
} from "../../../src/client/supervision.ts";

const gone = new OfflineError("gone");

/** Runs the events one after the other; `at` moves the time. */
function run(events: (SupervisionEvent & { at?: number })[], { random = 0.5, isFinal = isFinalForClient } = {}) {
  let supervision: Supervision = initialSupervision;
  let now = 0;
  const actions: (string | undefined)[] = [];
  for (const { at, ...event } of events) {
    now = at ?? now;
    const decision = supervise(supervision, event, { now, random, backOff: defaultBackOff, isFinal });
    supervision = decision.supervision;
    actions.push(decision.action);
  }
  return { ...supervision, actions };
}

const start: SupervisionEvent = { type: "start" };
const signedIn: SupervisionEvent = { type: "signed-in", jid: "a@b/c", resumed: false };
const due: SupervisionEvent = { type: "due" };
const ended = (reason: ParleyError = gone): SupervisionEvent => ({ type: "ended", reason });

describe("supervising a connection", () => {
  it("connects when started, once", () => {
    const { state, actions } = run([start, start]);
    expect(state).toEqual({ type: "connecting", attempt: 1 });
    expect(actions).toEqual(["connect", undefined]);
  });

  it("waits after a failure, longer after each, and tries again when the time is over", () => {
    const first = run([start, ended()]);
    expect(first.state).toEqual({ type: "waiting", attempt: 1, retryAt: 250, reason: gone });
    const third = run([start, ended(), due, ended(), due, { ...ended(), at: 100 }]);
    expect(third.state).toMatchObject({ type: "waiting", attempt: 3, retryAt: 100 + 1_000 });
    expect(third.actions).toEqual(["connect", undefined, "connect", undefined, "connect", undefined]);
  });

  it("begins with short waits again after a connection that lasted", () => {
    const { state } = run([start, ended(), due, ended(), due, signedIn, { ...ended(), at: 5_000 }]);
    expect(state).toMatchObject({ type: "waiting", attempt: 1, retryAt: 5_250 });
  });

  it("does not storm a server that lets it in and drops it at once", () => {
    const { state } = run([start, signedIn, ended(), due, signedIn, ended(), due, signedIn, { ...ended(), at: 4_999 }]);
    expect(state).toMatchObject({ type: "waiting", attempt: 3, retryAt: 4_999 + 1_000 });
  });

  it.each([
    ["a refused logon", new AuthenticationError("not-authorized")],
    ["a server that did not prove itself", new AuthenticationError("server-not-verified")],
    ["a sign-in elsewhere", new StreamError("conflict")],
  ])("tries no more after %s, until started anew", (_, reason) => {
    const refused = run([start, ended(reason), due, { type: "network-online" }, { type: "visible" }]);
    expect(refused.state).toEqual({ type: "refused", reason });
    expect(refused.actions).toEqual(["connect", undefined, undefined, undefined, undefined]);
    expect(run([start, ended(reason), start]).state).toEqual({ type: "connecting", attempt: 1 });
  });

  it("tries again when the server cannot check the password for the moment", () => {
    expect(run([start, ended(new AuthenticationError("temporary-auth-failure"))]).state.type).toBe("waiting");
  });

  it("lets a component stand by after a conflict", () => {
    expect(run([start, ended(new StreamError("conflict"))], { isFinal: isFinalForComponent }).state.type).toBe("waiting");
  });

  it.each(["network-online", "visible"] as const)("tries at once on %s while waiting, and checks while online", (type) => {
    expect(run([start, ended(), { type }]).actions).toEqual(["connect", undefined, "connect"]);
    expect(run([start, signedIn, { type }]).actions).toEqual(["connect", undefined, "check"]);
    expect(run([start, { type }]).actions).toEqual(["connect", undefined]);
  });

  it("connects at once when started while it waits", () => {
    expect(run([start, ended(), start]).actions).toEqual(["connect", undefined, "connect"]);
  });

  it("lets go at once when the network goes offline, and still tries later: the platform may be wrong", () => {
    const { state, actions } = run([start, signedIn, { type: "network-offline" }, due]);
    expect(actions).toEqual(["connect", undefined, "drop", "connect"]);
    expect(state.type).toBe("connecting");
  });

  it("forgets everything when stopped", () => {
    const { actions, ...rest } = run([start, ended(), due, ended(), { type: "stop" }, due, ended(), { type: "visible" }]);
    expect(rest).toEqual(initialSupervision);
    expect(actions.slice(-4)).toEqual(["drop", undefined, undefined, undefined]);
  });

  it("does not let a late success contradict the network", () => {
    expect(run([start, { type: "network-offline" }, signedIn]).state.type).toBe("waiting");
  });
});
