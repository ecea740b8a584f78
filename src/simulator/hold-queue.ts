import type { ProcessType } from './codes.ts';
import type { Library } from './library.ts';
import type { Item, Request } from './records.ts';

/** Active holds on a title, in the order of their places: as they were made. */
function activeRequests(library: Library, mmsId: string): Request[] {
  return library.requests
    .all()
    .filter((request) => request.mmsId === mmsId && request.type === 'HOLD' && request.state !== 'HISTORY');
}

/** The requests that this copy could satisfy: those for it, and those for its title that have no copy yet. */
export function queueOf(library: Library, item: Item): Request[] {
  return activeRequests(library, item.mmsId).filter((request) => request.pid === item.pid || request.pid === null);
}

/** Could ever be lent: its policy allows it and it is not missing, on order or in the workshop. */
export function isLendable(library: Library, item: Item): boolean {
  return library.policyOf(item).loanable && (item.process === '' || item.process === 'TRANSIT');
}

/** Which copy is spoken for by which request. In turn, each request takes its copy, or the first free one. */
function claims(library: Library, mmsId: string): Map<string, Request> {
  const free = library
    .itemsOf({ mmsId })
    .filter((item) => isLendable(library, item) && library.activeLoanOf(item.pid) === undefined);
  const claimed = new Map<string, Request>();
  for (const request of activeRequests(library, mmsId)) {
    const copy = free.find((item) => !claimed.has(item.pid) && (request.pid === null || request.pid === item.pid));
    if (copy) claimed.set(copy.pid, request);
  }
  return claimed;
}

/** The request that keeps this copy from other patrons, if any. */
export function claimOn(library: Library, item: Item): Request | undefined {
  return claims(library, item.mmsId).get(item.pid);
}

/** A hold with a copy to fetch is IN_PROCESS at once; one that has to wait for a return is NOT_STARTED. */
export function requestStatus(library: Library, request: Request): string {
  if (request.state !== 'WAITING') return request.state;
  if (request.type !== 'HOLD') return 'IN_PROCESS';
  const hasCopy = [...claims(library, request.mmsId).values()].includes(request);
  return hasCopy ? 'IN_PROCESS' : 'NOT_STARTED';
}

/** Counted from 1. */
export function placeInQueue(library: Library, request: Request): number {
  const sameCopy = activeRequests(library, request.mmsId).filter(
    (other) => other.pid === request.pid || other.pid === null || request.pid === null,
  );
  return sameCopy.indexOf(request) + 1;
}

/** LOAN, HOLDSHELF and REQUESTED follow from the loans and requests; the rest is kept with the item. */
export function processType(library: Library, item: Item): ProcessType | '' {
  if (library.activeLoanOf(item.pid)) return 'LOAN';
  const states = queueOf(library, item).map(({ state }) => state);
  if (states.includes('ON_HOLD_SHELF')) return 'HOLDSHELF';
  return states.includes('HOLD_SHELF_PROCESSING') ? 'REQUESTED' : item.process;
}
