/** The web client's transcript beside the same lines rendered all at once by Lit, in one page. */
import { html, render } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { TranscriptLine } from "../../../src/desk/types.ts";
import "../../../web/components/transcript.ts";
import { adoptTokens } from "../../../web/styles/adopt.ts";
import { offer } from "./offer.ts";

type MessageLine = Extract<TranscriptLine, { kind: "message" }>;

/** Removes what was opened. */
type Opened = { append(line: MessageLine): Promise<void>; close(): void };

const openers = { ours: openTranscript, allRows: openAllRows };
const WORDS = "Customer was charged twice for the same order can I refund without approval or do we look at the case first thanks".split(
  " ",
);

function lineOf(number: number): MessageLine {
  // Between one word and three lines.
  const text = Array.from({ length: 1 + ((number * 7) % 40) }, (_, word) => WORDS[(number + word) % WORDS.length]).join(" ");
  const own = number % 2 === 0;
  return {
    kind: "message",
    key: `line ${number}`,
    logon: own ? "a.agent" : "b.agent",
    own,
    text,
    at: 1_795_000_000_000 + number * 1_000,
    ...(own && { progress: "read" }),
  };
}

export const transcriptPage = offer({
  /** How long it takes until the newest of so many lines are painted. */
  async open(side: keyof typeof openers, count: number): Promise<number> {
    const lines = Array.from({ length: count }, (_, number) => lineOf(number));
    await idle();
    const begin = performance.now();
    const opened = await openers[side](lines);
    await painted();
    const took = performance.now() - begin;
    opened.close();
    await idle();
    return took;
  },

  /** How long it takes until one more line is painted, so many times. */
  async append(side: keyof typeof openers, count: number, times: number): Promise<number[]> {
    const opened = await openers[side](Array.from({ length: count }, (_, number) => lineOf(number)));
    await idle();
    const taken: number[] = [];
    for (let number = count; number < count + times; number++) {
      const begin = performance.now();
      await opened.append(lineOf(number));
      await painted();
      taken.push(performance.now() - begin);
      await idle();
    }
    opened.close();
    return taken;
  },
});

export type TranscriptPage = typeof transcriptPage;

adoptTokens(document);

async function openTranscript(first: readonly MessageLine[]): Promise<Opened> {
  let lines = first;
  const element = document.createElement("parley-transcript");
  Object.assign(element, { sessionId: "session", peerLogon: "b.agent", attentive: true });
  element.style.blockSize = "600px";
  const show = () => {
    element.transcript = { lines, hasOlder: false, loadingOlder: false };
    return element.updateComplete;
  };
  document.body.append(element);
  await show();
  return {
    async append(line) {
      lines = [...lines, line];
      await show();
    },
    close: () => element.remove(),
  };
}

/** The plainest way to do it: one template for each line, no element of its own. */
async function openAllRows(first: readonly MessageLine[]): Promise<Opened> {
  let lines = first;
  const box = document.createElement("div");
  Object.assign(box.style, { blockSize: "600px", overflow: "auto" });
  const show = () => {
    const row = ({ key, logon, at, text }: MessageLine) =>
      html`<article data-key=${key}><p><bdi>${logon}</bdi> <time>${new Date(at).toISOString()}</time></p><div>${text}</div></article>`;
    render(
      repeat(lines, ({ key }) => key, row),
      box,
    );
    box.scrollTop = box.scrollHeight;
  };
  document.body.append(box);
  show();
  return {
    append(line) {
      lines = [...lines, line];
      show();
      return Promise.resolve();
    },
    close: () => box.remove(),
  };
}

/** After the next frame is on the screen: a task that is queued while it is made runs when it is done. */
function painted(): Promise<void> {
  return new Promise((resolve) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(undefined);
    }),
  );
}

const idle = (): Promise<void> => new Promise((resolve) => requestIdleCallback(() => resolve(), { timeout: 1_000 }));
