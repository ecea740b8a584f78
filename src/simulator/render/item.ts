import { MATERIAL_TYPES, PROCESS_TYPES } from '../codes.ts';
import { day, dueDate } from '../dates.ts';
import { processType, queueOf } from '../hold-queue.ts';
import type { Library } from '../library.ts';
import type { Holding, Item } from '../records.ts';
import { describedBib } from './bib.ts';
import { coded, described } from './code.ts';

/** One item with what it repeats of its bib and holding. `due_date` comes only with `expand=due_date`. */
export function itemJson(library: Library, base: string, item: Item, expand: ReadonlySet<string>): object {
  const bib = library.bibs.get(item.mmsId)!;
  const holding = library.holdings.get(item.holdingId)!;
  const link = `${base}/bibs/${bib.mmsId}/holdings/${holding.holdingId}`;
  return {
    bib_data: { ...describedBib(bib), link: `${base}/bibs/${bib.mmsId}` },
    holding_data: itemHoldingData(link, holding),
    item_data: itemData(library, item, expand),
    link: `${link}/items/${item.pid}`,
  };
}

function itemHoldingData(link: string, holding: Holding): object {
  return {
    holding_id: holding.holdingId,
    call_number_type: coded('8', 'Other scheme'),
    call_number: holding.callNumber,
    accession_number: '',
    copy_id: '',
    in_temp_location: false,
    temp_library: coded(null),
    temp_location: coded(null),
    temp_call_number_type: coded(''),
    temp_call_number: '',
    temp_policy: coded(''),
    link,
  };
}

function itemData(library: Library, item: Item, expand: ReadonlySet<string>): object {
  const unit = library.units.get(item.library);
  const process = processType(library, item);
  const loan = library.activeLoanOf(item.pid);
  const policy = library.policies.get(item.policy);
  return {
    pid: item.pid,
    barcode: item.barcode,
    creation_date: day(item.created),
    modification_date: day(item.changed),
    arrival_date: day(item.created),
    base_status: process === '' ? coded('1', 'Item in place') : coded('0', 'Item not in place'),
    process_type: process === '' ? coded('') : described(PROCESS_TYPES, process),
    requested: queueOf(library, item).length > 0,
    awaiting_reshelving: false,
    physical_material_type: described(MATERIAL_TYPES, item.materialType),
    policy: coded(policy?.code ?? '', policy?.name ?? null),
    is_magnetic: item.isMagnetic,
    library: coded(item.library, unit?.name ?? null),
    location: coded(item.location, unit?.locations.find(({ code }) => code === item.location)?.name ?? null),
    description: item.description,
    public_note: item.publicNote,
    fulfillment_note: item.fulfillmentNote,
    ...(expand.has('due_date') && loan && { due_date: dueDate(loan.due) }),
    ...(expand.has('due_date_policy') && { due_date_policy: library.policyOf(item).name }),
    ...NOT_SIMULATED,
  };
}

/** Fields that a real item has and that nothing here depends on: always empty, in Alma's three ways of being empty. */
const NOT_SIMULATED = {
  provenance: coded(''),
  po_line: '',
  year_of_issue: '',
  ...Object.fromEntries([...'abcdefgh'].map((letter) => [`enumeration_${letter}`, ''])),
  ...Object.fromEntries([...'ijklm'].map((letter) => [`chronology_${letter}`, ''])),
  receiving_operator: 'import',
  inventory_number: '',
  inventory_price: '',
  alternative_call_number: '',
  alternative_call_number_type: coded(''),
  storage_location_id: '',
  pages: '',
  pieces: '',
  internal_note_1: '',
  internal_note_2: '',
  internal_note_3: '',
  statistics_note_1: '',
  statistics_note_2: '',
  statistics_note_3: '',
  edition: null,
  imprint: null,
  language: null,
  physical_condition: coded(null),
};
