import { words } from "../i18n/words.ts";

/** Shows how much waits for the agent where it is seen without the page: title, icon of the tab, icon of the app. */
export function showBadges(count: number, logon: string | undefined): void {
  const title = logon ? `${words.product()} · ${logon}` : words.product();
  document.title = count > 0 ? `(${count}) ${title}` : title;
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const href = count > 0 ? "/icon-badge.svg" : "/icon.svg";
  if (link && link.getAttribute("href") !== href) link.href = href;
  void (count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.())?.catch(() => {
    // Only installed apps have a badge.
  });
}
