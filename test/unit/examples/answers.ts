import { describe, expect, it } from "vitest";
import { answerTo } from "../../../examples/colleague/answers.ts";

const answer = (text: string) => answerTo({ text, logon: "a.agent", now: Date.UTC(2026, 10, 23, 9, 30) });

describe("the demo colleague", () => {
  it.each([
    ["Hello!", "Hello a.agent, what is it about?"],
    ["good morning, colleague", "Hello a.agent, what is it about?"],
    ["12 * 7", "12 * 7 = 84"],
    ["what is 1,200.50 + 99.5?", "1,200.50 + 99.5 = 1300"],
    ["0.1 + 0.2", "0.1 + 0.2 = 0.3"],
    ["8 / 0", "Nothing can be divided by zero."],
    ["15% of 80", "15% of 80 is 12."],
    ["What time is it?", "It is 2026-11-23 09:30 UTC."],
    ["Are you there?", "Yes, I am here. Go ahead."],
    ["thanks a lot", "You are welcome, a.agent."],
    ["ok", "Good. Anything else?"],
    ["bye", "Goodbye. You can end the session whenever you like."],
  ])("answers %j with %j", (text, said) => {
    expect(answer(text)).toBe(said);
  });

  it.each([
    ["The customer wants a refund", /30 days/],
    ["Where do I find the invoice?", /Documents/],
    ["Do you know the tariff of 2019?", /price list/],
    ["She forgot her password", /reset link/],
    ["The line is down since noon", /no outage/],
    ["Can you take over?", /cannot take customers/],
    ["Are you a real person?", /small program/],
    ["What can you do?", /calculate/],
  ])("knows something about %j", (text, said) => {
    expect(answer(text)).toMatch(said);
  });

  it("says what it knows when it can not answer a question", () => {
    expect(answer("Which color has the sky?")).toMatch(/^That I do not know\. I know/);
  });

  it("asks back when it is told something", () => {
    expect(answer("The customer is called Smith.")).toBe("Understood. What would you like to know about it?");
  });

  it.each(["2026-11-23", "10.0.0.1/24", "<b>1+</b>", "", "👍"])("does not calculate %j", (text) => {
    expect(answer(text)).not.toMatch(/=/);
  });

  it("answers a very long text at once", () => {
    const before = performance.now();
    answer("1".repeat(250_000));
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it("does not repeat what it was told", () => {
    expect(answer("The code is 4711-x")).not.toContain("4711");
  });
});
