import { type Answer, type Call, EMPTY, entity, flag, page, type Route } from './call.ts';
import { AlmaError } from './errors.ts';
import { disposeOfBib } from './inventory.ts';
import type { Library } from './library.ts';
import { briefBib, readPosted, subfields, withControlNumber } from './marc.ts';
import type { Bib, Holding } from './records.ts';
import { bibJson, briefHolding, holdingJson, holdingsBibData } from './render/bib.ts';

const BIB = '/bibs/:mms_id';
const HOLDING = `${BIB}/holdings/:holding_id`;

export const bibRoutes: Route[] = [
  { method: 'GET', path: '/bibs', handle: find },
  { method: 'POST', path: '/bibs', handle: createBib },
  { method: 'GET', path: BIB, handle: (library, call) => oneBib(library, call, bibAt(library, call)) },
  { method: 'DELETE', path: BIB, handle: removeBib },
  { method: 'GET', path: `${BIB}/holdings`, handle: listHoldings },
  { method: 'POST', path: `${BIB}/holdings`, handle: createHolding },
  { method: 'GET', path: HOLDING, handle: (library, call) => oneHolding(holdingAt(library, call)) },
  { method: 'DELETE', path: HOLDING, handle: removeHolding },
];

function bibAt(library: Library, call: Call): Bib {
  const mms = call.params.mms_id!;
  if (!/^\d+$/.test(mms)) throw new AlmaError('MMS_ID_NOT_NUMERIC', mms);
  return library.bibs.get(mms) ?? AlmaError.raise('MMS_ID_NOT_VALID', mms);
}

/** By `mms_id` (a comma list), `holdings_id` or `other_system_id` (035 $a). None found is an empty list, not an error. */
function find(library: Library, call: Call): Answer {
  const { query } = call;
  const ids = query.get('mms_id')?.split(',') ?? [];
  const byHolding = library.holdings.get(query.get('holdings_id') ?? '')?.mmsId;
  const number = query.get('other_system_id');
  const rows = library.bibs
    .all()
    .filter(
      (bib) =>
        ids.includes(bib.mmsId) ||
        bib.mmsId === byHolding ||
        (number !== null && briefBib(bib.marc).systemNumbers.includes(number)),
    );
  const found = page(call, 'bib', rows, (bib) => bibJson(library, call.base, bib));
  return entity('bibs', { bib: [], ...found });
}

function createBib(library: Library, call: Call): Answer {
  const { marc, suppressed } = posted(call, 'BIB_XML_INVALID');
  if (briefBib(marc).title === null) throw new AlmaError('BIB_XML_INVALID');
  const mmsId = library.newId('bib');
  const now = library.now();
  const bib: Bib = {
    mmsId,
    networkId: null,
    marc: withControlNumber(marc, mmsId),
    suppressed,
    created: now,
    changed: now,
  };
  library.bibs.set(mmsId, bib);
  return oneBib(library, call, bib);
}

/** Bibs and holdings are taken as XML only (60105 for JSON). */
function posted(call: Call, invalid: 'BIB_XML_INVALID' | 'HOLDING_XML_INVALID') {
  if (call.contentType.includes('json')) throw new AlmaError('JSON_NOT_SUPPORTED');
  try {
    return readPosted(call.body);
  } catch {
    throw new AlmaError(invalid);
  }
}

/** Refused while there are items, and while there are holdings unless `override=true`, which deletes them too. */
function removeBib(library: Library, call: Call): Answer {
  const bib = bibAt(library, call);
  const holdings = library.holdingsOf(bib.mmsId);
  const empty = holdings.length === 0 || flag(call, 'override');
  if (!empty || library.itemsOf({ mmsId: bib.mmsId }).length > 0) throw new AlmaError('BIB_NOT_DELETED');
  for (const holding of holdings) library.holdings.delete(holding.holdingId);
  library.bibs.delete(bib.mmsId);
  return EMPTY;
}

function listHoldings(library: Library, call: Call): Answer {
  const bib = bibAt(library, call);
  const rows = library.holdingsOf(bib.mmsId);
  return entity('holdings', {
    ...(rows.length > 0 && { holding: rows.map((holding) => briefHolding(library, call.base, holding)) }),
    bib_data: holdingsBibData(call.base, bib),
    total_record_count: rows.length,
  });
}

function createHolding(library: Library, call: Call): Answer {
  const { marc, suppressed } = posted(call, 'HOLDING_XML_INVALID');
  const mmsId = call.params.mms_id!;
  if (!library.bibs.has(mmsId)) throw new AlmaError('HOLDING_BIB_NOT_FOUND', mmsId);
  const field852 = (code: string) => subfields(marc, '852', code).join(' ');
  const [unit, location] = [library.units.get(field852('b')), field852('c')];
  if (!unit?.locations.some(({ code }) => code === location)) {
    throw new AlmaError('HOLDING_NOT_CREATED', `Library/location ${field852('b')}/${location} does not exist`);
  }
  const holdingId = library.newId('holding');
  const callNumber = `${field852('h')} ${field852('i')}`.trim();
  const [created, changed] = [library.now(), library.now()];
  const stored = withControlNumber(marc, holdingId);
  const holding: Holding = {
    holdingId,
    mmsId,
    library: unit.code,
    location,
    callNumber,
    marc: stored,
    suppressed,
    created,
    changed,
  };
  library.holdings.set(holdingId, holding);
  return oneHolding(holding);
}

function holdingAt(library: Library, call: Call): Holding {
  const bib = bibAt(library, call);
  const id = call.params.holding_id!;
  const holding = library.holdings.get(id);
  return holding?.mmsId === bib.mmsId ? holding : AlmaError.raise('HOLDING_NOT_FOUND', id);
}

function removeHolding(library: Library, call: Call): Answer {
  const { holdingId, mmsId } = holdingAt(library, call);
  if (library.itemsOf({ holdingId }).length > 0) throw new AlmaError('HOLDING_NOT_DELETED');
  library.holdings.delete(holdingId);
  if (library.holdingsOf(mmsId).length === 0) disposeOfBib(library, mmsId, call.query.get('bib'));
  return EMPTY;
}

function oneBib(library: Library, call: Call, bib: Bib): Answer {
  return entity('bib', bibJson(library, call.base, bib));
}

function oneHolding(holding: Holding): Answer {
  return entity('holding', holdingJson(holding));
}
