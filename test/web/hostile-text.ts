import { afterAll, beforeAll, expect, test } from "vitest";
import { linkify } from "../../web/components/linkify.ts";
import { PENDING, sampleMessage, sampleRow, sampleSession, sampleTeam, sampleTranscript } from "../../web/gallery/samples.ts";
import { WebHarness } from "../support/web-harness.ts";

let harness: WebHarness;

beforeAll(async () => {
  harness = await WebHarness.open();
});
afterAll(() => harness?.close());

const CORPUS = [
  `<script>globalThis.hacked = 1</script>`,
  `<img src=x onerror="globalThis.hacked = 1">`,
  `<svg/onload=globalThis.hacked=1>`,
  `"><iframe srcdoc="<script>parent.hacked=1</script>">`,
  `' onmouseover='globalThis.hacked=1`,
  `</textarea></title></style><script>globalThis.hacked=1</script>`,
  `<a href="javascript:globalThis.hacked=1">click</a>`,
  `javascript:globalThis.hacked=1`,
  `java\tscript:globalThis.hacked=1`,
  `JaVaScRiPt://%0aglobalThis.hacked=1`,
  `data:text/html,<script>parent.hacked=1</script>`,
  `vbscript:msgbox(1)`,
  "${globalThis.hacked=1} {{constructor.constructor('hacked=1')()}} <!--?lit$123$-->",
  `<math><mtext><style><img src onerror=globalThis.hacked=1>`,
  `&lt;script&gt;globalThis.hacked=1&lt;/script&gt;`,
  `\u202Egnp.exe\u202C \u2066evil\u2069 a\u0300\u0301\u0302`,
  `__proto__ constructor toString`,
];

test("text in every field is shown as text", async () => {
  for (const [tag, properties] of Object.entries(fields(CORPUS.join(" ")))) {
    const { page, host, faults, close } = await harness.element(tag, properties, {
      before: [
        () => {
          for (const name of ["alert", "confirm", "prompt"] as const)
            window[name] = (() => Object.assign(globalThis, { hacked: 1 })) as never;
        },
      ],
    });
    await page.getByText("<script>globalThis.hacked = 1</script>").first().waitFor({ state: "attached" });
    await host.hover({ force: true });
    expect(await page.evaluate(inspect)).toEqual({ hacked: false, strange: [], protocols: [] });
    expect(faults).toEqual([]);
    await close();
  }
});

test("only http, https and mailto become links, and they open without a way back", async () => {
  const text = `see https://example.org/a?b=c&d=(e), HTTP://EXAMPLE.ORG or mailto:a@example.org. Not ${CORPUS.join(" ")}`;
  const { page, close } = await harness.element("parley-message-line", { line: sampleMessage("m", { text }), sessionId: "s" });
  const links = await page
    .getByRole("link")
    .evaluateAll((all) => all.map((link) => [link.getAttribute("href"), link.getAttribute("rel"), link.getAttribute("target")]));
  expect(links).toEqual(
    ["https://example.org/a?b=c&d=(e)", "http://example.org/", "mailto:a@example.org"].map((href) => [
      href,
      "noopener noreferrer",
      "_blank",
    ]),
  );
  expect(await page.locator("[part=text]").textContent()).toBe(text);
  await close();
});

test("an address that pretends to be another one is not a link", () => {
  for (const address of [
    "https://bank.example@evil.example/",
    "https://user:secret@evil.example",
    "https://",
    "http://[",
    "https:example",
  ]) {
    expect(linkify(address)).toEqual([{ type: "text", text: address }]);
  }
  expect(linkify("https://evil.example/\u202Egro.knab")).toMatchObject([{ type: "link", text: "https://evil.example/" }, { type: "text" }]);
});

test("cutting into links loses nothing of the text", () => {
  for (const text of [...CORPUS, "a https://x.example/b. c", "(https://x.example/(b))", "https://x.example https://y.example"]) {
    expect(
      linkify(text)
        .map((segment) => segment.text)
        .join(""),
    ).toBe(text);
  }
});

/** The elements, with the hostile text wherever somebody else's words can appear. */
function fields(text: string): Record<string, Record<string, unknown>> {
  const session = sampleSession({ peerLogon: text, peerName: text, firstMessage: text });
  const pending = { ...session, ...PENDING, expiresAt: Date.now() + 30_000 };
  return {
    "parley-message-line": { line: sampleMessage("m", { text, logon: text }) },
    "parley-team-communicator": {
      team: sampleTeam([sampleRow({ logon: text, name: text, groups: [text], reason: text, readiness: "not-ready" })], { text }),
    },
    "parley-interaction-window": {
      sessions: [session],
      currentId: session.id,
      transcript: sampleTranscript([sampleMessage("m", { text, logon: text })]),
      draft: text,
    },
    "parley-session-view": { session: pending, draft: text },
    "parley-invitation-stack": { sessions: [pending] },
    "parley-task-bar": { sessions: [session], currentId: session.id },
    "parley-desk-header": {
      me: { jid: text, logon: text, name: text, rights: [], inviteTimeoutS: 30 },
      readiness: { type: "not-ready", reason: text },
    },
  };
}

/** Runs in the page: what a script from the text would leave behind. */
function inspect() {
  const all = (root: ParentNode): Element[] =>
    [...root.querySelectorAll("*")].flatMap((element) => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
  const elements = all(document.body);
  return {
    hacked: "hacked" in globalThis,
    strange: elements
      .filter(({ localName }) => ["script", "img", "iframe", "math", "object", "embed", "style"].includes(localName))
      .map(({ localName }) => localName),
    protocols: elements.flatMap((element) =>
      element instanceof HTMLAnchorElement && !["http:", "https:", "mailto:"].includes(element.protocol) ? [element.protocol] : [],
    ),
  };
}
