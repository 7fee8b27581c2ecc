/** What has to be installed: Node itself, the npm packages, and programs of the operating system. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, ROOT, runQuietly, succeeds } from "./run.mjs";
import { step, Trouble } from "./say.mjs";

export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Trouble(`Parley needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org/en/download`);
  }
}

/** Installs the npm packages when they are missing or not those of package-lock.json. */
export async function ensureNpmPackages() {
  if (npmPackagesAreCurrent()) return;
  await step("installing npm packages", () =>
    runQuietly("npm", ["ci", "--no-audit", "--no-fund"], "The npm packages could not be installed (npm ci):"),
  );
}

function npmPackagesAreCurrent() {
  const installed = packagesOf("node_modules/.package-lock.json");
  if (!installed) return false;
  // Optional packages are for other platforms; they are not installed everywhere.
  return Object.entries(packagesOf("package-lock.json")).every(
    ([path, wanted]) => path === "" || wanted.optional || wanted.devOptional || installed[path]?.version === wanted.version,
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Whether this machine's system packages can be installed without asking anybody. */
export function mayInstallSystemPackages() {
  return findProgram("apt-get") !== undefined && administrator() !== undefined;
}

/** The command before a command that needs the administrator: nothing for root, else sudo if it asks for no password. */
function administrator() {
  if (process.getuid?.() === 0) return [];
  return findProgram("sudo") && succeeds("sudo", "-n", "true") ? ["sudo", "-n"] : undefined;
}

/** Those of Debian's packages that are not installed. */
export function missingSystemPackages(names) {
  return names.filter((name) => {
    const asked = spawnSync("dpkg-query", ["--show", "--showformat=${db:Status-Status}", name], { encoding: "utf8" });
    return asked.stdout !== "installed";
  });
}

/** Installs Debian packages; the package lists are fetched when the first attempt does not find them. */
export async function installSystemPackages(names) {
  const [command, ...before] = [...administrator(), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
  const install = () =>
    runQuietly(
      command,
      [...before, "install", "--yes", "--no-install-recommends", ...names],
      `apt-get could not install ${names.join(", ")}:`,
    );
  await step(`installing ${names.join(", ")}`, async () => {
    try {
      await install();
    } catch {
      await runQuietly(command, [...before, "update"], "apt-get update failed:");
      await install();
    }
    for (const server of SERVERS) if (names.includes(server)) stopSystemServer(server);
  });
}

/** Packages that start a server with a configuration of their own, on ports that ours may need. */
const SERVERS = ["prosody", "postgresql"];

/** It was installed a moment ago, for us: nobody uses it. */
function stopSystemServer(name) {
  const [command, ...args] = findProgram("systemctl")
    ? [...administrator(), "systemctl", "disable", "--now", name]
    : [...administrator(), "service", name, "stop"];
  succeeds(command, ...args);
}
