/** Programs of the operating system that the tests drive. */
import { findProgram } from "./run.mjs";
import { installSystemPackages, mayInstallSystemPackages, missingSystemPackages } from "./packages.mjs";
import { Trouble } from "./say.mjs";

const PROSODY = ["prosody", "lua-dbi-sqlite3", "lua-dbi-postgresql"];
const BROWSER = ["chromium"];
const NEEDED_BY = {
  lint: ["lua-check"],
  unit: ["postgresql"],
  interop: [...PROSODY, "postgresql", "profanity", "mcabber", "python3-slixmpp", "tmux", "libxml2-utils"],
  web: BROWSER,
  e2e: [...PROSODY, ...BROWSER, "profanity", "tmux"],
};

/** Installs what the parts of the test run need, or says what a person has to install. */
export async function ensureTools(parts) {
  const needed = [...new Set(parts.flatMap((part) => NEEDED_BY[part] ?? []))];
  if (!findProgram("dpkg-query")) return;
  const missing = missingSystemPackages(needed);
  if (missing.length === 0) return;
  if (!mayInstallSystemPackages()) throw new Trouble(`The tests need these packages of the system: ${missing.join(" ")}`);
  await installSystemPackages(missing);
}
