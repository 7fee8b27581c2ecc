import type { SessionView } from "../../src/desk/types.ts";
import { excerptOf } from "../components/invitation.ts";
import { words } from "../i18n/words.ts";

/** What was pressed on a system notification. */
export type NotificationAnswer = { type: "accept" | "reject" | "open"; sessionId: string };

/** What the browser says about notifications; undefined where it has none. */
export function notificationPermission(): NotificationPermission | undefined {
  return typeof Notification === "undefined" ? undefined : Notification.permission;
}

/**
 * Notifications of the operating system, shown by the service worker so that they can have buttons. Where there is no
 * worker (private windows, strict settings) the page shows them itself, without.
 */
export class SystemNotifications {
  readonly #worker: Promise<ServiceWorkerRegistration | undefined>;
  /** The page's own, by their tags. */
  readonly #own = new Map<string, Notification>();
  readonly #answered = new Set<(answer: NotificationAnswer) => void>();
  #last: Promise<void> = Promise.resolve();

  constructor(worker: Promise<ServiceWorkerRegistration | undefined>) {
    this.#worker = worker;
  }

  /** Shows an invitation, with its answers. `text` is left out where notifications are private. */
  async showInvitation({ id, peerLogon }: SessionView, text: string | undefined): Promise<void> {
    await this.#show(words.invitationFrom(peerLogon), {
      tag: `invitation:${id}`,
      ...(text ? { body: excerptOf(text) } : {}),
      requireInteraction: true,
      actions: [
        { action: "accept", title: words.accept() },
        { action: "reject", title: words.reject() },
      ],
      data: { sessionId: id },
    });
  }

  async showMessage({ id, peerLogon }: SessionView, text: string | undefined): Promise<void> {
    await this.#show(words.newMessageFrom(peerLogon), {
      tag: `message:${id}`,
      ...(text ? { body: excerptOf(text) } : {}),
      data: { sessionId: id },
    });
  }

  /** The invitation was answered or ran out. */
  async closeInvitation(sessionId: string): Promise<void> {
    await this.#close(`invitation:${sessionId}`);
  }

  /** The messages were seen. */
  async closeMessages(sessionId: string): Promise<void> {
    await this.#close(`message:${sessionId}`);
  }

  /** Calls the listener with what is pressed on a notification. */
  onAnswer(listener: (answer: NotificationAnswer) => void): () => void {
    const stop = new AbortController();
    navigator.serviceWorker?.addEventListener(
      "message",
      ({ data }: MessageEvent<unknown>) => {
        if (isAnswer(data)) listener(data);
      },
      { signal: stop.signal },
    );
    this.#answered.add(listener);
    return () => {
      stop.abort();
      this.#answered.delete(listener);
    };
  }

  async #show(title: string, { actions, ...options }: WorkerNotificationOptions): Promise<void> {
    if (notificationPermission() !== "granted") return;
    const shown = { icon: "/icon.svg", ...options };
    await this.#inTurn(async (worker) => {
      if (worker) await worker.showNotification(title, { ...shown, ...(actions && { actions }) });
      else this.#showByPage(title, shown);
    });
  }

  #showByPage(title: string, options: WorkerNotificationOptions): void {
    const notification = new Notification(title, options);
    this.#own.set(options.tag, notification);
    notification.addEventListener("close", () => {
      if (this.#own.get(options.tag) === notification) this.#own.delete(options.tag);
    });
    notification.addEventListener("click", () => {
      window.focus();
      for (const listener of this.#answered) listener({ type: "open", sessionId: options.data.sessionId });
      notification.close();
    });
  }

  async #close(tag: string): Promise<void> {
    await this.#inTurn(async (worker) => {
      this.#own.get(tag)?.close();
      for (const notification of (await worker?.getNotifications({ tag })) ?? []) notification.close();
    });
  }

  /**
   * One after the other: who closes must find what was shown before. COMPAT: Chromium, at least until 156, forgets a
   * notification for good when somebody asks for those there are while it is being shown; its buttons then do nothing.
   */
  #inTurn(work: (worker: ServiceWorkerRegistration | undefined) => Promise<void>): Promise<void> {
    // A browser that refuses one is no reason to stop: the agent sees the notification in the page all the same.
    this.#last = this.#last.then(async () => work(await this.#worker)).catch(() => {});
    return this.#last;
  }
}

interface WorkerNotificationOptions extends NotificationOptions {
  tag: string;
  actions?: { action: string; title: string }[];
  data: { sessionId: string };
}

function isAnswer(data: unknown): data is NotificationAnswer {
  if (typeof data !== "object" || data === null) return false;
  const { type, sessionId } = data as Partial<NotificationAnswer>;
  return (type === "accept" || type === "reject" || type === "open") && typeof sessionId === "string";
}
