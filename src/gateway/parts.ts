import { randomUUID } from 'node:crypto';
import type { AlmaLimits } from '../alma/client.ts';
import { type AlmaSystem, createAlma } from '../alma/library-system.ts';
import type { RunNote } from '../circulation/attempts.ts';
import { type Circulation, createCirculation } from '../circulation/circulation.ts';
import type { Clock } from '../circulation/ports.ts';
import type { Runner } from '../circulation/runs.ts';
import type { Config } from '../config/load.ts';
import type { JobParts } from '../jobs/table.ts';
import type { Log } from '../log/events.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { createCorrelations } from '../store/correlations.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { createLedger } from '../store/ledger.ts';
import { holdStore, type StoreHold, StoreInUse } from '../store/lock.ts';
import { createTasks, forgetTasks } from '../store/tasks.ts';
import { CannotStart, listening, opening } from './cannot-start.ts';
import { logRunNote } from './run-notes.ts';

/** What closes a part that was opened; to be called in reverse order. */
export type Closer = () => Promise<void> | void;

/** Everything behind the doors: what a gateway works with, and what a command needs that acts without one. */
export interface Parts {
  readonly hold: StoreHold;
  readonly database: Database;
  readonly alma: AlmaSystem;
  /** The embedded Alma, where an institution uses it. */
  readonly simulator: Simulator | undefined;
  readonly circulation: Circulation;
  readonly runner: Runner;
  readonly jobs: JobParts;
}

export interface PartsOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** Milliseconds on a clock that only goes forward. */
  readonly elapsed?: (() => number) | undefined;
  readonly almaLimits: Partial<AlmaLimits>;
  /** What this process is, for the user of a second one: `circgate start`. */
  readonly doing: string;
}

/** The simulator's seed has one key. It counts 25 calls a second as they arrive, which jitter may bring closer. */
const simulatorKey = 'demo-key';
const simulatorCallsPerSecond = 20;

/**
 * Takes the store for this process and opens the store, Alma and the circulation core. What was opened stands in
 * `closers`, also when a later part fails.
 * @throws {CannotStart} where the operator can mend it: somebody else has the store, or it cannot be opened.
 */
export async function openParts(
  config: Config,
  { log, clock, elapsed = () => performance.now(), almaLimits, doing }: PartsOptions,
  closers: Closer[],
): Promise<Parts> {
  const { file } = config.store;
  const hold = await opening(`the database ${file}`, async () => holdStore(file, doing)).catch((error: unknown) => {
    const { cause } = error as CannotStart;
    if (!(cause instanceof StoreInUse)) throw error;
    throw inUse(file, cause);
  });
  closers.push(() => hold.release());
  const database = await opening(`the database ${file}`, () => openDatabase(file));
  closers.push(() => database.destroy());
  const simulator = await simulatorFor(config, clock);
  if (simulator) closers.push(() => simulator.stop());
  const alma = createAlma(almaAccess(config, simulator), { log, clock, limits: almaLimits });
  closers.push(() => alma.close());
  const newId = (): string => randomUUID();
  const ledger = createLedger({ database, clock, owner: newId() });
  const correlations = createCorrelations({ database, clock, log });
  const note = (runNote: RunNote): void => logRunNote(log, runNote);
  const tasks = createTasks({ database, clock });
  const ports = { library: alma, correlations, ledger, tasks };
  const { circulation, runner } = createCirculation({ ...ports, clock, elapsed, newId, note });
  const jobs = { runner, ledger, correlations, forgetTasks: (before: string) => forgetTasks(database, before), clock };
  return { hold, database, alma, simulator, circulation, runner, jobs };
}

/** One line for whoever has started a second process on a store. */
function inUse(file: string, { message, cause }: StoreInUse): CannotStart {
  const what = `the database ${file} is in use`;
  return new CannotStart(what, `${message}; stop that first, or use another file (store.file)`, cause);
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
