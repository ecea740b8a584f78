import { setTimeout as delay } from 'node:timers/promises';
import { startGateway } from '../gateway/gateway.ts';
import { createLog } from '../log/logger.ts';
import type { Arguments } from './arguments.ts';
import { configuration } from './configuration.ts';
import { watchForDefects } from './defects.ts';
import { outliveHangUp, stopAsked } from './signals.ts';
import { version } from './version.ts';
import { listenersOf, welcome } from './welcome.ts';

/** A clean stop takes no longer; what is still unfinished then is taken up at the next start. */
const stopWithinMs = 28_000;

/** `circgate start`: the daemon, until SIGTERM or SIGINT. */
export async function start(given: Arguments): Promise<number> {
  const config = configuration(given);
  const { log, close } = createLog(config.log);
  watchForDefects(log, close);
  outliveHangUp(log);
  const asked = stopAsked();
  const gateway = await startGateway(config, { log });
  const institutions = Object.keys(config.institutions);
  log('started', { listeners: listenersOf(config, gateway), institutions, version });
  // Whoever collects the log as JSON takes each line for an event; the event `started` says as much.
  if (config.log.format !== 'json') console.log(welcome(config, given.config, gateway));

  log('stopping', { reason: await asked });
  const begun = performance.now();
  const clean = await Promise.race([gateway.stop().then(() => true), delay(stopWithinMs, false, { ref: false })]);
  log('stopped', { seconds: Math.round((performance.now() - begun) / 100) / 10 });
  await close();
  if (!clean) process.exit(0);
  return 0;
}
