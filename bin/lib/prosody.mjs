/** Where Prosody comes from: this system's packages, else Docker. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { installSystemPackages, mayInstallSystemPackages, missingSystemPackages } from "./packages.mjs";
import { findProgram, ROOT, runQuietly, succeeds } from "./run.mjs";
import { step, Trouble } from "./say.mjs";

const PACKAGES = ["prosody", "lua-dbi-sqlite3"];
const IMAGE = "parley-prosody";

/** Makes sure that Prosody can be run; resolves to how: "native" or "container". */
export async function ensureProsody() {
  if (findProgram("dpkg-query")) {
    const missing = missingSystemPackages(PACKAGES);
    if (missing.length === 0) return "native";
    if (mayInstallSystemPackages()) {
      await installSystemPackages(missing);
      return "native";
    }
  } else if (findProgram("prosody")) {
    return "native";
  }
  if (succeeds("docker", "info")) {
    await step("building the container image of Prosody", () =>
      runQuietly(
        "docker",
        ["build", "--file", "docker/prosody.Dockerfile", "--tag", IMAGE, "."],
        "The image of Prosody could not be built:",
      ),
    );
    return "container";
  }
  throw new Trouble(
    `Parley needs the XMPP server Prosody. Install it (${PACKAGES.join(", ")} on Debian and Ubuntu), or install Docker, and run this again.`,
  );
}

/** The command that runs Prosody in the foreground, and its environment. */
export function prosodyCommand(kind, { data, listen, ports, secretFile }) {
  mkdirSync(join(data, "prosody"), { recursive: true });
  if (kind === "native") {
    return {
      command: "prosody",
      args: ["--config", join(ROOT, "prosody/prosody.cfg.lua"), "-F"],
      env: { ...process.env, PARLEY_DATA: data, PARLEY_COMPONENT_SECRET_FILE: secretFile },
    };
  }
  const publish = (port, address) => ["--publish", `${address}:${port}:${port}`];
  const passed = Object.keys(process.env).filter((name) => /^(PARLEY|PROSODY)_/.test(name));
  // Inside, every address is listened on; outside, only the published ones are there.
  const inside = {
    PARLEY_LISTEN: "0.0.0.0",
    PROSODY_UNENCRYPTED: process.env.PROSODY_UNENCRYPTED ?? String(listen === "127.0.0.1"),
    PARLEY_DATA: "/var/lib/parley",
    PARLEY_COMPONENT_SECRET_FILE: "/run/parley-component-secret",
  };
  return {
    command: "docker",
    args: [
      ...["run", "--rm", "--user", `${process.getuid()}:${process.getgid()}`],
      ...[...publish(ports.xmpp, listen), ...publish(ports.websocket, listen), ...publish(ports.component, "127.0.0.1")],
      ...["--volume", `${data}:/var/lib/parley`, "--volume", `${resolve(secretFile)}:/run/parley-component-secret:ro`],
      ...passed.flatMap((name) => ["--env", name]),
      ...Object.entries(inside).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      IMAGE,
    ],
    env: process.env,
  };
}
