import { describe, expect, it } from "vitest";
import {
  AuthenticationError,
  MalformedError,
  OfflineError,
  ParleyError,
  StanzaError,
  StanzaTooLargeError,
  StreamError,
  TimeoutError,
} from "../../../src/client/index.ts";

describe("an error says what can help", () => {
  it.each([
    [new OfflineError("gone"), "reconnect"],
    [new TimeoutError("an answer", 1), "retry"],
    [new StanzaError("wait", "resource-constraint"), "retry"],
    [new StanzaError("auth", "forbidden"), "give-up"],
    [new StanzaTooLargeError(2, 1), "give-up"],
    [new AuthenticationError("not-authorized"), "give-up"],
    [new StreamError("conflict"), "give-up"],
    [new MalformedError("id", "is missing"), "give-up"],
    [new ParleyError("anything else"), "give-up"],
  ])("%s: %s", (error, remedy) => {
    expect(error.remedy).toBe(remedy);
  });
});
