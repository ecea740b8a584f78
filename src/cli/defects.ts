import type { Log } from '../log/events.ts';

/**
 * What no code of ours has caught is logged as a defect. A promise that nobody waited for hurts only its own work,
 * so the daemon goes on; after an exception out of nowhere nothing can be relied on, so it ends with code 1, and
 * what was under way is taken up at the next start.
 */
export function watchForDefects(log: Log, closeLog: () => Promise<void>): void {
  const tell = (where: string, error: unknown): void => {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    log('defect', { where, why: message, stack });
  };
  process.on('unhandledRejection', (reason) => tell('unhandled rejection', reason));
  process.once('uncaughtException', (error) => {
    tell('uncaught exception', error);
    void closeLog().finally(() => process.exit(1));
  });
}
