import { configureLocalization } from "@lit/localize";

/** The language the words are written in; also the fall-back for every other. */
export const SOURCE_LOCALE = "en";

/** Languages that have a module in `locales/`; add a language here and there. */
export const TARGET_LOCALES: readonly string[] = [];

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

const { getLocale, setLocale } = configureLocalization({
  sourceLocale: SOURCE_LOCALE,
  targetLocales: [...TARGET_LOCALES],
  loadLocale: (locale) => import(`./locales/${locale}.ts`),
});

/** Chooses the first language of the browser that there is a translation for, and tells the document. */
export async function startLocale(document: Document, wanted: readonly string[] = navigator.languages): Promise<void> {
  const base = (tag: string) => tag.split("-")[0] ?? tag;
  const chosen = wanted.map(base).find((tag) => tag === SOURCE_LOCALE || TARGET_LOCALES.includes(tag)) ?? SOURCE_LOCALE;
  if (chosen !== getLocale()) await setLocale(chosen);
  document.documentElement.lang = chosen;
  document.documentElement.dir = RIGHT_TO_LEFT.has(chosen) ? "rtl" : "ltr";
}
