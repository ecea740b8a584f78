import { type Answer, type Call, EMPTY, entity, flag, isObject, jsonBody, page, type Route, text } from './call.ts';
import { isCode, MATERIAL_TYPES } from './codes.ts';
import { AlmaError } from './errors.ts';
import { queueOf } from './hold-queue.ts';
import { disposeOfBib, disposeOfHolding } from './inventory.ts';
import type { Library } from './library.ts';
import type { Item } from './records.ts';
import { itemJson } from './render/item.ts';

const ITEMS = '/bibs/:mms_id/holdings/:holding_id/items';

export const itemRoutes: Route[] = [
  { method: 'GET', path: '/items', handle: findByBarcode },
  { method: 'GET', path: ITEMS, handle: list },
  { method: 'POST', path: ITEMS, handle: create },
  { method: 'GET', path: `${ITEMS}/:item_pid`, handle: (library, call) => one(library, call, itemAt(library, call)) },
  { method: 'PUT', path: `${ITEMS}/:item_pid`, handle: update },
  { method: 'DELETE', path: `${ITEMS}/:item_pid`, handle: remove },
];

/** The item that the path names; its bib and holding have to be the right ones too. */
export function itemAt(library: Library, call: Call): Item {
  const { mms_id: mms = '', holding_id: holding = '', item_pid: pid = '' } = call.params;
  const item = library.items.get(pid);
  return item && item.mmsId === mms && (item.holdingId === holding || holding === 'ALL')
    ? item
    : AlmaError.raise('ITEM_NOT_FOUND', mms, holding, pid);
}

/** A redirect: who follows it has made two calls. As in Alma, a key given in the query goes along in the Location. */
function findByBarcode(library: Library, call: Call): Answer {
  const barcode = call.query.get('item_barcode') ?? '';
  const item = library.itemByBarcode(barcode) ?? AlmaError.raise('BARCODE_NOT_FOUND', barcode);
  const query = new URLSearchParams(call.query);
  query.delete('item_barcode');
  const search = query.size > 0 ? `?${query}` : '';
  return {
    kind: 'redirect',
    location: `${call.base}/bibs/${item.mmsId}/holdings/${item.holdingId}/items/${item.pid}${search}`,
  };
}

function list(library: Library, call: Call): Answer {
  const { mms_id: mms = '', holding_id: holding = '' } = call.params;
  if (!library.bibs.has(mms)) throw new AlmaError('MMS_ID_NOT_VALID', mms);
  const inBib = holding === 'ALL' || library.holdings.get(holding)?.mmsId === mms;
  if (!inBib) throw new AlmaError('NO_ITEMS', mms, holding);
  const rows = library.itemsOf(holding === 'ALL' ? { mmsId: mms } : { holdingId: holding });
  return entity(
    'items',
    page(call, 'item', rows, (item) => itemJson(library, call.base, item, expanded(call))),
  );
}

function create(library: Library, call: Call): Answer {
  const { mms_id: mms = '', holding_id: holdingId = '' } = call.params;
  const holding = library.holdings.get(holdingId);
  if (holding?.mmsId !== mms) throw new AlmaError('HOLDING_NOT_FOUND', holdingId);
  const pid = library.newId('item');
  const item: Item = {
    pid,
    mmsId: mms,
    holdingId,
    barcode: pid, // Alma makes up a barcode when none is given.
    library: holding.library,
    location: holding.location,
    materialType: 'BOOK',
    policy: '',
    isMagnetic: false,
    description: '',
    publicNote: '',
    fulfillmentNote: '',
    process: '',
    workOrder: null,
    temporary: null,
    created: library.now(),
    changed: library.now(),
  };
  change(library, item, jsonBody(call));
  library.items.set(pid, item);
  return one(library, call, item);
}

function update(library: Library, call: Call): Answer {
  const item = itemAt(library, call);
  change(library, item, jsonBody(call));
  item.changed = library.now();
  return one(library, call, item);
}

/** Takes over what the body's item_data says; nothing is changed when any of it is refused (40166404). */
function change(library: Library, item: Item, body: Record<string, unknown>): void {
  const data = isObject(body.item_data) ? body.item_data : {};
  const temporary = temporaryIn(library, item, isObject(body.holding_data) ? body.holding_data : {});
  const given = <Value>(name: string, fallback: Value, convert: (value: string) => Value): Value => {
    const value = text(data[name]);
    return value === undefined ? fallback : convert(value);
  };
  const invalid = () => AlmaError.raise('ITEM_INVALID');
  const unitCode = given('library', item.library, (code) => (library.units.has(code) ? code : invalid()));
  const locations = library.units.get(unitCode)?.locations ?? [];
  Object.assign(item, {
    barcode: given('barcode', item.barcode, (barcode) => {
      // Barcodes are unique. Which code a real Alma gives to a duplicate is not known; clients take any 400 for it.
      const other = library.itemByBarcode(barcode);
      return other && other !== item ? invalid() : barcode || item.barcode;
    }),
    library: unitCode,
    location: given('location', item.location, (code) =>
      locations.some((location) => location.code === code) ? code : invalid(),
    ),
    materialType: given('physical_material_type', item.materialType, (code) =>
      isCode(MATERIAL_TYPES, code) ? code : invalid(),
    ),
    temporary,
    policy: given('policy', item.policy, (code) => (code === '' || library.policies.has(code) ? code : invalid())),
    isMagnetic: typeof data.is_magnetic === 'boolean' ? data.is_magnetic : item.isMagnetic,
    description: given('description', item.description, String),
    publicNote: given('public_note', item.publicNote, String),
    fulfillmentNote: given('fulfillment_note', item.fulfillmentNote, String),
  } satisfies Partial<Item>);
}

/** `holding_data` moves an item to a temporary place (`in_temp_location` true) or back (false); without it, it stays. */
function temporaryIn(library: Library, item: Item, given: Record<string, unknown>): Item['temporary'] {
  if (typeof given.in_temp_location !== 'boolean') return item.temporary;
  if (!given.in_temp_location) return null;
  const unit = library.units.get(text(given.temp_library) || item.library);
  const location = unit?.locations.find(({ code }) => code === text(given.temp_location));
  const policy = text(given.temp_policy) || null;
  if (!unit || !location || (policy !== null && !library.policies.has(policy))) throw new AlmaError('ITEM_INVALID');
  const until = text(given.due_back_date);
  return {
    library: unit.code,
    location: location.code,
    policy,
    until: until ? new Date(until.replace('Z', '')) : null,
  };
}

/** Refused while on loan, and while requested unless `override=true`, which cancels the requests. */
function remove(library: Library, call: Call): Answer {
  const item = itemAt(library, call);
  if (library.activeLoanOf(item.pid)) throw new AlmaError('ITEM_NOT_DELETED', 'Item is on loan.');
  const requests = queueOf(library, item).filter((request) => request.pid === item.pid);
  if (requests.length > 0 && !flag(call, 'override')) throw new AlmaError('ITEM_NOT_DELETED', 'Item has requests.');
  for (const request of requests) request.state = 'HISTORY';
  library.items.delete(item.pid);
  if (library.itemsOf({ holdingId: item.holdingId }).length === 0) {
    disposeOfHolding(library, item.holdingId, call.query.get('holdings'));
    if (library.holdingsOf(item.mmsId).length === 0) disposeOfBib(library, item.mmsId, call.query.get('bib'));
  }
  return EMPTY;
}

function one(library: Library, call: Call, item: Item): Answer {
  return entity('item', itemJson(library, call.base, item, expanded(call)));
}

function expanded(call: Call): ReadonlySet<string> {
  return new Set(call.query.get('expand')?.split(',') ?? []);
}
