/** How the command line ends; documented in docs/command-line.md. */
export const EXIT = {
  done: 0,
  /** Refused, or done in part: an import with rejected rows. */
  refused: 1,
  /** The command itself is wrong: an unknown option, a file that is no CSV, a bad setting. */
  usage: 2,
  /** The service is not running, or died in the middle. */
  notRunning: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with this sentence on standard error. */
export class CliError extends Error {
  override name = "CliError";

  constructor(
    message: string,
    readonly exitCode: ExitCode,
  ) {
    super(message);
  }
}
