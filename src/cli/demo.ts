import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/load.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import { createLog } from '../log/logger.ts';
import { openForReading } from '../store/database.ts';
import { type Timeline, timelines } from '../store/timeline.ts';
import { configuration } from './configuration.ts';
import { Broker } from './demo/broker.ts';
import { Kiosk } from './demo/kiosk.ts';
import type { Players, Step } from './demo/step.ts';
import { story } from './demo/story.ts';
import { timelineText } from './trace.ts';

/** The configuration as it is delivered: beside src/ or dist/, wherever the command is given. */
const delivered = fileURLToPath(new URL('../../config/gateway.yaml', import.meta.url));

/** What the story needs did not come; the message names the step. */
class StoryFailed extends Error {}

/**
 * `circgate demo`: a whole gateway in a folder that goes away afterwards, and the broker and the kiosk that talk to it
 * over real TLS.
 * @returns 0 when every answer was what the story needs, otherwise 1.
 */
export async function demo(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'circgate-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // A Ctrl-C removes the folder as well.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

  const config = configuration({ config: delivered, set: settingsFor(folder) });
  if (!isDelivered(config)) {
    console.error(
      `The demo needs ${delivered} as it was delivered: ` +
        'the one institution 01DEMO_INST with "alma: simulator", and a terminal that logs in over TLS',
    );
    return 1;
  }
  const { log } = createLog({ level: 'error', format: 'text', stream: process.stderr });
  const gateway = await startGateway(config, { log });
  try {
    await play(config, gateway);
    return 0;
  } catch (error) {
    if (!(error instanceof StoryFailed)) throw error;
    console.error(`The demo failed: ${error.message}`);
    return 1;
  } finally {
    await gateway.stop();
  }
}

/** Whoever has put their own library into the file must not find the story of the demo in their Alma. */
function isDelivered({ institutions, terminals, listen }: Config): boolean {
  const almas = Object.entries(institutions).map(([code, { alma }]) => code === '01DEMO_INST' && alma === 'simulator');
  return almas.every(Boolean) && terminals[0]?.login !== undefined && listen.sip2Tls !== undefined;
}

/** Free ports on this machine alone, and every file in the folder. */
function settingsFor(folder: string): string[] {
  const listeners = ['ncip', 'sip2', 'sip2Tls', 'operator'].flatMap((door) => [
    `listen.${door}.host=127.0.0.1`,
    `listen.${door}.port=0`,
  ]);
  const certificates = ['ncip', 'sip2Tls'].flatMap((door) => [
    `listen.${door}.tls.certificate=${join(folder, 'server.crt')}`,
    `listen.${door}.tls.key=${join(folder, 'server.key')}`,
  ]);
  return [...listeners, ...certificates, 'simulator.port=0', `store.file=${join(folder, 'circgate.sqlite')}`];
}

async function play(config: Config, gateway: Gateway): Promise<void> {
  const { certificate } = config.listen.ncip.tls;
  const [institution = ''] = Object.keys(config.institutions);
  const login = config.terminals[0]!.login!;
  const broker = await Broker.at(gateway.ports.ncip, institution, certificate);
  const kiosk = await Kiosk.connect(gateway.ports.sip2Tls!, certificate);
  const players = { broker, kiosk, login: { user: login.user, password: login.password.reveal() } };
  console.log(
    [
      'One interlibrary loan, from both sides, over real connections to a gateway of its own:',
      `  broker  NCIP 2 over HTTPS   ${broker.url}`,
      `  kiosk   SIP2 over TLS       127.0.0.1:${gateway.ports.sip2Tls}`,
      `  Alma    a SIMULATOR         ${gateway.simulator?.url}`,
    ].join('\n'),
  );
  try {
    let number = 0;
    for (const { title, steps } of story) {
      console.log(`\n=== ${title} ===`);
      for (const step of steps) {
        number += 1;
        await playStep(number, step, players);
      }
    }
  } finally {
    kiosk.close();
    await broker.close();
  }
  console.log('\n=== What the gateway remembers, with both protocols in one timeline (circgate trace) ===');
  for (const { request } of story) console.log(`\n${await closedTimeline(config.store.file, request)}`);
}

async function playStep(number: number, step: Step, players: Players): Promise<void> {
  const { name, speaker, shows, play } = step;
  console.log(`\n${number}. ${name}\n   ${shows}`);
  const failed = (why: string): StoryFailed => new StoryFailed(`step ${number}, ${name}: ${why}`);
  const { sent, received, wrong } = await play(players).catch((error: Error) => {
    throw failed(error.message);
  });
  console.log(`   ${speaker} -> gateway\n${indented(sent)}\n   gateway -> ${speaker}\n${indented(received)}`);
  if (wrong !== undefined) throw failed(wrong);
}

const indented = (text: string): string => text.trim().replace(/^/gm, '     ');

/** The timeline of a request's leg, which must have come to its end with both protocols in it. */
async function closedTimeline(file: string, request: string): Promise<string> {
  const database = openForReading(file);
  const found: Timeline[] = await timelines(database, request).finally(() => database.destroy());
  const [timeline] = found;
  const sources = new Set(timeline?.entries.map(({ source }) => source));
  if (timeline?.leg?.state !== 'closed' || !sources.has('ncip') || !sources.has('sip2'))
    throw new StoryFailed(`the timeline of ${request} does not come to its end with both protocols`);
  return timelineText(timeline);
}
