import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Desk, Problem, SessionView } from "../../src/desk/types.ts";
import { ParleyElement } from "../components/parley-element.ts";
import type { ParleyInteractionWindow } from "../components/interaction-window.ts";
import type { ParleyInvitationStack } from "../components/invitation-stack.ts";
import type { ParleySettingsDialog } from "../components/settings-dialog.ts";
import type { ParleyTaskBar } from "../components/task-bar.ts";
import type { ParleyTeamCommunicator } from "../components/team-communicator.ts";
import { sessionNotice, stateWord, words } from "../i18n/words.ts";
import { readSettings, type Settings, writeSettings } from "../storage/settings.ts";
import { controls } from "../styles/controls.ts";
import { PageAttention } from "./attention.ts";
import { showBadges } from "./badges.ts";
import { bindCommands } from "./commands.ts";
import { deskPageStyles } from "./desk-page-styles.ts";
import { openGadget } from "./gadget.ts";
import { type News, newsBetween } from "./news.ts";
import { Observed } from "./observed.ts";
import { ShownRows } from "./shown-rows.ts";
import { playSound } from "./sound.ts";
import { notificationPermission, SystemNotifications } from "./system-notifications.ts";
import { applyAppearance, ROW_HEIGHT } from "./appearance.ts";
import { registerWorker } from "./worker.ts";
import "../components/banners.ts";
import "../components/desk-header.ts";
import "../components/interaction-window.ts";
import "../components/invitation-stack.ts";
import "../components/settings-dialog.ts";
import "../components/task-bar.ts";
import "../components/team-communicator.ts";
import "./gadget-view.ts";

/** Counted together where there is room for one number only. */
const countWaiting = (sessions: readonly SessionView[]) =>
  sessions.reduce((sum, { unread, notifying }) => sum + unread + (notifying ? 1 : 0), 0);

/** The agent's desk: connects a Desk with the elements, and what is around the page with both. */
@customElement("parley-desk-page")
export class ParleyDeskPage extends ParleyElement {
  static override styles = [controls, deskPageStyles];

  @property({ attribute: false }) desk!: Desk;
  /** Found before the desk opened: storage that is not there. */
  @property({ attribute: false }) problems: readonly Problem[] = [];

  @state() private settings!: Settings;
  @state() private permission = notificationPermission();
  @state() private draft = { sessionId: "", text: "" };
  /** On a phone one of the two is shown. */
  @state() private pane: "team" | "talk" = "team";
  @state() private urgent = "";
  @state() private polite = "";

  @query("parley-interaction-window") private interactions!: ParleyInteractionWindow;
  @query("parley-invitation-stack") private invitations!: ParleyInvitationStack;
  @query("parley-settings-dialog") private settingsDialog!: ParleySettingsDialog;
  @query("parley-team-communicator") private teamCommunicator!: ParleyTeamCommunicator;
  @query("parley-task-bar") private taskBar!: ParleyTaskBar;

  readonly #connection = new Observed<ReturnType<Desk["connection"]["get"]>>(this);
  readonly #me = new Observed<ReturnType<Desk["me"]["get"]>>(this);
  readonly #readiness = new Observed<ReturnType<Desk["readiness"]["get"]>>(this);
  readonly #sessions = new Observed<ReturnType<Desk["sessions"]["get"]>>(this);
  readonly #serviceThere = new Observed<boolean>(this);
  readonly #deskProblems = new Observed<readonly Problem[]>(this);
  readonly #team = new Observed<ReturnType<Desk["team"]["state"]["get"]>>(this);
  readonly #transcript = new Observed<ReturnType<ReturnType<Desk["transcript"]>["get"]>>(this);
  readonly #attention = new PageAttention(this, (inFront) => this.desk.setAttention(inFront));
  readonly #notifications = new SystemNotifications(registerWorker());
  readonly #shownRows = new ShownRows();

  /** Invitations that F6 has led to. */
  #visited: ReadonlySet<string> = new Set();
  #before: readonly SessionView[] = [];
  #gadget: { focus(): void; close(): void } | undefined;
  #stops: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.settings = readSettings(this.desk.me.get()?.jid ?? "");
    applyAppearance(this.settings);
    this.desk.setAttention(this.#attention.inFront);
    this.#connection.watch(this.desk.connection);
    this.#me.watch(this.desk.me);
    this.#readiness.watch(this.desk.readiness);
    this.#sessions.watch(this.desk.sessions);
    this.#serviceThere.watch(this.desk.serviceThere);
    this.#deskProblems.watch(this.desk.problems);
    this.#team.watch(this.desk.team.state);
    this.#stops = [
      bindCommands(this, this.desk, { failed: (error) => this.#failed(error), displayed: (id) => this.#displayed(id) }),
      this.desk.me.subscribe((me) => this.#useSettingsOf(me?.jid ?? "")),
      this.#notifications.onAnswer(({ type, sessionId }) => this.#onAnswer(type, sessionId)),
    ];
    this.addEventListener("keydown", this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops) stop();
    this.removeEventListener("keydown", this.#onKey);
    this.#gadget?.close();
    showBadges(0, undefined);
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const { sessions, currentId } = this.#sessions.value ?? { sessions: [] };
    this.#transcript.watch(currentId === undefined ? undefined : this.desk.transcript(currentId));
    if (currentId !== undefined && currentId !== this.draft.sessionId) void this.#readDraft(currentId);
    if (sessions !== this.#before) {
      for (const news of newsBetween(this.#before, sessions)) this.#notice(news);
      this.#closeAnswered(sessions);
      this.#before = sessions;
    }
  }

  protected override updated(): void {
    showBadges(countWaiting(this.#before), this.#me.value?.logon);
  }

  protected override render() {
    const { sessions = [], currentId = "" } = this.#sessions.value ?? {};
    const notifying = sessions.filter((session) => session.notifying);
    return html`
      <parley-desk-header
        .me=${this.#me.value}
        .readiness=${this.#readiness.value}
        @parley-gadget=${this.#openGadget}
        @parley-open-settings=${() => this.settingsDialog.open()}
      ></parley-desk-header>
      <parley-banners
        .connection=${this.#connection.value}
        .serviceThere=${this.#serviceThere.value}
        .problems=${[...this.problems, ...(this.#deskProblems.value ?? [])]}
        .asksPermission=${this.settings.systemNotifications && this.permission === "default"}
        @parley-dismiss=${this.#onDismiss}
        @parley-ask-permission=${this.#askPermission}
        @parley-no-notifications=${() => this.#useSettings({ ...this.settings, systemNotifications: false })}
      ></parley-banners>
      ${this.#renderPanes(sessions)}
      <parley-invitation-stack .sessions=${notifying}></parley-invitation-stack>
      <main class="work" data-pane=${this.pane}>
        <parley-team-communicator
          .team=${this.#team.value}
          .mayInvite=${this.#mayInvite}
          .rowHeight=${ROW_HEIGHT[this.settings.density]}
          @parley-show=${this.#onShow}
        ></parley-team-communicator>
        <parley-interaction-window
          .sessions=${sessions.filter(({ open }) => open)}
          .currentId=${currentId}
          .transcript=${this.#transcript.value}
          .draft=${this.draft.sessionId === currentId ? this.draft.text : ""}
          .attentive=${this.#attention.inFront}
          .enterSends=${this.settings.enterSends}
          @parley-composer-size=${this.#onComposerSize}
        ></parley-interaction-window>
      </main>
      <parley-task-bar .sessions=${sessions} .currentId=${currentId}></parley-task-bar>
      <parley-settings-dialog
        .settings=${this.settings}
        .permission=${this.permission}
        @parley-settings=${(event: HTMLElementEventMap["parley-settings"]) => this.#useSettings(event.detail.settings)}
        @parley-ask-permission=${this.#askPermission}
        @parley-test-sound=${() => void playSound()}
      ></parley-settings-dialog>
      <div class="visually-hidden" aria-live="assertive">${this.urgent}</div>
      <div class="visually-hidden" aria-live="polite">${this.polite}</div>
    `;
  }

  #renderPanes(sessions: readonly SessionView[]) {
    const unread = countWaiting(sessions);
    return html`<nav class="panes" aria-label=${words.views()}>
      <button type="button" aria-pressed=${String(this.pane === "team")} @click=${() => (this.pane = "team")}>${words.showTeam()}</button>
      <button type="button" aria-pressed=${String(this.pane === "talk")} @click=${() => (this.pane = "talk")}>
        ${words.showConversations()}${unread > 0 ? html` <span class="badge">${unread}</span>` : nothing}
      </button>
    </nav>`;
  }

  readonly #mayInvite = (row: Parameters<Desk["team"]["mayInvite"]>[0]) => this.desk.team.mayInvite(row);

  /** Sound, system notification and announcement, as the settings and the agent's attention have it. */
  #notice({ type, session }: News): void {
    const isCurrent = session.id === this.#sessions.value?.currentId;
    const isSeen = this.#attention.inFront && isCurrent;
    if (type === "status") {
      if (!isCurrent) this.polite = `${session.peerLogon} ${stateWord(session.state)}. ${sessionNotice(session) ?? ""}`;
      return;
    }
    if (type === "message" && isSeen) return;
    if (this.settings.sound) void playSound();
    if (type === "invitation") this.urgent = `${words.invitationFrom(session.peerLogon)}. ${words.goToInvitation()}`;
    else this.polite = words.newMessageFrom(session.peerLogon);
    if (!this.#attention.inFront && this.settings.systemNotifications) this.#notifySystem(type, session);
  }

  #notifySystem(type: "invitation" | "message", session: SessionView): void {
    const isPrivate = this.settings.privateNotifications;
    if (type === "invitation") {
      void this.#notifications.showInvitation(session, isPrivate ? undefined : session.firstMessage);
    } else {
      const newest = this.desk.transcript(session.id).get().lines.at(-1);
      void this.#notifications.showMessage(session, isPrivate || newest?.kind !== "message" ? undefined : newest.text);
    }
  }

  #closeAnswered(sessions: readonly SessionView[]): void {
    const now = new Map(sessions.map((session) => [session.id, session]));
    for (const { id, notifying, unread } of this.#before) {
      if (notifying && !now.get(id)?.notifying) void this.#notifications.closeInvitation(id);
      if (unread > 0 && !now.get(id)?.unread) void this.#notifications.closeMessages(id);
    }
  }

  #onAnswer(type: "accept" | "reject" | "open", sessionId: string): void {
    // Other agents' pages in this browser hear it too.
    if (!this.#before.some(({ id }) => id === sessionId)) return;
    const event = { accept: "parley-accept", reject: "parley-reject", open: "parley-open" } as const;
    this.tell(event[type], { sessionId });
  }

  async #readDraft(sessionId: string): Promise<void> {
    this.draft = { sessionId, text: "" };
    const text = await this.desk.readDraft(sessionId);
    if (this.draft.sessionId === sessionId) this.draft = { sessionId, text };
  }

  async #displayed(_sessionId: string): Promise<void> {
    this.pane = "talk";
    await this.updateComplete;
    await this.interactions.updateComplete;
    this.interactions.focus();
  }

  #failed(error: unknown): void {
    const problem = (error as { problem?: Problem }).problem ?? { code: "unexpected" as const };
    this.problems = [...this.problems.filter(({ code }) => code !== problem.code), problem];
  }

  #onDismiss({ detail: { problem } }: HTMLElementEventMap["parley-dismiss"]): void {
    if (this.problems.includes(problem)) this.problems = this.problems.filter((own) => own !== problem);
    else this.desk.dismissProblem(problem);
  }

  #onShow(event: HTMLElementEventMap["parley-show"]): void {
    const { first, last } = this.#shownRows.show(event.currentTarget, event.detail.first, event.detail.last);
    this.desk.team.show(first, last);
  }

  #onComposerSize({ detail: { size } }: HTMLElementEventMap["parley-composer-size"]): void {
    this.style.setProperty("--parley-composer-size", `${size}px`);
  }

  #useSettingsOf(jid: string): void {
    this.settings = readSettings(jid);
    applyAppearance(this.settings);
  }

  #useSettings(settings: Settings): void {
    this.settings = settings;
    applyAppearance(settings);
    writeSettings(this.#me.value?.jid ?? "", settings);
  }

  async #askPermission(): Promise<void> {
    await Notification.requestPermission();
    this.permission = notificationPermission();
  }

  async #openGadget(): Promise<void> {
    if (this.#gadget) return this.#gadget.focus();
    const view = Object.assign(document.createElement("parley-gadget-view"), {
      desk: this.desk,
      rowHeight: ROW_HEIGHT[this.settings.density],
    });
    const stop = bindCommands(view, this.desk, {
      failed: (error) => this.#failed(error),
      displayed: (id) => {
        window.focus();
        void this.#displayed(id);
      },
    });
    view.addEventListener("parley-show", (event) => this.#onShow(event));
    this.#gadget = await openGadget(view, () => {
      stop();
      this.#shownRows.forget(view);
      this.#gadget = undefined;
    });
  }

  /** F6 goes around the parts of the desk; first of all to an invitation that it has not gone to yet. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== "F6") return;
    event.preventDefault();
    const waiting = this.invitations.sessions.map(({ id }) => id);
    if (waiting.some((id) => !this.#visited.has(id))) {
      this.#visited = new Set(waiting);
      this.invitations.focus();
      return;
    }
    const parts = [...(waiting.length > 0 ? [this.invitations] : []), this.teamCommunicator, this.interactions, this.taskBar].filter(
      (part) => part.checkVisibility(),
    );
    const now = parts.findIndex((part) => part === this.shadowRoot?.activeElement);
    const step = event.shiftKey ? -1 : 1;
    parts[(now + step + parts.length) % parts.length]?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-desk-page": ParleyDeskPage;
  }
}
