import { describe, expect, test } from "vitest";
import { MAX_TEXT_BYTES, sendable, tooLong } from "../../../src/desk/message-text.ts";

describe("sendable", () => {
  test("takes the blank ends off and keeps what is between, indentation of the first line included", () => {
    expect(sendable(" \n\n  two\n\n lines \n ")).toBe("  two\n\n lines");
  });

  test("leaves nothing of white space", () => {
    expect(sendable(" \t\n ")).toBeUndefined();
  });

  test("shows the sender what the receiver will see of characters that XML cannot carry", () => {
    expect(sendable("a\u0001b\ud800c\udc00d\r\ne\rf")).toBe("a\ufffdb\ufffdc\ufffdd\ne\nf");
  });

  test("keeps right-to-left and astral text as it is", () => {
    expect(sendable("שלום 👩‍👩‍👧 \u202Etxt")).toBe("שלום 👩‍👩‍👧 \u202Etxt");
  });
});

describe("tooLong", () => {
  test("counts bytes as they are written in XML", () => {
    expect(tooLong("x".repeat(MAX_TEXT_BYTES))).toBeUndefined();
    expect(tooLong("x".repeat(MAX_TEXT_BYTES + 1))).toEqual({
      code: "message-too-long",
      detail: { size: MAX_TEXT_BYTES + 1, limit: MAX_TEXT_BYTES },
    });
    expect(tooLong("&".repeat(MAX_TEXT_BYTES / 4))).toMatchObject({ code: "message-too-long" });
    expect(tooLong("語".repeat(MAX_TEXT_BYTES / 3 + 1))).toMatchObject({ code: "message-too-long" });
  });
});
