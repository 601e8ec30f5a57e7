import { pino, stdTimeFunctions } from 'pino';
import { LogOutput } from './log-output.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One line of JSON an event: a constant message, with what varies in the fields. */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** The same log with fields that every line carries. */
  with(fields: Fields): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export function createLog(level: LogLevel): Log {
  // Node makes a pipe that does not block of it when it is first looked at.
  const output = new LogOutput(process.stdout.fd, (lines) => log.warn('log lines lost', { lines }));
  const log: Log = wrap(
    pino(
      {
        level,
        base: null,
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      output,
    ),
  );
  return log;
}

function wrap(logger: ReturnType<typeof pino>): Log {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    with: (fields) => wrap(logger.child(fields)),
  };
}
