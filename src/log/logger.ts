import { WriteStream } from 'node:tty';
import winston from 'winston';
import { type Level, type Log, levels } from './events.ts';
import { type Entry, jsonLine, textLine } from './lines.ts';
import { discreet } from './privacy.ts';

export interface LogOptions {
  readonly level: Level;
  /** `auto`: text on a terminal, otherwise JSON. */
  readonly format: 'auto' | 'json' | 'text';
  /** Where lines go instead of to stdout. */
  readonly stream?: NodeJS.WritableStream;
  readonly now?: () => Date;
}

const severity: Readonly<Record<Level, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/**
 * The log, one line an event, on stdout; only at `debug` does it hold who a patron is or what they owe. Logging never throws: an event that cannot be written is lost, and so are
 * lines for a reader who has gone. `close()` resolves when every line was handed over, or after a
 * second in which nobody took them.
 */
export function createLog(options: LogOptions): { log: Log; close(): Promise<void> } {
  const { level, format, stream = process.stdout, now = () => new Date() } = options;
  const terminal = stream instanceof WriteStream && stream.isTTY;
  const coloured = terminal && stream.hasColors();
  const asText = format === 'text' || (format === 'auto' && terminal);
  const write = (entry: Entry): string => (asText ? textLine(entry, coloured) : jsonLine(entry));
  const transport = options.stream
    ? new winston.transports.Stream({ stream, eol: '\n' })
    : new winston.transports.Console({ eol: '\n' });
  const logger = winston.createLogger({
    levels: severity,
    level,
    format: winston.format.printf((info) => write(info.entry as Entry)),
    transports: [transport],
  });
  const ignore = (): void => {};
  // `circgate start | head` ends the pipe; that must not end the daemon.
  stream.on('error', ignore);
  logger.on('error', ignore);
  const log: Log = (event, facts) => {
    try {
      const told = level === 'debug' ? facts : discreet(event, facts);
      const entry: Entry = { at: now(), level: levels[event], event, facts: told as unknown as Entry['facts'] };
      logger.log({ level: entry.level, message: event, entry });
    } catch {
      // An event that cannot be written must not stop the work that it tells of.
    }
  };
  const close = async (): Promise<void> => {
    await new Promise<void>((done) => {
      logger.once('finish', done);
      logger.end();
    });
    await drained(stream);
    stream.off('error', ignore);
  };
  return { log, close };
}

/** Waits until the stream has passed on what it was given, but not for a reader who has stopped reading. */
async function drained(stream: NodeJS.WritableStream): Promise<void> {
  if (!stream.writable) return;
  await new Promise<void>((done) => {
    const patience = setTimeout(done, 1000);
    stream.write('', () => {
      clearTimeout(patience);
      done();
    });
  });
}

/** A log that also tells `listener` of every event, also of those too quiet to be written. */
export function teeLog(log: Log, listener: Log): Log {
  return (event, facts) => {
    log(event, facts);
    try {
      listener(event, facts);
    } catch (error) {
      log('defect', { where: 'log listener', why: String(error) });
    }
  };
}
