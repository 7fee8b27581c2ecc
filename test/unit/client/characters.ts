import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean, cleanText } from "../../../src/client/characters.ts";
import { parse, xml } from "../../../src/client/index.ts";

/** Any code units, so also control characters and halves of surrogate pairs. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units));

/** XML 1.0, production 2, written a second time. */
function isChar(codePoint: number): boolean {
  return (
    codePoint === 0x9 ||
    codePoint === 0xa ||
    codePoint === 0xd ||
    (codePoint >= 0x20 && codePoint <= 0xd7ff) ||
    (codePoint >= 0xe000 && codePoint <= 0xfffd) ||
    codePoint >= 0x10000
  );
}

describe("cleaning text for XML", () => {
  it("puts U+FFFD in place of each forbidden character and leaves the others", () => {
    expect(cleanText("a\u0001b\u0000c\uD800d\uDC00e\uFFFEf\uFFFFg")).toBe("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg");
    expect(cleanText("tab\tline\r\nünï 日本 😀")).toBe("tab\tline\r\nünï 日本 😀");
  });

  it("leaves only characters that XML allows, whatever the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const cleaned = [...cleanText(text)];
        expect(cleaned.every((char) => isChar(char.codePointAt(0)!))).toBe(true);
        expect(cleaned).toEqual([...text].map((char) => (isChar(char.codePointAt(0)!) ? char : "\uFFFD")));
      }),
    );
  });

  it("cleans text and attributes at every level", () => {
    const element = xml("a", { x: "\u0001" }, "\u0002", xml("b", { y: "\uD800" }, xml("c", {}, "\u0003", "ok")));
    clean(element);
    expect(element.toString()).toBe(`<a x="\uFFFD">\uFFFD<b y="\uFFFD"><c>\uFFFDok</c></b></a>`);
  });

  it("gives what a parser reads back unchanged", () => {
    fc.assert(
      fc.property(anyText, anyText, (text, value) => {
        const element = xml("a", { value }, text);
        clean(element);
        const read = parse(element.toString());
        expect(read.text()).toBe(cleanText(text));
        expect(read.attrs["value"]).toBe(cleanText(value));
      }),
    );
  });
});
