import { css, html } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Desk, Problem, SignedIn } from "../../src/desk/index.ts";
import { ParleyElement } from "../components/parley-element.ts";
import { words } from "../i18n/words.ts";
import { readSavedSession, writeSavedSession } from "../storage/saved-session.ts";
import { controls } from "../styles/controls.ts";
import { type Config, readConfig } from "./config.ts";
import type { SessionOptions } from "./session.ts";
import "../components/sign-in.ts";

type View =
  /** Reads the settings, or signs in again after a reload. */
  | { type: "starting" }
  | { type: "sign-in"; busy: boolean; logon: string; problem?: Problem | undefined }
  | { type: "desk"; desk: Desk; problems: Problem[] }
  /** The page's server does not tell where the others are. */
  | { type: "unreadable" };

/** The page: the sign-in form first, the desk (loaded meanwhile) after it. */
@customElement("parley-app")
export class ParleyApp extends ParleyElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }

      .wait {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 12px;
        min-block-size: 100dvh;
        padding: 24px;
        color: var(--parley-muted);
        text-align: center;
      }
    `,
  ];

  @state() private view: View = { type: "starting" };

  #config: Config | undefined;
  #signedIn: SignedIn | undefined;
  #session = import("./session.ts");
  #stopFollowing = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pagehide", this.#onPageHide);
    window.addEventListener("pageshow", this.#onPageShow);
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.#onPageHide);
    window.removeEventListener("pageshow", this.#onPageShow);
  }

  protected override render() {
    const { view } = this;
    switch (view.type) {
      case "starting":
        return html`<main class="wait"><h1 class="visually-hidden">${words.product()}</h1><p role="status">${readSavedSession() ? words.restoring() : words.loading()}</p></main>`;
      case "sign-in":
        return html`<main><parley-sign-in .logon=${view.logon} .busy=${view.busy} .problem=${view.problem} @parley-sign-in=${this.#onSignIn}></parley-sign-in></main>`;
      case "desk":
        return html`<parley-desk-page .desk=${view.desk} .problems=${view.problems}></parley-desk-page>`;
      case "unreadable":
        return html`<main class="wait"><h1>${words.product()}</h1><p role="alert">${words.settingsUnreadable()}</p><button type="button" @click=${this.#start}>${words.tryAgain()}</button></main>`;
    }
  }

  async #start(): Promise<void> {
    try {
      this.#config = await readConfig();
    } catch {
      this.view = { type: "unreadable" };
      return;
    }
    const saved = readSavedSession();
    if (saved) await this.#signIn(saved.logon, { keys: saved.keys });
    else this.view = { type: "sign-in", busy: false, logon: "" };
  }

  #onSignIn({ detail: { logon, password } }: HTMLElementEventMap["parley-sign-in"]): void {
    this.view = { type: "sign-in", busy: true, logon };
    void this.#signIn(logon, { password });
  }

  async #signIn(logon: string, credentials: SessionOptions["credentials"]): Promise<void> {
    if (!this.#config) return;
    const problems: Problem[] = [];
    try {
      const { openSession } = await this.#session;
      const [signedIn] = await Promise.all([
        openSession({ config: this.#config, logon, credentials, warn: (problem) => this.#warn(problems, problem) }),
        import("./desk-page.ts"),
      ]);
      this.#open(signedIn, logon, problems);
    } catch (error) {
      writeSavedSession(undefined);
      const problem = (error as { problem?: Problem }).problem ?? { code: "unexpected" as const };
      this.view = { type: "sign-in", busy: false, logon, problem };
    }
  }

  #open(signedIn: SignedIn, logon: string, problems: Problem[]): void {
    const { desk, keys } = signedIn;
    this.#signedIn = signedIn;
    const saveKeys = () => {
      const now = keys.get();
      if (now) writeSavedSession({ logon, keys: now });
    };
    saveKeys();
    const stopKeys = keys.subscribe(saveKeys);
    const stopConnection = desk.connection.subscribe((connection) => {
      if (connection.type !== "signed-out") return;
      this.#stopFollowing();
      this.#signedIn = undefined;
      writeSavedSession(undefined);
      this.view = { type: "sign-in", busy: false, logon, problem: connection.problem };
    });
    this.#stopFollowing = () => {
      stopKeys();
      stopConnection();
    };
    this.view = { type: "desk", desk, problems };
  }

  /** Storage may fail long after the desk has opened. */
  #warn(problems: Problem[], problem: Problem): void {
    problems.push(problem);
    if (this.view.type === "desk") this.view = { ...this.view, problems: [...problems] };
  }

  /** The stream is left open, for the next page of this tab to resume; whoever closes the tab is unreachable until the grace time ends. */
  readonly #onPageHide = (): void => {
    const signedIn = this.#signedIn;
    const saved = readSavedSession();
    if (!signedIn || !saved) return;
    const stream = signedIn.snapshot();
    writeSavedSession({ logon: saved.logon, keys: signedIn.keys.get() ?? saved.keys, ...(stream ? { stream } : {}) });
    // The desk that closes here has not signed out: what was saved is for the next page.
    this.#stopFollowing();
    signedIn.desk.close();
  };

  /** Taken out of the back/forward cache the page's stream is gone: start as after a reload. */
  readonly #onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted && this.view.type === "desk") location.reload();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-app": ParleyApp;
  }
}
