import type { SessionView } from "../../src/desk/types.ts";
import { excerptOf } from "../components/invitation.ts";
import { words } from "../i18n/words.ts";

/** What was pressed on a system notification. */
export type NotificationAnswer = { type: "accept" | "reject" | "open"; sessionId: string };

/** What the browser says about notifications; undefined where it has none. */
export function notificationPermission(): NotificationPermission | undefined {
  return typeof Notification === "undefined" ? undefined : Notification.permission;
}

/** Notifications of the operating system, shown by the service worker so that they can have buttons. */
export class SystemNotifications {
  #worker: Promise<ServiceWorkerRegistration | undefined>;

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
    return () => stop.abort();
  }

  async #show(title: string, options: NotificationOptions & { actions?: { action: string; title: string }[] }): Promise<void> {
    if (notificationPermission() !== "granted") return;
    const worker = await this.#worker;
    await worker?.showNotification(title, { icon: "/icon.svg", ...options });
  }

  async #close(tag: string): Promise<void> {
    const worker = await this.#worker;
    for (const notification of (await worker?.getNotifications({ tag })) ?? []) notification.close();
  }
}

function isAnswer(data: unknown): data is NotificationAnswer {
  if (typeof data !== "object" || data === null) return false;
  const { type, sessionId } = data as Partial<NotificationAnswer>;
  return (type === "accept" || type === "reject" || type === "open") && typeof sessionId === "string";
}
