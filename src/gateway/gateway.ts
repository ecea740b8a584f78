import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { AlmaLimits } from '../alma/client.ts';
import { type AlmaSystem, createAlma } from '../alma/library-system.ts';
import type { RunNote } from '../circulation/attempts.ts';
import { type Circulation, createCirculation } from '../circulation/circulation.ts';
import type { Clock, Correlations, Ledger } from '../circulation/ports.ts';
import type { Runner } from '../circulation/runs.ts';
import { certificateDays, developmentCertificate } from '../config/certificates.ts';
import type { Config } from '../config/load.ts';
import type { TlsSettings } from '../config/schema.ts';
import { type Job, startJobs } from '../jobs/jobs.ts';
import type { Log } from '../log/events.ts';
import { teeLog } from '../log/logger.ts';
import { startNcip } from '../ncip/start.ts';
import { createMetrics } from '../operator/metrics.ts';
import { startOperator } from '../operator/server.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { startSip2 } from '../sip2/start.ts';
import { createCorrelations } from '../store/correlations.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { createLedger } from '../store/ledger.ts';
import { listening, opening } from './cannot-start.ts';
import { ncipInstitutions, terminalsOf } from './from-config.ts';

/** A gateway that listens. */
export interface Gateway {
  /** The ports in use: the configured ones, or those that port 0 became. */
  readonly ports: {
    readonly ncip: number;
    readonly sip2?: number;
    readonly sip2Tls?: number;
    readonly operator: number;
    readonly simulator?: number;
  };
  /** The embedded Alma, where an institution uses it: for tests to look at and to put faults into. */
  readonly simulator?: Simulator;
  /** Takes up what an earlier process, or an unknown outcome, left unfinished; gives how many. The job does so too. */
  resume(): Promise<number>;
  /** Accepts nothing new, finishes and answers what is under way, closes everything. */
  stop(): Promise<void>;
}

export interface GatewayOptions {
  readonly log: Log;
  /** Now; a fixed or moved clock in tests. */
  readonly clock?: Clock;
  /** Other patience with Alma than the usual, for tests that cannot wait so long. */
  readonly almaLimits?: Partial<AlmaLimits>;
}

/** The simulator's seed has one key. It counts 25 calls a second as they arrive, which jitter may bring closer. */
const simulatorKey = 'demo-key';
const simulatorCallsPerSecond = 20;

/** After this what was done is forgotten, and so is for whom: a library keeps no record of who read what. */
const retentionDays = 30;
const schemaFile = fileURLToPath(new URL('../../schemas/ncip_v2_02.xsd', import.meta.url));

/**
 * Builds every part, connects them and opens the doors. What was started is stopped again when a later part fails.
 * @throws {CannotStart} where the operator can mend it: an address, a certificate, the database.
 */
export async function startGateway(config: Config, options: GatewayOptions): Promise<Gateway> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      // One part that fails to close must not keep the others, the database last, from closing.
      await close().catch((error: unknown) => options.log('defect', { where: 'stop', why: reasonOf(error) }));
    }
  };
  try {
    return { ...(await open(config, options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  config: Config,
  { log: tell, clock = () => new Date(), almaLimits = {} }: GatewayOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<Gateway, 'stop'>> {
  const metrics = createMetrics();
  const log = teeLog(tell, metrics.observe);
  const newId = (): string => randomUUID();

  const { file } = config.store;
  const database = await opening(`the database ${file}`, () => openDatabase(file));
  closers.push(() => database.destroy());
  const simulator = await simulatorFor(config, clock);
  if (simulator) closers.push(() => simulator.stop());
  const alma = createAlma(almaAccess(config, simulator), { log, clock, limits: almaLimits });
  closers.push(() => alma.close());
  const ledger = createLedger({ database, clock, owner: newId() });
  const correlations = createCorrelations({ database, clock, log });
  const note = (runNote: RunNote): void => logNote(log, runNote);
  const { circulation, runner } = createCirculation({ library: alma, correlations, ledger, clock, newId, note });

  const ready = () => readiness(config, database, alma);
  const operator = await listening("the operators' HTTP", config.listen.operator, () =>
    startOperator({ ...config.listen.operator, ready, metrics, log }),
  );
  closers.push(() => operator.stop());
  // The work goes on after its peers have heard "later"; the store and Alma must outlive it.
  closers.push(() => runner.idle());
  const jobs = startJobs(jobsOf(runner, { ledger, correlations }, clock), log);
  closers.push(jobs);

  const doors = await openDoors(config, { circulation, clock, log, newTraceId, alma }, closers);
  void runner.resumeAll().catch((error: unknown) => log('job-failed', { job: 'resume', why: reasonOf(error) }));
  const ports = { ...doors, operator: operator.port, simulator: simulator?.port };
  return { ports, simulator, resume: () => runner.resume() };
}

interface Common {
  readonly circulation: Circulation;
  readonly clock: Clock;
  readonly log: Log;
  readonly newTraceId: () => string;
}

/** The brokers' and the terminals' listeners. All of them are told to stop at once. */
async function openDoors(
  config: Config,
  { alma, ...common }: Common & { alma: AlmaSystem },
  closers: (() => Promise<void>)[],
): Promise<Pick<Gateway['ports'], 'ncip' | 'sip2' | 'sip2Tls'>> {
  const open: { stop(): Promise<void> }[] = [];
  closers.push(async () => {
    await Promise.all(open.map((door) => door.stop()));
  });
  const opened = async <T extends { stop(): Promise<void> }>(
    what: string,
    at: { readonly host: string; readonly port: number },
    start: () => Promise<T>,
  ): Promise<T> => {
    const door = await listening(what, at, start);
    open.push(door);
    return door;
  };
  const { ncip, sip2, sip2Tls } = config.listen;
  const logMessages = config.log.messages;
  const sip2Parts = {
    ...common,
    terminals: terminalsOf(config),
    settings: config.sip2,
    online: (institution: string) => alma.reachable(institution) !== 'no',
    logMessages,
  };
  const brokers = await opened('NCIP', ncip, async () =>
    startNcip({
      ...common,
      institutions: ncipInstitutions(config),
      schemaFile,
      settings: { ...config.ncip, logMessages },
      listen: { ...ncip, tls: await certificateOf(ncip.tls, common.log) },
    }),
  );
  const plain = sip2 && (await opened('SIP2', sip2, () => startSip2({ ...sip2Parts, listen: sip2 })));
  const secure =
    sip2Tls &&
    (await opened('SIP2 over TLS', sip2Tls, async () => {
      const tls = await certificateOf(sip2Tls.tls, common.log);
      return startSip2({ ...sip2Parts, listen: { ...sip2Tls, tls } });
    }));
  return { ncip: brokers.port, sip2: plain?.port, sip2Tls: secure?.port };
}

function certificateOf(tls: TlsSettings, log: Log): Promise<{ certificate: string; key: string }> {
  return opening(`the certificate ${tls.certificate} with the key ${tls.key}`, () => readCertificate(tls, log));
}

async function readCertificate(tls: TlsSettings, log: Log): Promise<{ certificate: string; key: string }> {
  if ((await developmentCertificate(tls)) === 'made')
    log('certificate-made', { file: tls.certificate, validDays: certificateDays });
  const [certificate, key] = await Promise.all([readFile(tls.certificate, 'utf8'), readFile(tls.key, 'utf8')]);
  // Throws when they are no certificate and its key.
  createSecureContext({ cert: certificate, key });
  return { certificate, key };
}

/** The embedded Alma, where any institution asks for it. */
async function simulatorFor({ institutions, simulator }: Config, now: Clock): Promise<Simulator | undefined> {
  const wanted = Object.values(institutions).some(({ alma }) => alma === 'simulator');
  return wanted ? listening('the Alma simulator', simulator, () => startSimulator({ ...simulator, now })) : undefined;
}

function almaAccess({ institutions }: Config, simulator: Simulator | undefined) {
  return new Map(
    Object.entries(institutions).map(([code, { alma, currency }]) => {
      const access =
        alma === 'simulator'
          ? { url: simulator!.url, apiKey: simulatorKey, callsPerSecond: simulatorCallsPerSecond }
          : { url: alma.url, apiKey: alma.apiKey.reveal(), callsPerSecond: alma.callsPerSecond };
      return [code, { ...access, currency }];
    }),
  );
}

function jobsOf(runner: Runner, store: { ledger: Ledger; correlations: Correlations }, clock: Clock): Job[] {
  return [
    {
      name: 'resume',
      cron: '* * * * *',
      run: async () => `${await runner.resume()} operations taken up`,
    },
    {
      name: 'forget',
      cron: '17 3 * * *',
      run: async () => {
        const before = new Date(clock().getTime() - retentionDays * 24 * 60 * 60 * 1000).toISOString();
        const operations = await store.ledger.forget(before);
        return `${operations} operations and ${await store.correlations.forgetPatrons(before)} patrons forgotten`;
      },
    },
  ];
}

/** An Alma that is down is told and does not make the gateway unready: it still answers, in words. */
async function readiness({ institutions }: Config, database: Database, alma: AlmaSystem) {
  const store = await sql`select 1`.execute(database).then(
    () => 'ok',
    (error: unknown) => reasonOf(error),
  );
  const almas = Object.keys(institutions).map((code) => [`alma ${code}`, wordsFor[alma.reachable(code)]]);
  return { ready: store === 'ok', parts: { store, ...Object.fromEntries(almas) } };
}

const wordsFor = { yes: 'ok', no: 'unreachable', unknown: 'not asked yet' } as const;

function logNote(log: Log, note: RunNote): void {
  const { kind: operation, context } = note.run;
  const trace = context.traceId;
  if (note.kind === 'repeated')
    log('operation-repeated', { trace: note.traceId, operation, firstTrace: trace, state: note.run.state });
  if (note.kind === 'unknown') log('operation-unknown', { trace, operation, step: note.step, why: note.why });
  if (note.kind === 'undone') log('operation-undone', { trace, operation, steps: [...note.steps] });
  if (note.kind === 'resumed') log('operation-resumed', { trace, operation, result: note.result });
  if (note.kind === 'defect')
    log('defect', { trace, where: operation, why: note.error.message, stack: note.error.stack });
}

/** Eight characters to read out on the telephone: the reference that a peer gets and the trace of every log line. */
const newTraceId = (): string => Array.from(randomBytes(8), (byte) => alphabet[byte % alphabet.length]).join('');

/** 32 signs without those that are taken for others (0 and o, 1 and l). */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
