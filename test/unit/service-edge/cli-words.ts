import { describe, expect, test } from "vitest";
import { generatePassword, checkPassword } from "../../../src/service/accounts/password.ts";
import { ROLES } from "../../../src/service/admin/roles.ts";
import { CliError } from "../../../src/service/cli/exit-codes.ts";
import { parseSince } from "../../../src/service/cli/record-commands.ts";
import { parseRightsChange } from "../../../src/service/cli/rights-change.ts";
import { formatTable, formatTime } from "../../../src/service/cli/table.ts";
import { RIGHTS } from "../../../src/extensions/directory/types.ts";

describe("a change of rights", () => {
  test.each([
    [["+im.make", "-im.release"], undefined, { grant: ["im.make"], revoke: ["im.release"] }],
    [["+im.make"], undefined, { grant: ["im.make"], revoke: [] }],
    [[], undefined, undefined],
    [[], ["im.use", "im.make,im.release"], { set: ["im.use", "im.make", "im.release"] }],
    [[], ["none"], { set: [] }],
  ])("%j, --set %j", (changes, set, change) => {
    expect(parseRightsChange(changes, set)).toEqual(change);
  });

  test.each([
    [["im.make"], undefined],
    [["+"], undefined],
    [["--sets"], undefined],
    [["+im.make"], ["im.use"]],
  ])("is refused: %j, --set %j", (changes, set) => {
    expect(() => parseRightsChange(changes, set)).toThrow(CliError);
  });
});

describe("since", () => {
  const now = Date.parse("2026-03-31T12:00:00Z");
  test.each([
    ["30m", "2026-03-31T11:30:00Z"],
    ["12h", "2026-03-31T00:00:00Z"],
    ["7d", "2026-03-24T12:00:00Z"],
    ["999999d", "1970-01-01T00:00:00Z"],
    ["2026-01-31", "2026-01-31T00:00:00Z"],
    ["2026-01-31T08:00:00+02:00", "2026-01-31T06:00:00Z"],
  ])("%s", (text, moment) => {
    expect(parseSince(text, undefined, now)).toBe(Date.parse(moment));
  });

  test.each(["yesterday", "7", "7w", "-1d", "2026-13-01", "31.1.2026", ""])("refuses %j", (text) => {
    expect(() => parseSince(text, undefined, now)).toThrow(/like 30m/);
  });
});

describe("a table", () => {
  test("has columns as wide as they look", () => {
    const rows = [
      ["a", "漢字", "1"],
      ["b.agent", "👩👧 e\u0301", "2"],
      ["c", "", ""],
    ];
    expect(formatTable(["LOGON", "NAME", "X"], rows)).toBe(
      ["LOGON    NAME    X", "a        漢字    1", "b.agent  👩👧 e\u0301  2", "c"].join("\n"),
    );
  });

  test("does not let a name move the cursor", () => {
    expect(formatTable(["NAME"], [["a\u001b[2J\r\nb\u202Ec\u2028d"]])).toBe("NAME\na [2J  b c d");
  });

  test("shows moments in UTC", () => {
    expect(formatTime(Date.parse("2026-03-31T12:00:00.999+02:00"))).toBe("2026-03-31T10:00:00Z");
    expect(formatTime(undefined)).toBe("");
  });
});

describe("passwords", () => {
  test("that are generated can be typed, and differ", () => {
    const generated = Array.from({ length: 200 }, generatePassword);
    expect(new Set(generated).size).toBe(200);
    for (const password of generated) expect(password).toMatch(/^[a-km-zA-HJ-NP-Z2-9]{16}$/);
    for (const password of generated) expect(() => checkPassword(password)).not.toThrow();
  });

  test.each(["", "a\u0000b", "a\nb", "\u007f", "\ud800", "ä".repeat(512)])("refuses %j", (password) => {
    expect(() => checkPassword(password)).toThrow(/^password: must not/);
  });
});

test("the role admin has every right, the role agent all but the administration", () => {
  expect(ROLES.admin).toEqual(RIGHTS);
  expect([...ROLES.agent, "admin"].toSorted()).toEqual([...RIGHTS].toSorted());
});
