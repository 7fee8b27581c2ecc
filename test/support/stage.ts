/**
 * The stage of the end-to-end tests: a real Prosody, the real service, real browsers, and a cast of
 * agents whom each test gets fresh. Everything is found as a person finds it: by role and name.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, type Locator, type Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { type Prosody, startProsody } from "./prosody.ts";
import { attribute, signInRaw } from "./raw-stream.ts";
import { type ServiceProcess, startService } from "./service.ts";

const CSV_HEADER = "logon,name,groups,skills,rights,password";

/** How long anything a person would wait for may take before the test says what was missing. */
const PATIENCE_MS = 15_000;

const ALL_RIGHTS =
  "im.use;im.make;im.release;consult.voice;contact.view;contact.edit;case.edit;interaction.voice;interaction.chat;interaction.email";

export interface StageOptions {
  /** Settings of the service, by their environment names. */
  env?: Record<string, string>;
  /** How many tests may ask for a cast. */
  casts?: number;
  /** Agents who are in the directory only, without an account: CSV lines as in {@link CSV_HEADER}. */
  directoryOnly?: string[];
}

/** The logons of one test's agents: a, b and c have all rights, d may not make, e may not use IM. */
export interface Cast {
  a: string;
  b: string;
  c: string;
  d: string;
  e: string;
}

export class Stage {
  readonly #contexts: BrowserContext[] = [];
  #casts = 0;

  private constructor(
    readonly prosody: Prosody,
    readonly service: ServiceProcess,
    readonly browser: Browser,
    readonly size: number,
    readonly inviteTimeoutMs: number,
  ) {}

  static async open({ env = {}, casts = 16, directoryOnly = [] }: StageOptions = {}): Promise<Stage> {
    const prosody = await startProsody();
    const service = await startService(prosody, env);
    await importAgents(service, castRows(casts));
    if (directoryOnly.length) await importAgents(service, directoryOnly, "--existing-accounts");
    const inviteTimeoutMs = Number(env["PARLEY_INVITE_TIMEOUT_S"] ?? 30) * 1000;
    return new Stage(prosody, service, await launchChromium(), casts, inviteTimeoutMs);
  }

  async close(): Promise<void> {
    await this.leave();
    await this.browser.close();
    await this.service.stop();
    await this.prosody.stop();
  }

  /** Closes every page that the last test opened. */
  async leave(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }

  /** Agents whom no other test of this stage has met. */
  cast(): Cast {
    this.#casts += 1;
    if (this.#casts > this.size) throw new Error(`This stage has ${this.size} casts only: raise StageOptions.casts`);
    const logon = (letter: string) => castLogon(letter, this.#casts);
    return { a: logon("a"), b: logon("b"), c: logon("c"), d: logon("d"), e: logon("e") };
  }

  /** The number that the logons of one cast share. */
  castNumber(logon: string): string {
    return /\d+/.exec(logon)![0];
  }

  /** Invites as a hand-made client would, past every check of our own; returns how the service refused. */
  async rawInvite(from: string, to: string): Promise<Record<string, string>> {
    const stream = await signInRaw(this.prosody, { logon: from, password: "demo" });
    const { domain, serviceDomain } = this.prosody;
    stream.send(
      `<iq xmlns='jabber:client' type='set' id='hand-made' to='${serviceDomain}'><invite xmlns='urn:parley:im-session:0' id='${randomUUID()}' to='${to}@${domain}'/></iq>`,
    );
    const answer = await stream.waitFor(/<iq [^>]*id='hand-made'.*<\/iq>/s);
    stream.cut();
    const condition = /<([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/.exec(answer)?.[1] ?? "none";
    const refusal = /<right-missing[^>]*>/.exec(answer)?.[0];
    return refusal
      ? { condition, right: attribute(refusal, "right-missing", "right"), whose: attribute(refusal, "right-missing", "whose") }
      : { condition };
  }

  /** A browser of its own, signed in as this agent. */
  async agent(logon: string, options: AgentOptions = {}): Promise<AgentPage> {
    const agent = await this.visitor(logon, options);
    await agent.signIn();
    return agent;
  }

  /** A browser of its own on the sign-in page. */
  async visitor(
    logon: string,
    { notifications = false, withoutStorage = false, viewport, colorScheme }: AgentOptions = {},
  ): Promise<AgentPage> {
    const context = await this.browser.newContext({
      viewport: viewport ?? { width: 1280, height: 800 },
      ...(colorScheme && { colorScheme }),
      ...(notifications && { permissions: ["notifications"] }),
    });
    this.#contexts.push(context);
    await context.addInitScript(countSounds);
    if (withoutStorage) await context.addInitScript(forbidStorage);
    const page = await context.newPage();
    const agent = new AgentPage(page, logon);
    await page.goto(this.service.webUrl);
    return agent;
  }
}

export interface AgentOptions {
  /** The agent allowed system notifications before. */
  notifications?: boolean;
  /** The browser refuses to store anything in a database. */
  withoutStorage?: boolean;
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
}

/** One agent's page, driven by what the agent sees and hears. */
export class AgentPage {
  /** What must stay empty: errors of the page and violations of its content security policy. */
  readonly faults: string[] = [];
  readonly team: Locator;
  readonly search: Locator;
  readonly window: Locator;
  readonly taskBar: Locator;
  readonly composer: Locator;

  constructor(
    readonly page: Page,
    readonly logon: string,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) this.faults.push(message.text());
    });
    this.team = page.getByRole("region", { name: "Team Communicator" });
    this.search = this.team.getByRole("searchbox", { name: "Search" });
    this.window = page.getByRole("region", { name: "Interaction window" });
    this.taskBar = page.getByRole("region", { name: "Task bar" });
    this.composer = this.window.getByRole("textbox", { name: "Message" });
  }

  async signIn(password = "demo"): Promise<void> {
    await this.trySignIn(password);
    await this.team.waitFor();
  }

  async trySignIn(password = "demo"): Promise<void> {
    await this.page.getByRole("textbox", { name: "Agent logon" }).fill(this.logon);
    await this.page.getByRole("textbox", { name: "Password" }).fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  /** The row of the Team Communicator that begins with this logon. */
  row(logon: string): Locator {
    return this.team.getByRole("row", { name: new RegExp(`^${escapeRegExp(logon)}\\b`) });
  }

  /** Finds the colleague by typing, and opens the Action menu. */
  async openActions(logon: string): Promise<Locator> {
    await this.search.fill(logon);
    await this.row(logon).waitFor();
    await this.team.getByRole("button", { name: `Actions for ${logon}` }).click();
    const menu = this.page.getByRole("menu");
    await menu.waitFor();
    return menu;
  }

  async sendInstantMessageTo(logon: string): Promise<void> {
    const menu = await this.openActions(logon);
    await menu.getByRole("menuitem", { name: `Send an Instant Message ${logon}` }).click();
    await this.tab(logon).waitFor();
  }

  invitationFrom(logon: string): Locator {
    return this.page.getByRole("alertdialog", { name: `Invitation from ${logon}` });
  }

  async accept(logon: string): Promise<void> {
    await this.invitationFrom(logon).getByRole("button", { name: "Accept" }).click();
  }

  tab(logon: string): Locator {
    return this.window.getByRole("tab", { name: new RegExp(`^${escapeRegExp(logon)}\\b`) });
  }

  /** The status indicator of the session in front. */
  get status(): Locator {
    return this.window.getByRole("status").first();
  }

  /** Waits until the indicator shows the logon and this status. */
  async seesStatus(logon: string, status: "Not Connected" | "Connected" | "Ended"): Promise<void> {
    await this.window
      .getByRole("status")
      .filter({ hasText: logon })
      .filter({ hasText: new RegExp(`(^|[^t] |[^ ])${status}`) })
      .first()
      .waitFor();
  }

  get transcript(): Locator {
    return this.window.getByRole("log", { name: "Transcript" });
  }

  taskBarEntry(logon: string): Locator {
    return this.taskBar.getByRole("button", { name: new RegExp(`^${escapeRegExp(logon)}\\b`) });
  }

  button(name: "Send" | "End Session" | "Mark Done"): Locator {
    return this.window.getByRole("button", { name, exact: true });
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.button("Send").click();
  }

  /** Texts of the messages in the transcript, in the order shown. */
  messages(): Promise<string[]> {
    return this.transcript.getByRole("article").locator("[part=text]").allTextContents();
  }

  /** How each message looks. */
  entries(): Promise<Entry[]> {
    return this.transcript.getByRole("article").evaluateAll((articles) =>
      articles.map((article) => {
        const who = article.querySelector("bdi")!;
        const text = article.querySelector("[part=text]")!;
        const time = article.querySelector("time")!;
        let painted: Element = article;
        while (getComputedStyle(painted).backgroundColor.endsWith(", 0)")) {
          painted = painted.parentElement ?? painted.assignedSlot ?? (painted.getRootNode() as ShadowRoot).host;
        }
        const { borderInlineStartStyle, marginInlineStart } = getComputedStyle(article);
        return {
          logon: who.textContent,
          logonTop: who.getBoundingClientRect().top,
          textTop: text.getBoundingClientRect().top,
          time: time.textContent,
          dateTime: time.dateTime,
          color: getComputedStyle(who).color,
          background: getComputedStyle(painted).backgroundColor,
          marking: `${borderInlineStartStyle} ${marginInlineStart}`,
        };
      }),
    );
  }

  /** Logons of the rows of the Team Communicator, from the top. */
  rowOrder(): Promise<string[]> {
    return this.team.getByRole("row").evaluateAll((rows) =>
      rows
        .map((row) => ({
          top: row.getBoundingClientRect().top,
          logon: /^\S+\.\w+/.exec(row.getAttribute("aria-label") ?? row.textContent.trim())?.[0] ?? "",
        }))
        .sort((one, other) => one.top - other.top)
        .map(({ logon }) => logon),
    );
  }

  async signOut(): Promise<void> {
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await this.page.getByRole("button", { name: "Sign in" }).waitFor();
  }

  /** Kills the page's process, as the system would: nothing in the page gets to say goodbye. */
  async crash(): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const crashed = new Promise((resolve) => this.page.once("crash", resolve));
    // Never answered: whoever would answer is gone.
    session.send("Page.crash").catch(() => {});
    await crashed;
  }

  /** The same desk in its small window. */
  async openGadget(): Promise<AgentPage> {
    const [gadget] = await Promise.all([
      this.page.context().waitForEvent("page"),
      this.page.getByRole("button", { name: "Gadget view" }).click(),
    ]);
    return new AgentPage(gadget, this.logon);
  }

  /** Types one more letter and measures in the page how long it takes until rows with such a name are painted, in ms. */
  async paintedRowsAfterTyping(letter: string, name: RegExp): Promise<number> {
    // The page watches before the letter is typed.
    const watch = await this.team.evaluateHandle((region, source) => {
      const pattern = new RegExp(source);
      const every = (root: ParentNode): Element[] =>
        [...root.querySelectorAll("*")].flatMap((element) => [element, ...(element.shadowRoot ? every(element.shadowRoot) : [])]);
      const painted = new Promise<number>((resolve) => {
        let typedAt: number | undefined;
        const look = () => {
          const rows = every(region).filter((element) => element.getAttribute("role") === "row");
          if (typedAt !== undefined && rows.some((row) => pattern.test(row.getAttribute("aria-label") ?? row.textContent ?? "")))
            resolve(performance.now() - typedAt);
          else requestAnimationFrame(look);
        };
        region.addEventListener("input", () => (typedAt ??= performance.now()), { capture: true });
        look();
      });
      return { painted };
    }, name.source);
    await this.search.pressSequentially(letter);
    return watch.evaluate(({ painted }) => painted);
  }

  /** Sends away the page as another tab would that comes to the front. */
  async goToBackground(): Promise<void> {
    // A press of a key is what lets a page play sounds later.
    await this.page.keyboard.press("Shift");
    // System notifications are shown by the worker, which a fresh browser installs first.
    await this.page.evaluate(async () => void (await navigator.serviceWorker.ready));
    const session = await this.page.context().newCDPSession(this.page);
    await session.send("Emulation.setFocusEmulationEnabled", { enabled: false });
    const other = await this.page.context().newPage();
    await other.bringToFront();
    await this.page.waitForFunction(() => !document.hasFocus());
  }

  /** What the system shows of this page's notifications now. */
  systemNotifications(): Promise<{ title: string; actions: string[] }[]> {
    return this.page.evaluate(async () => {
      const worker = await navigator.serviceWorker.ready;
      const shown = (await worker.getNotifications()) as (Notification & { actions: { title: string }[] })[];
      return shown.map(({ title, actions }) => ({ title, actions: actions.map((action) => action.title) }));
    });
  }

  soundsPlayed(): Promise<number> {
    return this.page.evaluate(() => (globalThis as { soundsPlayed?: number }).soundsPlayed ?? 0);
  }

  /** On a narrow page, the side with the colleagues. */
  async showTeam(): Promise<void> {
    const choice = this.page.getByRole("button", { name: /^Team/ });
    if (await choice.count()) await choice.click();
    await this.search.waitFor();
  }

  /** Collects what a screen reader is told from now on; returns what it heard so far. */
  async listenToAnnouncements(): Promise<() => Promise<string>> {
    await this.page.evaluate(listenToLiveRegions);
    return () => this.page.evaluate(() => (globalThis as { heard?: string[] }).heard?.join("\n") ?? "");
  }

  /** Another tab of the same browser. */
  async duplicate(): Promise<AgentPage> {
    const page = await this.page.context().newPage();
    await page.goto(this.page.url());
    const tab = new AgentPage(page, this.logon);
    await tab.signIn();
    return tab;
  }

  /** Tabs on until this element has the focus. */
  async focusByTab(role: "button" | "searchbox" | "textbox", name: string): Promise<void> {
    const wanted = this.page.getByRole(role, { name, exact: true });
    for (let steps = 0; steps < 80; steps++) {
      await this.page.keyboard.press("Tab");
      if (await wanted.evaluateAll((elements) => elements.some((element) => element.matches(":focus")))) return;
    }
    throw new Error(`Tab never reaches the ${role} ${name}`);
  }
}

/** One message as it is painted. Colours as getComputedStyle gives them. */
export interface Entry {
  logon: string;
  logonTop: number;
  textTop: number;
  time: string;
  dateTime: string;
  color: string;
  background: string;
  /** What tells own and other apart without colour. */
  marking: string;
}

/** Signs both in; the inviter's page knows that the target is there. */
export async function meet(stage: Stage, inviter: string, target: string): Promise<[AgentPage, AgentPage]> {
  const pages = await Promise.all([stage.agent(inviter), stage.agent(target)]);
  await pages[0].search.fill(target);
  await pages[0].row(target).filter({ hasText: "Ready" }).waitFor();
  return pages;
}

/** Invites from one page and accepts on the other: both see Connected. */
export async function connect(inviter: AgentPage, target: AgentPage): Promise<void> {
  await inviter.sendInstantMessageTo(target.logon);
  await target.accept(inviter.logon);
  await inviter.seesStatus(target.logon, "Connected");
  await target.seesStatus(inviter.logon, "Connected");
}

/** Runs in the page before its own scripts: sounds are heard by nobody here, so their starts are counted. */
function countSounds(): void {
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (when) {
    const page = globalThis as { soundsPlayed?: number };
    page.soundsPlayed = (page.soundsPlayed ?? 0) + 1;
    start.call(this, when);
  };
}

/** Runs in the page before its own scripts: what a browser does whose user forbids site data. */
function forbidStorage(): void {
  IDBFactory.prototype.open = () => {
    throw new DOMException("The user denied permission to access the database.", "SecurityError");
  };
}

/** Runs in the page: hears what changes in any live region, and what becomes a dialog, as assistive technology does. */
function listenToLiveRegions(): void {
  const heard: string[] = [];
  (globalThis as { heard?: string[] }).heard = heard;
  const isLive = (element: Element) => element.matches("[aria-live], [role=status], [role=log], [role=alert], [role=alertdialog]");
  const liveHost = (node: Node | null): Element | undefined => {
    for (let at: Node | null = node; at; at = at.parentNode ?? (at as ShadowRoot).host ?? null) {
      if (at instanceof Element && isLive(at)) return at;
    }
    return undefined;
  };
  const textOf = (node: Node): string =>
    node instanceof Element
      ? [node.getAttribute("aria-label") ?? "", ...[...(node.shadowRoot ?? node).childNodes].map(textOf)].join(" ")
      : node.nodeType === Node.TEXT_NODE
        ? (node.textContent ?? "")
        : [...node.childNodes].map(textOf).join(" ");
  const watched = new Set<Node>();
  const watch = (root: Node) => {
    if (watched.has(root)) return;
    watched.add(root);
    observer.observe(root, { subtree: true, childList: true, characterData: true });
    for (const element of (root as ParentNode).querySelectorAll("*")) if (element.shadowRoot) watch(element.shadowRoot);
  };
  const observer = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node instanceof Element)
          for (const element of [node, ...node.querySelectorAll("*")]) if (element.shadowRoot) watch(element.shadowRoot);
      }
      const live = liveHost(target) ?? [...addedNodes].map(liveHost).find(Boolean);
      if (live) heard.push(textOf(live));
    }
  });
  watch(document);
}

const castLogon = (letter: string, number: number) => `${letter}${number}.agent`;

function castRows(casts: number): string[] {
  const rights = { a: ALL_RIGHTS, b: ALL_RIGHTS, c: ALL_RIGHTS, d: "im.use;im.release", e: "consult.voice" };
  const names = { a: "Ada", b: "Ben", c: "Cleo", d: "Dana", e: "Emil" };
  return Array.from({ length: casts }, (_, index) =>
    (["a", "b", "c", "d", "e"] as const).map(
      (letter) => `${castLogon(letter, index + 1)},${names[letter]} ${index + 1},Billing,English,${rights[letter]},demo`,
    ),
  ).flat();
}

async function importAgents(service: ServiceProcess, rows: string[], ...options: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "parley-cast-"));
  const file = join(folder, "agents.csv");
  await writeFile(file, [CSV_HEADER, ...rows, ""].join("\n"));
  await service.cli("agent", "import", file, ...options);
  await rm(folder, { recursive: true });
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
