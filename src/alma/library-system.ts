import type { Caller, Clock, LibrarySystem } from '../circulation/ports.ts';
import type { Log } from '../log/events.ts';
import * as bibs from './bibs.ts';
import { type Alma, type AlmaAccess, AlmaClient, type AlmaLimits, usualLimits } from './client.ts';
import { fees } from './fees.ts';
import * as items from './items.ts';
import * as loans from './loans.ts';
import * as requests from './requests.ts';
import * as users from './users.ts';

/** The Almas of all institutions as one library system, and what the operator may know of them. */
export interface AlmaSystem extends LibrarySystem {
  /** By the circuit breaker and the last call; asks nothing. */
  reachable(institution: string): 'yes' | 'no' | 'unknown';
  /** Calls left of the day, as Alma said last. */
  remaining(institution: string): number | undefined;
  /** Lets the calls under way end and refuses new ones. */
  close(): Promise<void>;
}

/** Connects the institutions, by code; nothing is sent before the first question. */
export function createAlma(
  institutions: ReadonlyMap<string, AlmaAccess>,
  means: { readonly log: Log; readonly clock?: Clock; readonly limits?: Partial<AlmaLimits> },
): AlmaSystem {
  const { log, clock = () => new Date() } = means;
  const limits = { ...usualLimits, ...means.limits };
  const clients = new Map(
    [...institutions].map(([code, access]) => [code, new AlmaClient(access, limits, log, clock)]),
  );

  /** An operation of an area as a method that finds the caller's Alma first. */
  const of =
    <Args extends readonly unknown[], Answer>(operation: (alma: Alma, ...args: Args) => Promise<Answer>) =>
    async (caller: Caller, ...args: Args): Promise<Answer> => {
      const client = clients.get(caller.institution.code);
      if (client === undefined) throw new Error(`no Alma is configured for the institution ${caller.institution.code}`);
      return operation(client.for(caller), ...args);
    };

  return {
    patron: of(users.patron),
    passwordMatches: of(users.passwordMatches),
    loans: of(loans.loans),
    holds: of(requests.holds),
    fees: of(fees),
    item: of(items.item),
    itemLoan: of(loans.itemLoan),
    itemHolds: of(requests.itemHolds),
    titleExists: of(bibs.titleExists),
    bibByControlNumber: of(bibs.bibByControlNumber),
    holdingsOf: of(bibs.holdingsOf),
    createPatron: of(users.createPatron),
    createLoan: of(loans.createLoan),
    changeDueDate: of(loans.changeDueDate),
    renewLoan: of(loans.renewLoan),
    scanIn: of(items.scanIn),
    createHold: of(requests.createHold),
    cancelHold: of(requests.cancelHold),
    createBib: of(bibs.createBib),
    createHolding: of(bibs.createHolding),
    createItem: of(items.createItem),
    deleteItem: of(items.deleteItem),
    deleteHolding: of(bibs.deleteHolding),
    deleteBib: of(bibs.deleteBib),
    reachable: (institution) => clients.get(institution)?.reachable ?? 'unknown',
    remaining: (institution) => clients.get(institution)?.remaining,
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}
