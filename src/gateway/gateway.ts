import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { AlmaSystem } from '../alma/library-system.ts';
import type { AlmaLimits } from '../alma/limits.ts';
import type { Circulation } from '../circulation/circulation.ts';
import type { Clock } from '../circulation/ports.ts';
import type { Config } from '../config/load.ts';
import { createJobs, type JobResult, runJob } from '../jobs/jobs.ts';
import { type JobName, jobNames, jobOf } from '../jobs/table.ts';
import type { Log } from '../log/events.ts';
import { teeLog } from '../log/logger.ts';
import { startNcip } from '../ncip/start.ts';
import { createMetrics } from '../operator/metrics.ts';
import { startOperator } from '../operator/server.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { startSip2 } from '../sip2/start.ts';
import { countOpenTasks, finishTask } from '../store/tasks.ts';
import { countGivenUp } from '../store/work.ts';
import { listening } from './cannot-start.ts';
import { certificateOf } from './certificates.ts';
import { ncipInstitutions, terminalsOf } from './from-config.ts';
import { type Closer, openParts } from './parts.ts';
import { readiness } from './readiness.ts';

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
  /** Milliseconds on a clock that only goes forward; a moved one in tests. */
  readonly elapsed?: () => number;
  /** Other patience with Alma than the usual, for tests that cannot wait so long. */
  readonly almaLimits?: Partial<AlmaLimits>;
}

const schemaFile = fileURLToPath(new URL('../../schemas/ncip_v2_02.xsd', import.meta.url));

/**
 * Builds every part, connects them and opens the doors. What was started is stopped again when a later part fails.
 * @throws {CannotStart} where the operator can mend it: an address, a certificate, the database.
 */
export async function startGateway(config: Config, options: GatewayOptions): Promise<Gateway> {
  const closers: Closer[] = [];
  const stop = (): Promise<void> => close(closers, options.log);
  try {
    return { ...(await open(config, options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Runs one job while no gateway works on the store, and closes everything again.
 * @throws {CannotStart} as `startGateway` does, and where somebody works on the store.
 */
export async function runJobAlone(config: Config, name: JobName, { log }: { readonly log: Log }): Promise<JobResult> {
  const closers: Closer[] = [];
  try {
    const doing = `circgate job run ${name}`;
    const parts = await openParts(config, { log, clock: () => new Date(), almaLimits: {}, doing }, closers);
    const { runner, jobs } = parts;
    closers.push(() => runner.idle());
    // What a gateway that died held is free: nobody else is on the store.
    return await runJob(jobOf(name, { ...jobs, runner: { resume: () => runner.resumeAll() } }), log);
  } finally {
    await close(closers, log);
  }
}

async function close(closers: Closer[], log: Log): Promise<void> {
  for (const closer of closers.splice(0).reverse()) {
    try {
      await closer();
    } catch (error) {
      // One part that fails to close must not keep the others, the store last, from closing.
      log('defect', { where: 'stop', why: reasonOf(error) });
    }
  }
}

async function open(
  config: Config,
  { log: tell, clock = () => new Date(), elapsed, almaLimits = {} }: GatewayOptions,
  closers: Closer[],
): Promise<Omit<Gateway, 'stop'>> {
  const metrics = createMetrics();
  const log = teeLog(tell, metrics.observe);
  const parts = await openParts(config, { log, clock, elapsed, almaLimits, doing: 'circgate start' }, closers);
  const { hold, database, alma, simulator, circulation, runner } = parts;

  metrics.watch('circgate_operations_given_up', 'Operations that nobody will take up again: see circgate work', () =>
    countGivenUp(database),
  );
  metrics.watch('circgate_tasks_open', 'What only people can put right: see circgate tasks', () =>
    countOpenTasks(database),
  );
  const institutions = Object.keys(config.institutions);
  const ready = () => readiness(institutions, database, alma);
  const jobs = createJobs(
    jobNames.map((name) => jobOf(name, parts.jobs)),
    log,
  );
  const finish = (id: number) => finishTask(database, id, clock());
  const operator = await listening("the operators' HTTP", config.listen.operator, () =>
    startOperator({ ...config.listen.operator, ready, metrics, jobs, finishTask: finish, token: hold.token, log }),
  );
  closers.push(() => operator.stop());
  // The work goes on after its peers have heard "later"; the store and Alma must outlive it.
  closers.push(() => runner.idle());
  closers.push(() => jobs.stop());
  closers.push(() => runner.takeUpNoMore());
  jobs.start();
  hold.announce(urlOn(config.listen.operator.host, operator.port));

  const doors = await openDoors(config, { circulation, clock, log, newTraceId, alma }, closers);
  void runner.resumeAll().catch((error: unknown) => log('job-failed', { job: 'resume', why: reasonOf(error) }));
  const ports = { ...doors, operator: operator.port, simulator: simulator?.port };
  return { ports, simulator, resume: () => runner.resume() };
}

/** Where this machine itself reaches a listener. */
function urlOn(host: string, port: number): string {
  const reached = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${isIPv6(reached) ? `[${reached}]` : reached}:${port}`;
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
  closers: Closer[],
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
    online: (institution: string) => ['yes', 'unknown'].includes(alma.reachable(institution)),
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

/** Eight characters to read out on the telephone: the reference that a peer gets and the trace of every log line. */
const newTraceId = (): string => Array.from(randomBytes(8), (byte) => alphabet[byte % alphabet.length]).join('');

/** 32 signs without those that are taken for others (0 and o, 1 and l). */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
