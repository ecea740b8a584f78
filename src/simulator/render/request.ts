import { day, instant } from '../dates.ts';
import { placeInQueue, requestStatus } from '../hold-queue.ts';
import type { Library } from '../library.ts';
import { briefBib } from '../marc.ts';
import type { Request } from '../records.ts';
import { coded } from './code.ts';

const TASK_NAMES: Record<string, string> = {
  IN_PROCESS: 'Pickup From Shelf',
  HOLD_SHELF_PROCESSING: 'Hold Shelf Processing',
  ON_HOLD_SHELF: 'On Hold Shelf',
};

const SUB_TYPES = {
  HOLD: coded('PATRON_PHYSICAL', 'Patron physical item request'),
  DIGITIZATION: coded('PHYSICAL_TO_DIGITIZATION', 'Patron digitization request'),
};

/** One request. `item_id` and a barcode come with the copy; `place_in_queue` only while there is none to fetch. */
export function requestJson(library: Library, request: Request): object {
  const bib = library.bibs.get(request.mmsId);
  const brief = bib && briefBib(bib.marc);
  const item = request.pid === null ? undefined : library.items.get(request.pid);
  const status = requestStatus(library, request);
  const serial = request.requestId.slice(-9);
  return {
    user_primary_id: request.userId,
    request_id: request.requestId,
    additional_id: `${serial.slice(0, 3)}-${serial.slice(3, 6)}-${serial.slice(6)}`,
    request_type: request.type,
    request_sub_type: SUB_TYPES[request.type],
    mms_id: request.mmsId,
    title: brief?.title ?? null,
    author: brief?.author ?? null,
    description: item?.description || null,
    ...pickup(library, request, item?.library ?? request.pickup.library),
    material_type: coded(null),
    volume: '',
    issue: '',
    part: '',
    date_of_publication: brief?.date ?? '',
    comment: request.comment,
    request_status: status,
    ...(status === 'NOT_STARTED' && { place_in_queue: placeInQueue(library, request) }),
    request_date: day(request.placed),
    request_time: instant(request.placed),
    ...(TASK_NAMES[status] && { task_name: TASK_NAMES[status] }),
    ...(request.expires && { expiry_date: day(request.expires) }),
    ...(item && { item_id: item.pid }),
    barcode: item?.barcode ?? null,
    holding_id: item?.holdingId ?? null,
    last_interest_date: request.lastInterest,
    ...(request.type === 'DIGITIZATION' && DIGITIZATION),
  };
}

/** What only requests of this type have. */
const DIGITIZATION = {
  resource_sharing: null,
  target_destination: coded('DIGI_DEPT_INST', 'Digitization Department'),
  partial_digitization: true,
  full_chapter: false,
  chapter_or_article_title: 'The Middle Part',
  chapter_or_article_author: '',
  required_pages_range: [{ from_page: '12', to_page: '19' }],
  manual_description: '',
  copyrights_declaration_signed_by_patron: true,
  booking_start_date: null,
  booking_end_date: null,
  adjusted_booking_start_date: null,
  adjusted_booking_end_date: null,
};

/** Where it is to be picked up, and which library has to do something about it now: the one where the copy stands. */
function pickup(library: Library, request: Request, itemLibrary: string): object {
  const { type, library: code, desk } = request.pickup;
  const atPickup = library.units.get(code);
  const manager = library.units.get(request.state === 'ON_HOLD_SHELF' ? code : itemLibrary);
  return {
    pickup_location: atPickup?.name ?? null,
    pickup_location_type: type,
    pickup_location_library: code,
    ...(desk !== null && { pickup_location_circulation_desk: desk }),
    managed_by_library: manager?.name ?? '',
    managed_by_circulation_desk: manager?.desks[0]?.name ?? '',
    managed_by_library_code: manager?.code ?? '',
    managed_by_circulation_desk_code: manager?.desks[0]?.code ?? '',
  };
}
