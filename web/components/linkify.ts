export type Segment = { type: "text"; text: string } | { type: "link"; text: string; href: string };

const ALLOWED = new Set(["http:", "https:", "mailto:"]);

/** Begins like one of ours and runs to the next space, quote, angle bracket or control character. */
// oxlint-disable-next-line no-control-regex -- they are where an address ends
const CANDIDATE = /\b(?:https?:\/\/|mailto:)[^\s<>"'`\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;

/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?…]+$/u;

const CLOSERS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/**
 * Cuts a text into plain parts and links. The URL parser decides what an address is; only http, https and mailto
 * become links, and what is shown is what was written.
 */
export function linkify(text: string): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const written = trimEnd(match[0]);
    const href = hrefOf(written);
    if (!href) continue;
    if (match.index > end) segments.push({ type: "text", text: text.slice(end, match.index) });
    segments.push({ type: "link", text: written, href });
    end = match.index + written.length;
  }
  if (end < text.length) segments.push({ type: "text", text: text.slice(end) });
  return segments;
}

function hrefOf(written: string): string | undefined {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url || !ALLOWED.has(url.protocol)) return undefined;
  // A name or password before the host is there to make one address look like another.
  if (url.username || url.password) return undefined;
  return url.href;
}

/** Leaves a closing bracket in the address only if it was opened there. */
function trimEnd(candidate: string): string {
  let address = candidate.replace(TRAILING, "");
  for (let last = address.at(-1) ?? ""; last in CLOSERS; last = address.at(-1) ?? "") {
    const opened = address.split(CLOSERS[last]!).length;
    const closed = address.split(last).length;
    if (closed <= opened) break;
    address = address.slice(0, -1).replace(TRAILING, "");
  }
  return address;
}
