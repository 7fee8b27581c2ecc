/** Dates and numbers by Intl, in the language and time zone of the browser. */

/** The browser's own tag, so that "en-GB" keeps its clock although the words are "en". */
const tag = () => navigator.language;

const memo = new Map<string, unknown>();

function once<T>(key: string, make: () => T): T {
  if (!memo.has(key)) memo.set(key, make());
  return memo.get(key) as T;
}

/** The absolute time of a line: the clock with seconds, and the date when it was not today. */
export function formatTime(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday
    ? once("clock", () => new Intl.DateTimeFormat(tag(), { timeStyle: "medium" })).format(at)
    : once("date", () => new Intl.DateTimeFormat(tag(), { dateStyle: "medium", timeStyle: "medium" })).format(at);
}

/** Date, clock and time zone, for the tooltip. */
export function formatFullTime(at: number): string {
  return once("full", () => new Intl.DateTimeFormat(tag(), { dateStyle: "full", timeStyle: "long" })).format(at);
}

export function formatNumber(value: number): string {
  return once("number", () => new Intl.NumberFormat(tag())).format(value);
}

/** Picks the form that the language uses for this number. */
export function plural(value: number, forms: { one: () => string; other: () => string }): string {
  const rule = once("plural", () => new Intl.PluralRules(document.documentElement.lang || "en")).select(value);
  return rule === "one" ? forms.one() : forms.other();
}
