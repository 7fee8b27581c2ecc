/** The service's process: `node dist/service/main.js`. Exit code 2: a setting is wrong; 1: a part could not start, or died. */
import { fileURLToPath } from "node:url";
import { DataInUseError } from "./admin/admin-socket.ts";
import { startAssembly } from "./assembly.ts";
import { createLog } from "./log.ts";
import { parseSettings, SettingsError, type Settings } from "./settings.ts";

/** A part that does not stop must not keep the others waiting for ever. */
const STOP_MS = 10_000;

const settings = readSettings();
if (settings) await run(settings);

function readSettings(): Settings | undefined {
  try {
    return parseSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

async function run(settings: Settings): Promise<void> {
  const log = createLog(settings.logLevel);
  // Nothing is known of the state any more: whoever supervises us starts us anew.
  const crash = (error: unknown) => {
    log.fatal({ err: error }, "the service failed");
    process.exit(1);
  };
  process.on("uncaughtException", crash).on("unhandledRejection", crash);
  const stopAsked = new Promise<NodeJS.Signals>((asked) => process.once("SIGTERM", asked).once("SIGINT", asked));

  try {
    const assembly = await startAssembly({ settings, log, pageFolder: fileURLToPath(new URL("../web/", import.meta.url)) });
    log.info(
      { webPort: settings.webPort, adminPort: settings.adminPort, database: settings.databaseUrl ? "postgres" : "embedded" },
      "started",
    );

    const ending = await Promise.race([stopAsked, assembly.failed]);
    if (ending instanceof Error) {
      process.exitCode = 1;
      log.fatal(ending.message);
    } else {
      log.info({ signal: ending }, "stopping");
    }
    setTimeout(() => {
      log.fatal(`not stopped after ${STOP_MS} ms`);
      process.exit(1);
    }, STOP_MS).unref();
    await assembly.stop();
    log.info("stopped");
  } catch (error) {
    process.exitCode = 1;
    // These are sentences for people, about settings and files.
    log.fatal(error instanceof DataInUseError ? {} : { err: error }, error instanceof Error ? error.message : String(error));
  }
}
