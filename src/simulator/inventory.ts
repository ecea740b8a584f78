import type { Library } from './library.ts';

/** `holdings=` and `bib=` of the delete calls: what to do with a record left empty. The default is retain. */

export function disposeOfHolding(library: Library, holdingId: string, action: string | null): void {
  const holding = library.holdings.get(holdingId);
  if (action === 'delete') library.holdings.delete(holdingId);
  else if (action === 'suppress' && holding) holding.suppressed = true;
}

export function disposeOfBib(library: Library, mmsId: string, action: string | null): void {
  const bib = library.bibs.get(mmsId);
  if (action === 'suppress' && bib) bib.suppressed = true;
  if (action !== 'delete') return;
  for (const request of library.requests.values()) if (request.mmsId === mmsId) request.state = 'HISTORY';
  library.bibs.delete(mmsId);
}
