import type { Institution, PinDemand } from '../circulation/context.ts';
import type { Place } from '../circulation/model.ts';
import type { Catalogue } from '../edge/words.ts';
import type { Dialect } from './dialect.ts';
import type { RequestCode } from './messages.ts';

/** A kiosk or sorter as it is configured. */
export interface Terminal {
  readonly id: string;
  readonly institution: Institution;
  readonly place: Place;
  readonly dialect: Dialect;
  readonly admits: (address: string) => boolean;
  /** Absent where its address alone says who it is. */
  readonly login?: { readonly user: string; readonly passwordMatches: (password: string) => boolean };
  readonly pinDemand: PinDemand;
  /** Sort bin (CL) by what happens to a returned item next. */
  readonly sortBins: Readonly<Partial<Record<'shelve' | 'holdShelf' | 'inTransit' | 'otherLibrary', string>>>;
  /** Requests that are answered here as if nobody were offered them. */
  readonly withheld: readonly RequestCode[];
  /** What patrons read, in the languages that the library has. */
  readonly catalogue: Catalogue;
  /** The tag of the language in which it speaks where a request asks for none. */
  readonly language: string;
}

/** The terminals that may be behind this address; several share one where a router hides them. */
export function terminalsAt(terminals: readonly Terminal[], address: string): readonly Terminal[] {
  return terminals.filter((terminal) => terminal.admits(address));
}

/** The terminal that needs no login to be known: only where it cannot be confused with another. */
export function knownByAddress(candidates: readonly Terminal[]): Terminal | undefined {
  const [only, ...others] = candidates.filter((terminal) => terminal.login === undefined);
  return others.length === 0 ? only : undefined;
}

/**
 * The terminal that logs in with this user and password (93). A terminal that needs no login may send one all the
 * same, as many do; it must not be the user of another.
 */
export function knownByLogin(candidates: readonly Terminal[], user: string, password: string): Terminal | undefined {
  const named = candidates.filter(({ login }) => login?.user === user);
  return named.length > 0 ? named.find(({ login }) => login?.passwordMatches(password)) : knownByAddress(candidates);
}
