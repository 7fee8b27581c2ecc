/**
 * The log: JSON lines on standard output. It tells what the service does, never what people say or who
 * they are: no logons, JIDs or names, no text of messages, no passwords. Who did what is in the audit.
 */
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdSerializers } from "pino";

export type Log = Logger;

/** `destination`: standard output unless given. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: PERSONAL.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: "[personal]" },
    serializers: { err: serializeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** The last line of defence, for a field that should not have been logged. */
const PERSONAL = ["jid", "from", "to", "logon", "name", "password", "secret", "body", "text", "payload", "stanza"];

/**
 * Class, code and place of an error. Its message is left out of errors that quote what was given to
 * them: databases repeat the values of the row, stanza errors the text of the peer.
 */
function serializeError(error: Error): object {
  const { type, message, stack } = stdSerializers.err(error);
  const { code, condition, syscall } = error as Error & { code?: unknown; condition?: unknown; syscall?: unknown };
  const isOurs = syscall !== undefined || error instanceof TypeError || error instanceof RangeError;
  return {
    type,
    ...(code === undefined ? {} : { code }),
    ...(condition === undefined ? {} : { condition }),
    ...(isOurs ? { message } : {}),
    // The stack begins with the message, which may have lines that look like it.
    at: stack
      ?.replace(message, "")
      .split("\n")
      .filter((line) => /^\s+at .*(:\d+:\d+\)?|<anonymous>\)?)$/.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
  };
}
