import type { Log } from '../log/events.ts';

/** npm passes on the Ctrl-C that the terminal has sent to the daemon as well: the second of such a pair is no answer. */
const sameMomentMs = 1000;

/**
 * Resolves with the first SIGTERM or SIGINT. Another one later ends the process at once, with code 1, for a person
 * who does not want to wait; what that interrupts is taken up at the next start.
 */
export function stopAsked(): Promise<string> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (signal: string): void => {
      first ??= performance.now();
      if (performance.now() - first > sameMomentMs) process.exit(1);
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/** SIGHUP, with which an operator asks other daemons to read their settings again, ends nothing. */
export function outliveHangUp(log: Log): void {
  const why = 'settings are read at the start alone: restart the gateway for new ones';
  process.on('SIGHUP', (signal) => log('signal-ignored', { signal, why }));
}
