/** What the demo colleague says: pure, and the same to the same words. */

export interface Asked {
  text: string;
  /** Who asks, as the answer addresses them. */
  logon: string;
  /** Milliseconds since the epoch. */
  now: number;
}

interface Rule {
  matches: RegExp;
  answer(asked: Asked, match: RegExpExecArray): string | undefined;
}

export const GREETING =
  "this is a demo colleague that answers by itself. Ask me about refunds, invoices, tariffs, passwords or outages, or have me calculate something.";

const HELP =
  "I know a little about refunds, invoices, tariffs, passwords and outages, I can calculate (try 15% of 80), and I can tell the time.";

const NUMBER = String.raw`-?\d(?:[\d.,]*\d)?`;
const SHARE = new RegExp(String.raw`(${NUMBER})\s*(?:%|percent)\s*of\s*(${NUMBER})`, "i");
// A date, a telephone number and a network are no calculations: minus and slash need room around them.
const CALCULATION = new RegExp(String.raw`(${NUMBER})(?:\s*([+*x×÷])\s*|\s+([-−/])\s+)(${NUMBER})`, "i");

/** The first that matches and has an answer is used. */
const RULES: readonly Rule[] = [
  { matches: SHARE, answer: (_, [, share, whole]) => percentage(share!, whole!) },
  { matches: CALCULATION, answer: (_, [, left, tight, spaced, right]) => calculation(left!, (tight ?? spaced)!, right!) },
  {
    matches: /\brefund|\bmoney back\b|\breturn(s|ing|ed)?\b/i,
    answer: () => "Refunds are possible within 30 days; ask the customer for the order number first. Above 100 a team lead has to agree.",
  },
  {
    matches: /\binvoice|\bbill(s|ing)?\b|\bcharged?\b/i,
    answer: () => "Invoices go out on the 3rd of each month. For a copy: customer file, Documents, Send again.",
  },
  {
    matches: /\btariff|\bprice|\bplan(s)?\b|\bcontract/i,
    answer: () =>
      "The price list of this month is in the knowledge base under Tariffs. An old tariff stays valid until the customer changes it.",
  },
  {
    matches: /\bpassword|\blog ?in\b|\bsign ?in\b|\blocked\b/i,
    answer: () =>
      "Check the e-mail address with the customer, then send the reset link; never tell or ask for a password. The link is good for an hour.",
  },
  {
    matches: /\boutage|\bdown\b|\bnot working\b|\bbroken\b|\bfault\b/i,
    answer: () => "I see no outage at the moment. Please note place, time and device, and open a ticket for Technical support.",
  },
  {
    matches: /\b(transfer|take over|take (this|the) (call|chat|customer))\b/i,
    answer: () => "I cannot take customers, I am a demo. Any ready agent in the Team Communicator can.",
  },
  {
    matches: /\bwhat time\b|\btime is it\b|\bwhat day\b|\bdate\b/i,
    answer: ({ now }) => `It is ${new Date(now).toISOString().slice(0, 16).replace("T", " ")} UTC.`,
  },
  {
    matches: /\b(are you|anybody|anyone) (there|here|available|free)\b|\bhave a (minute|moment)\b/i,
    answer: () => "Yes, I am here. Go ahead.",
  },
  {
    matches: /\bwho are you\b|\bare you (a|an|real|human)\b|\byour name\b/i,
    answer: () => "I am the demo colleague: a small program, not a person.",
  },
  { matches: /\bhelp\b|\bwhat can you\b/i, answer: () => HELP },
  { matches: /\b(thanks|thank you|thx|cheers)\b/i, answer: ({ logon }) => `You are welcome, ${logon}.` },
  { matches: /\b(bye|goodbye|see you|that is all|that's all)\b/i, answer: () => "Goodbye. You can end the session whenever you like." },
  { matches: /^\W*(hi|hello|hey|good (morning|afternoon|evening))\b/i, answer: ({ logon }) => `Hello ${logon}, what is it about?` },
  { matches: /^\W*(yes|ok|okay|fine|great|good)\W*$/i, answer: () => "Good. Anything else?" },
  { matches: /^\W*(no|nope)\W*$/i, answer: () => "All right." },
  { matches: /\?\W*$/, answer: () => `That I do not know. ${HELP}` },
];

/** What it is about stands at the beginning; and searching a long text takes long. */
const MAX_READ = 1_000;

/** One short answer to one message. */
export function answerTo(asked: Asked): string {
  const text = asked.text.slice(0, MAX_READ);
  for (const { matches, answer } of RULES) {
    const match = matches.exec(text);
    const said = match && answer(asked, match);
    if (said) return said;
  }
  return "Understood. What would you like to know about it?";
}

function percentage(share: string, whole: string): string | undefined {
  const result = (toNumber(share) * toNumber(whole)) / 100;
  return Number.isFinite(result) ? `${share}% of ${whole} is ${show(result)}.` : undefined;
}

function calculation(left: string, operator: string, right: string): string | undefined {
  const [a, b] = [toNumber(left), toNumber(right)];
  const result = calculate(a, operator, b);
  if ("/÷".includes(operator) && b === 0) return "Nothing can be divided by zero.";
  return Number.isFinite(result) ? `${left} ${operator} ${right} = ${show(result)}` : undefined;
}

function calculate(a: number, operator: string, b: number): number {
  switch (operator.toLowerCase()) {
    case "+":
      return a + b;
    case "-":
    case "−":
      return a - b;
    case "/":
    case "÷":
      return a / b;
    default:
      return a * b;
  }
}

/** Thousands with commas, decimals with a point. NaN for anything else, a date or an address say. */
function toNumber(text: string): number {
  return /^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(text) ? Number(text.replaceAll(",", "")) : Number.NaN;
}

const show = (number: number) => String(Number(number.toFixed(6)));
