import type { Caller, Clock, LibrarySystem } from '../circulation/ports.ts';
import type { Log } from '../log/events.ts';
import * as bibs from './bibs.ts';
import type { Reachable } from './circuit.ts';
import { type Alma, type AlmaAccess, AlmaClient } from './client.ts';
import * as fees from './fees.ts';
import * as items from './items.ts';
import { type AlmaLimits, usualLimits } from './limits.ts';
import * as loans from './loans.ts';
import * as requests from './requests.ts';
import * as users from './users.ts';

/** What an area exports is a call to Alma, and each is a method of the library system under its own name. */
const calls = { ...users, ...loans, ...requests, ...fees, ...items, ...bibs };

type Calls = typeof calls;
type Call = (alma: Alma, ...args: never[]) => Promise<unknown>;
type Methods = {
  readonly [N in keyof Calls]: Calls[N] extends (alma: Alma, ...args: infer Args) => infer Answer
    ? (caller: Caller, ...args: Args) => Answer
    : never;
};

/** The Almas of all institutions as one library system, and what the operator may know of them. */
export interface AlmaSystem extends LibrarySystem {
  /** By the circuit breaker and the last call; asks nothing. */
  reachable(institution: string): Reachable;
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
    [...institutions].map(([code, access]) => [code, new AlmaClient(code, access, limits, log, clock)]),
  );

  /** A call as a method that finds the caller's Alma first. */
  const methodOf =
    (call: Call) =>
    async (caller: Caller, ...args: never[]): Promise<unknown> => {
      const client = clients.get(caller.institution.code);
      if (client === undefined) throw new Error(`no Alma is configured for the institution ${caller.institution.code}`);
      return call(client.for(caller), ...args);
    };
  const methods = Object.fromEntries(Object.entries<Call>(calls).map(([name, call]) => [name, methodOf(call)]));

  return {
    // What the port wants and no area has does not compile.
    ...(methods as unknown as Methods satisfies LibrarySystem),
    reachable: (institution) => clients.get(institution)?.reachable ?? 'unknown',
    remaining: (institution) => clients.get(institution)?.remaining,
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}
