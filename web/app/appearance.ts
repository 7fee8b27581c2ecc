import type { Settings } from "../storage/settings.ts";

/** Height of the Team Communicator's rows in CSS pixels: the token --parley-row, which the list computes with. */
export const ROW_HEIGHT = { comfortable: 48, compact: 40 } as const;

/** Tells a document which theme and density hold. */
export function applyAppearance({ theme, density }: Pick<Settings, "theme" | "density">, page: Document = document): void {
  const { dataset } = page.documentElement;
  if (theme === "system") delete dataset["theme"];
  else dataset["theme"] = theme;
  dataset["density"] = density;
}
