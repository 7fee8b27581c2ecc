import { describe, expect, it } from "vitest";
import { AuthenticationError, OfflineError, type ParleyError } from "../../../src/client/errors.ts";
import { signInProblem } from "../../../src/desk/connection-words.ts";

describe("why a sign-in does not work", () => {
  const waiting = (reason: ParleyError) => ({ type: "waiting", attempt: 1, retryAt: 0, reason }) as const;

  it.each([
    ["the server is not reached", waiting(new OfflineError("gone")), "server-unreachable"],
    ["the server has seen too many wrong passwords", waiting(new AuthenticationError("temporary-auth-failure")), "too-many-sign-ins"],
    ["the password is wrong", { type: "refused", reason: new AuthenticationError("not-authorized") } as const, "wrong-logon-or-password"],
  ])("%s", (_why, state, code) => {
    expect(signInProblem(state)).toEqual({ code });
  });

  it("is not said while it may still work", () => {
    expect(signInProblem({ type: "connecting", attempt: 1 })).toBeUndefined();
  });
});
