import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MalformedError, parse } from "../../../src/client/index.ts";
import { defaultLimits } from "../../../src/client/limits.ts";
import { type Arrival, StreamParser } from "../../../src/client/parser.ts";

const HEADER = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='i'>";

function reader(limits = defaultLimits) {
  const arrivals: Arrival[] = [];
  const seen = { opened: 0, ended: 0 };
  const parser = new StreamParser(
    limits,
    { opened: () => (seen.opened += 1), ended: () => (seen.ended += 1), arrived: (arrival) => arrivals.push(arrival) },
    2,
  );
  return { parser, arrivals, seen };
}

const nested = (depth: number) => "<a>".repeat(depth) + "</a>".repeat(depth);

describe("reading a stream", () => {
  const STANZAS = [
    `<message to='a@b' id='1'><body>héllo &amp; 日本 &lt;😀&gt;</body><x xmlns='urn:x'><y a="1"/></x></message>`,
    `<presence/>`,
    `<iq type='get' id='2'><query xmlns='urn:q'><![CDATA[<raw>]]></query></iq>`,
  ];

  it("finds the same stanzas however the network cuts the text", () => {
    const text = `${HEADER}${STANZAS.join("\n")}</stream:stream>`;
    const whole = reader();
    whole.parser.write(text);
    expect(whole.arrivals).toHaveLength(3);
    const expected = whole.arrivals.map(({ element }) => element.toString());

    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 12 }), (cuts) => {
        const { parser, arrivals, seen } = reader();
        const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
        for (let index = 1; index < edges.length; index += 1) parser.write(text.slice(edges[index - 1], edges[index]));
        expect(arrivals.map(({ element }) => element.toString())).toEqual(expected);
        expect(seen).toEqual({ opened: 1, ended: 1 });
      }),
    );
  });

  it("gives stanzas the stream's namespace without collecting them", () => {
    const { parser, arrivals } = reader();
    parser.write(`${HEADER}<presence/><presence/>`);
    expect(arrivals.map(({ element }) => element.getNS())).toEqual(["jabber:client", "jabber:client"]);
    expect(arrivals[0]!.element.parent?.children).toEqual([]);
  });

  it.each([
    ["a wrong end", "<a><b></a></b>"],
    ["an unknown entity", "<a>&nope;</a>"],
    ["an end too many", "</a>"],
    ["text alone", "hello"],
    ["an open element", "<a><b/>"],
  ])("refuses %s", (_, text) => {
    expect(() => parse(text)).toThrow(MalformedError);
  });
});

describe("a stanza that breaks a limit", () => {
  it.each([5_000, 20_000, 200_000])("arrives truncated and marked when it is %i levels deep, and the next one whole", (depth) => {
    const { parser, arrivals } = reader({ ...defaultLimits, incoming: 10_000_000 });
    parser.write(`${HEADER}<message id='bomb'><body>x</body>${nested(depth)}</message><message id='next'><body>y</body></message>`);
    expect(arrivals.map(({ element, refused }) => [element.attrs["id"], refused])).toEqual([
      ["bomb", "too-deep"],
      ["next", undefined],
    ]);
    // Whatever walks it recursively survives.
    expect(arrivals[0]!.element.toString().length).toBeLessThan(1_000);
  });

  it("may be exactly as deep as the limit", () => {
    const limits = { ...defaultLimits, depth: 4 };
    const { parser, arrivals } = reader(limits);
    parser.write(`${HEADER}${nested(4)}${nested(5)}`);
    expect(arrivals.map(({ refused }) => refused)).toEqual([undefined, "too-deep"]);
  });

  it("is not collected once it is too large, and the next one arrives whole", () => {
    const { parser, arrivals } = reader({ ...defaultLimits, incoming: 10_000 });
    parser.write(`${HEADER}<message id='big'>`);
    for (let index = 0; index < 1_000; index += 1) parser.write(`<x>${"y".repeat(100)}</x>`);
    parser.write(`</message>`);
    parser.write(`<message id='next'/>`);
    expect(arrivals.map(({ element, refused }) => [element.attrs["id"], refused])).toEqual([
      ["big", "too-large"],
      ["next", undefined],
    ]);
    expect(arrivals[0]!.element.toString().length).toBeLessThan(11_000);
  });
});
