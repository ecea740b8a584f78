import type { CodeAndName, Item, ItemProcess, ItemRef, Place, ScanIn } from '../circulation/model.ts';
import type { NewItem, Receipt } from '../circulation/ports.ts';
import { OutcomeUnknown, Refusal } from '../circulation/refusals.ts';
import type { Alma } from './client.ts';
import { deleteUnlessGone } from './deletion.ts';
import { endpoint } from './endpoint.ts';
import { noSuchItem, surelyNoItem } from './errors.ts';
import { codeAndName, flag, text } from './json.ts';

const retrieveItem = endpoint('GET /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}', noSuchItem);
const retrieveItemByBarcode = endpoint(
  'GET /items',
  { ...noSuchItem, '401689': 'unknown-item', '401690': 'unknown-item' },
  retrieveItem,
);
/** `op=scan` */
const scanItem = endpoint('POST /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}', {
  ...noSuchItem,
  '401160': 'wrong-circulation-desk',
  '402504': 'unknown-item',
  '40166410': 'library-system-misconfigured',
  '40166415': 'library-system-misconfigured',
});
const addItem = endpoint('POST /bibs/{mms_id}/holdings/{holding_id}/items', noSuchItem);
const withdrawItem = endpoint('DELETE /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}', surelyNoItem);

/** Alma's process types in the core's words; an item without one is told by its base status. */
const processes: ReadonlyMap<string, ItemProcess> = new Map([
  ['ACQ', 'on-order'],
  ['CLAIM_RETURNED_LOAN', 'claimed-returned'],
  ['HOLDSHELF', 'hold-shelf'],
  ['LOAN', 'on-loan'],
  ['LOST_ILL', 'lost'],
  ['LOST_LOAN', 'lost'],
  ['LOST_LOAN_AND_PAID', 'lost'],
  ['MISSING', 'missing'],
  ['REQUESTED', 'requested'],
  ['TECHNICAL', 'in-process'],
  ['TRANSIT', 'in-transit'],
  ['TRANSIT_TO_REMOTE_STORAGE', 'in-transit'],
  ['WORK_ORDER_DEPARTMENT', 'in-process'],
]);
const itemInPlace = '1';

/** The item with this barcode. Alma answers with a redirect to it, and bills two calls. */
export async function item(alma: Alma, barcode: string): Promise<Item> {
  const found = itemFrom(await alma.call(retrieveItemByBarcode, {}, { query: { item_barcode: barcode } }));
  if (found.ref.itemId === '') throw new Refusal('unknown-item', { value: barcode });
  return found;
}

/**
 * A scan at the desk, which ends a loan, receives a transit, or puts the item on the hold shelf. It never counts as
 * use in the house, which Alma would otherwise note for every item that was not on loan.
 */
export async function scanIn(alma: Alma, ref: ItemRef, place: Place, receipt?: Receipt): Promise<ScanIn> {
  const query = {
    ...{ op: 'scan', library: place.library, circ_desk: place.circDesk, register_in_house_use: 'false' },
    ...(receipt && { request_id: receipt.requestId }),
    // Alma takes it only where the desk's own page has it.
    ...(receipt?.placeOnHoldShelf && { place_on_hold_shelf: 'true' }),
  };
  const scanned = await alma.call(scanItem, idsOf(ref), { query });
  return { item: itemFrom(scanned, ref), destination: text(scanned, 'additional_info') };
}

/**
 * Adds an item to a holding. Alma's code for a barcode that is taken is not published, so after a refusal the barcode
 * is looked up: `barcode-in-use` where it exists.
 */
export async function createItem(alma: Alma, mmsId: string, holdingId: string, ask: NewItem): Promise<Item> {
  const json = {
    item_data: {
      barcode: ask.barcode,
      physical_material_type: { value: 'BOOK' },
      policy: { value: ask.itemPolicy },
      library: { value: ask.library },
      location: { value: ask.location },
      internal_note_1: ask.note,
    },
  };
  const ids = { mms_id: mmsId, holding_id: holdingId };
  try {
    const made = itemFrom(await alma.call(addItem, ids, { json }), { mmsId, holdingId, itemId: '' });
    if (made.ref.itemId === '') throw new OutcomeUnknown('create item');
    return made;
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'library-system-refused' && (await exists(alma, ask.barcode))) {
      throw new Refusal('barcode-in-use', { ...error.facts, value: ask.barcode }, error);
    }
    throw error;
  }
}

/** Deletes the item with whatever hangs on it; the holding stays. */
export async function deleteItem(alma: Alma, ref: ItemRef): Promise<void> {
  const ids = idsOf(ref);
  const query = { override: 'true' };
  await deleteUnlessGone(
    () => alma.call(withdrawItem, ids, { query }),
    () => alma.call(retrieveItem, ids),
  );
}

async function exists(alma: Alma, barcode: string): Promise<boolean> {
  try {
    await item(alma, barcode);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

const idsOf = (ref: ItemRef) => ({ mms_id: ref.mmsId, holding_id: ref.holdingId, item_pid: ref.itemId });

/** `known` fills in the ids that an answer leaves out. */
function itemFrom(answer: unknown, known: ItemRef = { mmsId: '', holdingId: '', itemId: '' }): Item {
  const process = text(answer, 'item_data', 'process_type', 'value');
  const inPlace = text(answer, 'item_data', 'base_status', 'value') === itemInPlace;
  const shelf = shelfOf(answer);
  return {
    ref: {
      mmsId: text(answer, 'bib_data', 'mms_id') || known.mmsId,
      holdingId: text(answer, 'holding_data', 'holding_id') || known.holdingId,
      itemId: text(answer, 'item_data', 'pid') || known.itemId,
    },
    barcode: text(answer, 'item_data', 'barcode'),
    title: text(answer, 'bib_data', 'title'),
    author: text(answer, 'bib_data', 'author'),
    callNumber: text(answer, 'holding_data', 'call_number'),
    library: shelf('library'),
    location: shelf('location'),
    itemPolicy: shelf('policy').code,
    materialType: text(answer, 'item_data', 'physical_material_type', 'value'),
    magnetic: flag(answer, 'item_data', 'is_magnetic') ?? false,
    process: process === '' && inPlace ? 'in-place' : (processes.get(process) ?? 'other'),
    requested: flag(answer, 'item_data', 'requested') ?? false,
  };
}

/** What holds for the item: what its temporary location says while it is there, where that says anything. */
function shelfOf(answer: unknown): (what: 'library' | 'location' | 'policy') => CodeAndName {
  const isAway = flag(answer, 'holding_data', 'in_temp_location') ?? true;
  return (what) => {
    const temporary = codeAndName(answer, 'holding_data', `temp_${what}`);
    return isAway && temporary.code !== '' ? temporary : codeAndName(answer, 'item_data', what);
  };
}
