/** What axe-core finds wrong with a page, as people would meet it: when what fades in has come. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Axe {
  run(context: string): Promise<{ violations: { id: string; nodes: { html: string; target: unknown[] }[] }[] }>;
}

/** The rules that are broken within the selector, each with the element that breaks it. */
export async function violations(page: Page, selector = "body"): Promise<string[]> {
  // The page's content policy forbids injected scripts, not evaluation by the driver.
  await page.evaluate(SOURCE);
  // The locator looks into shadow roots, the document's own list of animations does not.
  await page.locator("*").evaluateAll(async (elements) => {
    const trees = new Set(elements.map((element) => element.getRootNode() as Document | ShadowRoot));
    const isEnding = (animation: Animation) => animation.effect?.getComputedTiming().endTime !== Infinity;
    const ending = [...trees].flatMap((tree) => tree.getAnimations().filter(isEnding));
    // One that is cancelled is over as well.
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
  return page.evaluate(async (root) => {
    const { violations: broken } = await (globalThis as unknown as { axe: Axe }).axe.run(root);
    return broken.flatMap(({ id, nodes }) => nodes.map(({ html, target }) => `${id}: ${target.flat().join(" ")} ${html.slice(0, 200)}`));
  }, selector);
}
