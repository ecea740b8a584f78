import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { loadConfig } from '../src/config/load.ts';
import { startGateway } from '../src/gateway/gateway.ts';
import { vocabulary } from '../src/gateway/vocabulary.ts';

const rounds = 60;
/** Between messages, so that Alma's 25 calls a second are not what is measured. */
const pauseMs = 60;

/**
 * What the gateway adds to a call: the same patron is asked for directly at the simulated Alma, by a kiosk and by a
 * broker, in turn, in one run. Figures to quote are the ratios; the milliseconds are this machine's, today.
 */
export async function costOfAMessage(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'circgate-bench-'));
  const free = ['listen.ncip', 'listen.sip2', 'listen.sip2Tls', 'listen.operator', 'simulator'].map(
    (at) => `${at}.port=0`,
  );
  const files = ['ncip', 'sip2Tls'].flatMap((door) => [
    `listen.${door}.tls.certificate=${join(folder, 'server.crt')}`,
    `listen.${door}.tls.key=${join(folder, 'server.key')}`,
  ]);
  const config = loadConfig(new URL('../config/gateway.yaml', import.meta.url).pathname, {
    overrides: [...free, ...files, `store.file=${join(folder, 'bench.sqlite')}`, 'sip2.loginWithin=3600'],
    vocabulary,
  });
  const gateway = await startGateway(config, { log: () => undefined });
  const agent = new Agent({ connect: { rejectUnauthorized: false } });

  const alma = async (): Promise<void> => {
    const { body } = await request(`${gateway.simulator?.url}/almaws/v1/users/ada?expand=loans,requests,fees`, {
      headers: { authorization: 'apikey demo-key', accept: 'application/json' },
      dispatcher: agent,
    });
    await body.dump();
  };

  const kiosk = net.connect(gateway.ports.sip2 ?? 0, '127.0.0.1');
  const say = (line: string): Promise<string> =>
    new Promise((resolve) => {
      kiosk.once('data', (bytes) => resolve(bytes.toString()));
      kiosk.write(`${line}\r`);
    });
  await say('9300CNkiosk1|COkiosk1-secret|');
  const sip2 = async (): Promise<void> => {
    const answer = await say('2300120261122    120000AO01DEMO_INST|AAada|AC|AD|');
    if (!answer.includes('BLY')) throw new Error(`the kiosk was told ${answer}`);
  };

  const lookupUser =
    '<NCIPMessage xmlns="http://www.niso.org/2008/ncip" version="http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd">' +
    '<LookupUser><InitiationHeader><FromAgencyId><AgencyId>A</AgencyId></FromAgencyId><ToAgencyId><AgencyId>B</AgencyId>' +
    '</ToAgencyId><ApplicationProfileType>DEMO-ILL</ApplicationProfileType></InitiationHeader>' +
    '<UserId><UserIdentifierValue>ada</UserIdentifierValue></UserId></LookupUser></NCIPMessage>';
  const ncip = async (): Promise<void> => {
    const url = `https://127.0.0.1:${gateway.ports.ncip}/ncip/01DEMO_INST`;
    const { body } = await request(url, { method: 'POST', body: lookupUser, dispatcher: agent });
    const answer = await body.text();
    if (answer.includes('Problem')) throw new Error(`the broker was told ${answer}`);
  };

  async function measure(what: () => Promise<void>): Promise<number> {
    await sleep(pauseMs);
    const start = performance.now();
    await what();
    return performance.now() - start;
  }

  const times: Record<'alma' | 'sip2' | 'ncip', number[]> = { alma: [], sip2: [], ncip: [] };
  for (const warm of [alma, sip2, ncip]) await measure(warm);
  for (let round = 0; round < rounds; round += 1) {
    times.alma.push(await measure(alma));
    times.sip2.push(await measure(sip2));
    times.ncip.push(await measure(ncip));
  }

  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  const base = median(times.alma);
  for (const [name, values] of Object.entries(times)) {
    const ms = median(values);
    console.log(`${name.padEnd(5)} median ${ms.toFixed(2)} ms, ${(ms / base).toFixed(2)} times the call to Alma alone`);
  }

  kiosk.destroy();
  await agent.close();
  await gateway.stop();
  await rm(folder, { recursive: true });
}
