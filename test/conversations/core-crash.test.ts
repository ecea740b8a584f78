import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Agent, request } from 'undici';
import { loadConfig } from '../../src/config/load.ts';
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts';
import { vocabulary } from '../../src/gateway/vocabulary.ts';
import type { Log } from '../../src/log/events.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { openForReading } from '../../src/store/database.ts';
import { timelines } from '../../src/store/timeline.ts';
import { Kiosk, now } from './kiosk.ts';
import { acceptItem, requestItem } from './messages.ts';

const item = '31234000000012';
const ada = '21234000000017';
const checkOut = (barcode: string): string => `11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${barcode}|AC|`;
const checkIn = (barcode: string): string => `09N${now()}${now()}AP|AO01DEMO_INST|AB${barcode}|AC|`;

/** A daemon in a process of its own, which can die; Alma survives it, and so does the store. */
describe('a daemon that is killed in the middle of a write', () => {
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  let folder: string;
  let alma: Simulator;
  let child: ChildProcess | undefined;
  let next: Gateway | undefined;
  let ports: { ncip: number; sip2: number };

  beforeEach(async () => {
    alma = await startSimulator({ host: '127.0.0.1', port: 0, perSecond: 0 });
    folder = await mkdtemp(join(tmpdir(), 'circgate-crash-'));
    await cp('config', join(folder, 'config'), { recursive: true });
    await writeFile(join(folder, 'alma.key'), 'demo-key');
    await startChild();
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await next?.stop();
    next = undefined;
    await alma.stop();
    await rm(folder, { recursive: true, force: true });
  });
  after(() => agent.close());

  const settings = (): string[] => [
    ...['ncip', 'sip2', 'sip2Tls', 'operator'].map((door) => `listen.${door}.port=0`),
    ...['ncip', 'sip2Tls'].flatMap((door) => [
      `listen.${door}.tls.certificate=${folder}/server.crt`,
      `listen.${door}.tls.key=${folder}/server.key`,
    ]),
    `store.file=${folder}/circgate.sqlite`,
    `institutions.01DEMO_INST.alma={ url: "${alma.url}", apiKey: { file: ${folder}/alma.key }, callsPerSecond: 25 }`,
    'log.format=json',
  ];
  const configFile = (): string => join(folder, 'config/gateway.yaml');

  async function startChild(): Promise<void> {
    const sets = settings().flatMap((setting) => ['--set', setting]);
    child = spawn(process.execPath, ['src/main.js', 'start', '--config', configFile(), ...sets], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout! })) {
      const { event, listeners } = JSON.parse(line);
      if (event !== 'started') continue;
      const portOf = (name: string): number => Number(/:(\d+)(?:\/|$)/.exec(listeners[name])?.[1]);
      ports = { ncip: portOf('NCIP'), sip2: portOf('SIP2') };
      break;
    }
    child.stdout!.resume();
  }

  /** What the next process has taken up, as its log says. */
  const resumed: unknown[] = [];
  const log: Log = (event, facts) =>
    void (event === 'operation-resumed' && resumed.push((facts as { result: unknown }).result));

  /** The next process, which starts this long after the first one died. */
  async function startAgain(msLater: number): Promise<void> {
    const config = loadConfig(configFile(), { overrides: settings(), vocabulary });
    next = await startGateway(config, { log, clock: () => new Date(Date.now() + msLater) });
    ports = { ncip: next.ports.ncip, sip2: next.ports.sip2! };
  }

  async function nothingIsLeft(): Promise<void> {
    // The start takes up what is unfinished by itself; nobody asks for it here.
    const database = openForReading(`${folder}/circgate.sqlite`);
    const open = database.selectFrom('runs').select('id').where('state', 'in', ['accepted', 'running', 'unknown']);
    for (let wait = 0; wait < 200 && (await open.execute()).length > 0; wait++) await sleep(20);
    const left = await open.execute();
    await database.destroy();
    expect(left, 'runs that the start left unfinished').to.deep.equal([]);
  }

  const post = async (message: string): Promise<string> => {
    const url = `https://127.0.0.1:${ports.ncip}/ncip/01DEMO_INST`;
    const { body } = await request(url, { method: 'POST', body: message, dispatcher: agent });
    return body.text();
  };

  async function atKiosk(...lines: string[]): Promise<string[]> {
    const kiosk = await Kiosk.connect(ports.sip2);
    await kiosk.login();
    const answers: string[] = [];
    for (const line of lines) answers.push(await kiosk.say(line));
    kiosk.close();
    return answers;
  }

  async function fault(match: { method: string; path: string }, what: object): Promise<void> {
    const body = JSON.stringify({ match, ...what });
    const headers = { 'content-type': 'application/json' };
    await (await request(`${alma.url}/simulator/faults`, { method: 'POST', headers, body })).body.dump();
  }

  /** Lets the next such write hang, says something that leads to it, and kills the daemon in the middle of it. */
  async function dieDuring(match: { method: string; path: string }, what: object, say: () => Promise<unknown>) {
    await fault(match, what);
    const pattern = new RegExp(`^${match.path.replaceAll('*', '[^/]+')}$`);
    const seen = (): number =>
      alma.calls().filter(({ method, path }) => method === match.method && pattern.test(path)).length;
    const before = seen();
    void say().catch(() => undefined);
    while (seen() === before) await sleep(5);
    child!.kill('SIGKILL');
    await once(child!, 'exit');
    child = undefined;
  }

  const made = { fault: 'execute-then-hang' };
  const neverMade = { fault: 'latency', ms: 600_000 };

  const count = (method: string, path: RegExp): number =>
    alma.calls().filter((call) => call.method === method && path.test(call.path)).length;
  const loansOf = (barcode: string) => {
    const pid = alma.library.itemByBarcode(barcode)!.pid;
    return alma.library.loans.all().filter((loan) => loan.pid === pid);
  };
  async function stateOf(sought: string): Promise<string | undefined> {
    const database = openForReading(`${folder}/circgate.sqlite`);
    const known = await timelines(database, sought);
    await database.destroy();
    return known.at(-1)?.leg?.state;
  }

  it('a hold is not doubled: the next process finds it, and the broker’s retry gets its answer', async () => {
    const message = requestItem({ request: 'K-1', item });
    await dieDuring({ method: 'POST', path: '/users/*/requests' }, made, () => post(message));
    await startAgain(0);
    await nothingIsLeft();
    expect(await stateOf('K-1')).to.equal('requested');
    expect(await post(message)).to.contain('RequestIdentifierValue>K-1<');
    expect(count('POST', /\/requests$/)).to.equal(1);
  }).timeout(15_000);

  it('an AcceptItem is completed from where it was, with one record of each', async () => {
    const bibs = alma.library.bibs.size;
    const message = acceptItem({ request: 'K-2', item: 'KILL-2' });
    await dieDuring({ method: 'POST', path: '/bibs/*/holdings' }, made, () => post(message));
    await startAgain(0);
    await nothingIsLeft();
    expect(await stateOf('K-2')).to.equal('on-shelf');
    expect(await post(message)).to.contain('ItemIdentifierValue>KILL-2<');
    expect(alma.library.bibs.size).to.equal(bibs + 1);
    expect(count('POST', /^\/bibs$/) + count('POST', /\/holdings$/) + count('POST', /\/requests$/)).to.equal(3);
  }).timeout(15_000);

  it('a return that Alma never heard of is made by the next process', async () => {
    await atKiosk(checkOut(item));
    const scan = { method: 'POST', path: '/bibs/*/holdings/*/items/*' };
    await dieDuring(scan, neverMade, () => atKiosk(checkIn(item)));
    await startAgain(31_000);
    await nothingIsLeft();
    expect(loansOf(item).map(({ returned }) => returned === null)).to.deep.equal([false]);
  }).timeout(15_000);

  it('a loan at the kiosk that did not happen stays undone', async () => {
    await dieDuring({ method: 'POST', path: '/users/*/loans' }, neverMade, () => atKiosk(checkOut(item)));
    await startAgain(31_000);
    await nothingIsLeft();
    expect(loansOf(item)).to.deep.equal([]);
    const [answer] = await atKiosk(checkOut(item));
    expect(answer!.slice(0, 3), 'the patron tries again').to.equal('121');
    expect(loansOf(item)).to.have.length(1);
  }).timeout(15_000);

  it('a loan at the kiosk that did happen is recorded with its leg, and its owner’s due date set', async () => {
    await post(acceptItem({ request: 'K-5', item: 'KILL-5' }));
    const line = checkOut('KILL-5');
    await dieDuring({ method: 'POST', path: '/users/*/loans' }, made, () => atKiosk(line));
    await startAgain(0);
    await nothingIsLeft();
    expect(await stateOf('K-5')).to.equal('loaned');
    expect(loansOf('KILL-5').map(({ due }) => due.toISOString())).to.deep.equal(['2027-03-02T04:59:00.000Z']);
    const [repeat] = await atKiosk(line);
    expect(repeat!.slice(0, 4)).to.equal('121N');
    expect(loansOf('KILL-5')).to.have.length(1);
  }).timeout(15_000);

  it('a return is made though the daemon died before it had asked Alma anything', async () => {
    await atKiosk(checkOut(item));
    const look = { method: 'GET', path: '/items' };
    await dieDuring(look, neverMade, () => atKiosk(checkIn(item)));
    await startAgain(0);
    await nothingIsLeft();
    expect(loansOf(item).map(({ returned }) => returned === null)).to.deep.equal([false]);
  }).timeout(15_000);

  it('a return is made though Alma was away when the next process started', async () => {
    await atKiosk(checkOut(item));
    await dieDuring({ method: 'GET', path: '/items' }, neverMade, () => atKiosk(checkIn(item)));
    await fault({ method: 'GET', path: '/items' }, { fault: 'html-503', times: 4 });
    resumed.length = 0;
    await startAgain(0);
    for (let wait = 0; wait < 200 && resumed.length === 0; wait++) await sleep(20);
    expect(resumed).to.deep.equal(['library-system-unavailable']);
    await next!.resume();
    await nothingIsLeft();
    expect(loansOf(item).map(({ returned }) => returned === null)).to.deep.equal([false]);
  }).timeout(15_000);

  it('what waited for the proof of a PIN is over, and the PIN was never on disk', async () => {
    const secret = '73190-not-on-disk';
    alma.library.user('ada').password = secret;
    const line = `${checkOut(item)}AD${secret}|`;
    await dieDuring({ method: 'POST', path: '/users/*' }, neverMade, () => atKiosk(line));
    for (const file of readdirSync(folder).filter((name) => name.startsWith('circgate.sqlite')))
      expect(readFileSync(join(folder, file)).includes(secret), file).to.equal(false);
    await startAgain(31_000);
    await nothingIsLeft();
    expect(loansOf(item)).to.deep.equal([]);
    expect((await atKiosk(line))[0]!.slice(0, 3), 'the patron tries again').to.equal('121');
  }).timeout(15_000);
});
