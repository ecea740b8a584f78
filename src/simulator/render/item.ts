import { MATERIAL_TYPES, PROCESS_TYPES, WORK_ORDER_TYPES } from '../codes.ts';
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
    bib_data: {
      ...describedBib(bib),
      bib_suppress_from_publishing: String(bib.suppressed),
      link: `${base}/bibs/${bib.mmsId}`,
    },
    holding_data: itemHoldingData(library, link, holding, item.temporary),
    item_data: itemData(library, item, expand),
    link: `${link}/items/${item.pid}`,
  };
}

/** What is said of a temporary place holds while the item is there; `item_data` goes on naming the permanent one. */
function itemHoldingData(library: Library, link: string, holding: Holding, temporary: Item['temporary']): object {
  const unit = temporary ? library.units.get(temporary.library) : undefined;
  const location = unit?.locations.find(({ code }) => code === temporary?.location);
  const policy = library.policies.get(temporary?.policy ?? '');
  return {
    holding_id: holding.holdingId,
    call_number_type: coded('8', 'Other scheme'),
    call_number: holding.callNumber,
    accession_number: '',
    copy_id: '',
    permanent_call_number_type: coded('8', 'Other scheme'),
    permanent_call_number: holding.callNumber,
    holding_suppress_from_publishing: String(holding.suppressed),
    calculated_suppress_from_publishing: String(holding.suppressed),
    in_temp_location: temporary !== null,
    temp_library: coded(unit?.code ?? null, unit?.name ?? null),
    temp_location: coded(location?.code ?? null, location?.name ?? null),
    temp_call_number_type: coded(''),
    temp_call_number: '',
    temp_call_number_source: '',
    temp_policy: coded(policy?.code ?? '', policy?.name ?? null),
    ...(temporary?.until && { due_back_date: day(temporary.until) }),
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
    work_order_type: item.workOrder ? described(WORK_ORDER_TYPES, item.workOrder.type) : coded(''),
    work_order_at: coded(item.workOrder?.department ?? ''),
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
  break_indicator: coded(''),
  pattern_type: coded(''),
  linking_number: '',
  type_of_unit: '',
  expected_arrival_date: null,
  inventory_date: null,
  committed_to_retain: coded(''),
  retention_reason: coded(''),
  retention_note: '',
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
