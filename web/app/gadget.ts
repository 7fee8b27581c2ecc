import { words } from "../i18n/words.ts";
import { adoptTokens } from "../styles/adopt.ts";

const SIZE = { width: 360, height: 560 };

interface PictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

/** The gadget's window: always on top where the browser can (Document Picture-in-Picture), else a small one. */
async function openWindow(): Promise<Window | null> {
  const { documentPictureInPicture } = window as { documentPictureInPicture?: PictureInPicture };
  try {
    if (documentPictureInPicture) return await documentPictureInPicture.requestWindow(SIZE);
  } catch {
    // Refused, for instance inside a frame: a window of its own does as well.
  }
  return window.open("", "parley-gadget", `popup,width=${SIZE.width},height=${SIZE.height}`);
}

/**
 * Shows an element of this page in a small window of its own. The element stays an element of this page: same
 * desk, same code; the window goes when the page goes. `undefined`: the browser refused a window.
 */
export async function openGadget(content: HTMLElement, closed: () => void): Promise<{ focus(): void; close(): void } | undefined> {
  const view = await openWindow();
  if (!view) return undefined;
  const { document: page } = view;
  page.title = `${words.product()} · ${words.gadgetView()}`;
  for (const name of ["lang", "dir", "data-theme", "data-density"]) {
    page.documentElement.setAttribute(name, document.documentElement.getAttribute(name) ?? "");
  }
  adoptTokens(page);
  page.body.replaceChildren(content);
  const close = () => view.close();
  window.addEventListener("pagehide", close);
  view.addEventListener("pagehide", () => {
    window.removeEventListener("pagehide", close);
    content.remove();
    closed();
  });
  return { focus: () => view.focus(), close };
}
