import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config/load.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { version } from './version.ts';

/** Where this gateway listens, by what for. */
export function listenersOf(config: Config, { ports, simulator }: Gateway): Record<string, string> {
  const { ncip, sip2, sip2Tls, operator } = config.listen;
  const [institution = '<institution>'] = Object.keys(config.institutions);
  return {
    NCIP: `https://${ncip.host}:${ports.ncip}/ncip/${institution}`,
    ...(sip2 && { SIP2: `${sip2.host}:${ports.sip2}` }),
    ...(sip2Tls && { 'SIP2 over TLS': `${sip2Tls.host}:${ports.sip2Tls}` }),
    operators: `http://${operator.host}:${ports.operator}/ (healthz, readyz, metrics)`,
    ...(simulator && { 'Alma simulator': simulator.url }),
  };
}

/** What a person who has just started it wants to know: what listens where, which Alma it is, what to try. */
export function welcome(config: Config, configFile: string, gateway: Gateway): string {
  const { 'Alma simulator': simulator, ...doors } = listenersOf(config, gateway);
  const almas = Object.values(config.institutions).map(({ alma }) => (alma === 'simulator' ? alma : alma.url));
  const alma = simulator ? `a SIMULATOR, ${simulator} - no real library is connected` : almas.join(', ');
  const lines = Object.entries({ ...doors, Alma: alma }).map(([what, where]) => `  ${what.padEnd(14)} ${where}`);
  const hints = simulator ? ['', 'Try next:', ...toTry(config, configFile, gateway).map((line) => `  ${line}`)] : [];
  return [`Circgate ${version} is listening`, ...lines, ...hints, ''].join('\n');
}

function toTry({ listen }: Config, configFile: string, { ports }: Gateway): string[] {
  // The password is read by the command, so that it stands in no log that takes these lines.
  const password = join(dirname(configFile), 'demo', 'kiosk1.password');
  // openssl leaves when its input ends: the pause lets the answer come first.
  const login = `(printf "9300CNkiosk1|CO$(cat ${password})|\\r"; sleep 1)`;
  return [
    'npm run demo                      plays a whole interlibrary story',
    `curl http://${listen.operator.host}:${ports.operator}/readyz`,
    ...(ports.sip2Tls && existsSync(password)
      ? [`${login} | openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:${ports.sip2Tls}`]
      : []),
  ];
}
