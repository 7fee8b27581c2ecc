import { describe, expect, it } from "vitest";
import { chooseMechanism } from "../../../src/client/sasl.ts";

const password = { password: "p" };
const keys = { keys: { mechanism: "SCRAM-SHA-1" as const, salt: "", iterations: 4096, saltedPassword: "" } };

describe("choosing a mechanism", () => {
  it.each([
    [["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"], "SCRAM-SHA-256"],
    [["PLAIN", "SCRAM-SHA-1"], "SCRAM-SHA-1"],
    [["PLAIN"], "PLAIN"],
  ])("of %j takes %s", (offered, mechanism) => {
    expect(chooseMechanism(offered, password, true)).toBe(mechanism);
  });

  it("does not show the password where others can read it", () => {
    expect(() => chooseMechanism(["PLAIN"], password, false)).toThrow(expect.objectContaining({ condition: "encryption-required" }));
  });

  it("knows when it can do none of them", () => {
    expect(() => chooseMechanism(["EXTERNAL"], password, true)).toThrow(expect.objectContaining({ condition: "invalid-mechanism" }));
  });

  it("uses keys for their own mechanism only", () => {
    expect(chooseMechanism(["SCRAM-SHA-256", "SCRAM-SHA-1"], keys, true)).toBe("SCRAM-SHA-1");
    expect(() => chooseMechanism(["SCRAM-SHA-256"], keys, true)).toThrow(expect.objectContaining({ condition: "credentials-expired" }));
    expect(() => chooseMechanism(["PLAIN"], keys, true)).toThrow(expect.objectContaining({ condition: "mechanism-too-weak" }));
  });
});
