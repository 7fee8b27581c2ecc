import { Command, CommanderError } from "commander";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { parseSettings, SettingsError } from "../settings.ts";
import { agentCommands } from "./agent-commands.ts";
import { createClient } from "./client.ts";
import type { Context } from "./context.ts";
import { CliError, EXIT, type ExitCode } from "./exit-codes.ts";
import { recordCommands } from "./record-commands.ts";

export interface CliOptions {
  /** Without node and script. */
  args: readonly string[];
  environment: Record<string, string | undefined>;
  version: string;
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
}

/** The command line `parley`. Resolves to the exit code; never rejects for anything an administrator may do wrong. */
export async function runCli({ args, environment, version, stdin, stdout, stderr }: CliOptions): Promise<ExitCode> {
  const program = new Command("parley");
  const context: Context = {
    client: () => createClient(dataFolder(program, environment)),
    stdin,
    stdout,
    stderr,
  };
  program
    .description("administration of Parley: talks to the service that runs on this machine")
    .version(version)
    .option("--data <folder>", "the service's data folder; PARLEY_DATA or .parley unless given")
    .addHelpText("after", "\nExit codes: 0 done, 1 refused or done in part, 2 wrong usage, 3 the service is not running")
    .showHelpAfterError("(parley --help tells how it is used)")
    // Inherited by the commands that are added from here on.
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  agentCommands(program, context);
  recordCommands(program, context);

  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof CliError || error instanceof SettingsError) {
      stderr.write(`${error.message}\n`);
      return error instanceof CliError ? error.exitCode : EXIT.usage;
    }
    throw error;
  }
}

function dataFolder(program: Command, environment: CliOptions["environment"]): string {
  const { data } = program.opts<{ data?: string }>();
  return data === undefined ? parseSettings(environment).data : resolve(data);
}
