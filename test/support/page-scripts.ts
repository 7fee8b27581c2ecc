/** What runs inside a page that is tested; each is sent there as it stands, so it uses nothing from outside itself. */

/** Sounds are heard by nobody here, so their starts are counted. */
export function countSounds(): void {
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (when) {
    const page = globalThis as { soundsPlayed?: number };
    page.soundsPlayed = (page.soundsPlayed ?? 0) + 1;
    start.call(this, when);
  };
}

/** What a browser does whose user forbids site data. */
export function forbidStorage(): void {
  IDBFactory.prototype.open = () => {
    throw new DOMException("The user denied permission to access the database.", "SecurityError");
  };
}

/** Hears what changes in any live region, and what becomes a dialog, as assistive technology does. */
export function listenToLiveRegions(): void {
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

/**
 * Before its own scripts: counts the system notifications that have been shown. Chromium forgets one that is asked for
 * while it is being shown, so nobody may ask earlier.
 */
export function countNotifications(): void {
  const { showNotification } = ServiceWorkerRegistration.prototype;
  const page = globalThis as { notificationsShown?: number };
  page.notificationsShown = 0;
  ServiceWorkerRegistration.prototype.showNotification = async function (...args) {
    await showNotification.apply(this, args);
    page.notificationsShown!++;
  };
}
