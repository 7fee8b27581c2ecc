/** One agent's page in a real browser; everything is found as a person finds it: by role and name. */
import type { Locator, Page } from "playwright-core";
import { listenToLiveRegions } from "./page-scripts.ts";

/** How long anything a person would wait for may take before the test says what was missing. */
const PATIENCE_MS = 15_000;

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
    const session = await this.page.context().newCDPSession(this.page);
    await session.send("Emulation.setFocusEmulationEnabled", { enabled: false });
    const other = await this.page.context().newPage();
    await other.bringToFront();
    await this.page.waitForFunction(() => !document.hasFocus());
  }

  /** What the system shows of this page's notifications, as soon as it has shown one. */
  systemNotifications(): Promise<{ title: string; body: string; actions: string[] }[]> {
    return systemNotifications(this.page);
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

/** What the system shows of this page's notifications, as soon as it has shown one; the page runs `countNotifications`. */
export async function systemNotifications(page: Page): Promise<{ title: string; body: string; actions: string[] }[]> {
  await page.waitForFunction(() => (globalThis as { notificationsShown?: number }).notificationsShown! > 0);
  return page.evaluate(async () => {
    const worker = await navigator.serviceWorker.ready;
    const shown = (await worker.getNotifications()) as (Notification & { actions: { title: string }[] })[];
    return shown.map(({ title, body, actions }) => ({ title, body, actions: actions.map((action) => action.title) }));
  });
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

/** Invites from one page and accepts on the other: both see Connected. */
export async function connect(inviter: AgentPage, target: AgentPage): Promise<void> {
  await inviter.sendInstantMessageTo(target.logon);
  await target.accept(inviter.logon);
  await inviter.seesStatus(target.logon, "Connected");
  await target.seesStatus(inviter.logon, "Connected");
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
