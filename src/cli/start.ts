import { readFileSync } from 'node:fs';
import type { Config } from '../config/load.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import { createLog } from '../log/logger.ts';
import type { Arguments } from './arguments.ts';
import { configuration } from './configuration.ts';

/** A clean stop takes no longer; what is still unfinished then is taken up at the next start. */
const stopWithinMs = 28_000;

/** `circgate start`: the daemon, until SIGTERM or SIGINT. */
export async function start(given: Arguments): Promise<number> {
  const config = configuration(given);
  const { log, close } = createLog(config.log);
  const stopAsked = new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const gateway = await startGateway(config, { log });
  log('started', {
    listeners: Object.fromEntries(listenersOf(config, gateway)),
    institutions: Object.keys(config.institutions),
    version,
  });
  if (config.log.format !== 'json') console.log(welcome(config, gateway));

  const reason = await stopAsked;
  log('stopping', { reason });
  const begun = performance.now();
  const late = setTimeout(() => process.exit(0), stopWithinMs);
  await gateway.stop();
  log('stopped', { seconds: Math.round((performance.now() - begun) / 100) / 10 });
  await close();
  clearTimeout(late);
  return 0;
}

const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

function listenersOf(config: Config, { ports }: Gateway): [string, string][] {
  const { ncip, sip2, sip2Tls, operator } = config.listen;
  const [institution = '<institution>'] = Object.keys(config.institutions);
  return [
    ['NCIP', `https://${ncip.host}:${ports.ncip}/ncip/${institution}`],
    ...(sip2 ? [['SIP2', `${sip2.host}:${ports.sip2}`] as [string, string]] : []),
    ...(sip2Tls ? [['SIP2 over TLS', `${sip2Tls.host}:${ports.sip2Tls}`] as [string, string]] : []),
    ['operators', `http://${operator.host}:${ports.operator}/ (healthz, readyz, metrics)`],
  ];
}

/** What a person who has just started it wants to know. */
function welcome(config: Config, gateway: Gateway): string {
  const { sip2Tls, operator } = gateway.ports;
  const alma: [string, string] = gateway.simulator
    ? ['Alma', `a SIMULATOR, ${gateway.simulator.url} - no real library is connected`]
    : [
        'Alma',
        Object.values(config.institutions)
          .map(({ alma }) => (alma === 'simulator' ? alma : alma.url))
          .join(', '),
      ];
  const lines = [...listenersOf(config, gateway), alma].map(([what, where]) => `  ${what.padEnd(14)} ${where}`);
  const next = [
    'npm run demo                      plays a whole interlibrary story',
    `curl http://127.0.0.1:${operator}/readyz`,
    ...(sip2Tls
      ? [
          `printf '9300CNkiosk1|COkiosk1-secret|\\r' | openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:${sip2Tls}`,
        ]
      : []),
  ];
  const hints = gateway.simulator ? ['', 'Try next:', ...next.map((line) => `  ${line}`)] : [];
  return [`Circgate ${version} is listening`, ...lines, ...hints, ''].join('\n');
}
