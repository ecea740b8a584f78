import { type Answer, type Call, entity, flag, type Route } from './call.ts';
import { WORK_ORDER_TYPES } from './codes.ts';
import { daysAfter } from './dates.ts';
import { AlmaError } from './errors.ts';
import { isLendable, queueOf } from './hold-queue.ts';
import { itemAt } from './items.ts';
import type { Library } from './library.ts';
import type { CircDesk, Item, Request } from './records.ts';
import { itemJson } from './render/item.ts';

const DAYS_ON_HOLD_SHELF = 7;

export const scanRoutes: Route[] = [
  { method: 'POST', path: '/bibs/:mms_id/holdings/:holding_id/items/:item_pid', op: 'scan', handle: scanIn },
];

/** Where the scan is made: at a desk or, without one, in a department. */
interface Place {
  library: string;
  code: string;
  desk: CircDesk | undefined;
}

/**
 * Scan-in: returns, receives, puts on the hold shelf or sends on. `register_in_house_use`, `confirm`, `work_order_type`,
 * `status` and `auto_print_slip` are ignored.
 */
function scanIn(library: Library, call: Call): Answer {
  const item = library.items.get(call.params.item_pid!);
  if (!item) throw new AlmaError('PARAMETER_INVALID', 'item_pid', call.params.item_pid!);
  const at = place(library, call);
  checkReturn(library, itemAt(library, call), at);
  const wanted = requestNamed(library, item, call);
  const loan = library.activeLoanOf(item.pid);
  if (loan) loan.returned = { at: library.now(), library: at.library, desk: at.code };
  const info = departmentsNext(item, at, call) ?? destination(library, item, at, wanted, call);
  item.changed = library.now();
  const json = itemJson(library, call.base, item, new Set());
  return entity('item', { ...json, additional_info: info });
}

function place(library: Library, call: Call): Place {
  const deskCode = call.query.get('circ_desk');
  const department = call.query.get('department');
  if (!deskCode && !department) throw new AlmaError('DESK_MISSING');
  const unitCode = call.query.get('library') ?? '';
  if (!library.units.has(unitCode)) throw new AlmaError('SCAN_LIBRARY_INVALID', unitCode);
  if (deskCode) return { library: unitCode, code: deskCode, desk: library.desk(unitCode, deskCode).desk };
  return { library: unitCode, code: department!, desk: undefined };
}

/** A desk of the item's own library may be forbidden to take it back. */
function checkReturn(library: Library, item: Item, at: Place): void {
  const home = library.placeOf(item);
  const rights = at.desk?.serves.find(({ location }) => location === home.location);
  if (home.library === at.library && rights?.checkIn === false) throw new AlmaError('NOT_RETURNED_HERE');
}

/** The request that the call says it is for. It must be one that this item can fulfil. */
function requestNamed(library: Library, item: Item, call: Call): Request | undefined {
  const id = call.query.get('request_id');
  if (!id) return undefined;
  const named = queueOf(library, item).find(({ requestId }) => requestId === id);
  return named ?? AlmaError.raise('PARAMETER_INVALID', 'request_id', id);
}

/**
 * A scan ends no work order and no acquisition, only the department does that (`done=true`). Gives the sentence while
 * the department still has it.
 */
function departmentsNext(item: Item, at: Place, call: Call): string | undefined {
  const { process, workOrder } = item;
  const isDone = at.desk === undefined && flag(call, 'done');
  if (process === 'ACQ' && !isDone) {
    return sentence('Manage Locally (Acquisitions/Technical Services)', 'Acquisition technical services', 0);
  }
  if (process === 'WORK_ORDER_DEPARTMENT' && workOrder !== null && !(isDone && at.code === workOrder.department)) {
    const work = WORK_ORDER_TYPES[workOrder.type];
    return sentence(`Manage Locally (${work})`, work, 0);
  }
  // It is in nobody's hands, and was found if it was missing.
  item.process = '';
  item.workOrder = null;
  return undefined;
}

/** Where the item goes now; carries it there and says so, in the sentence that staff see. */
function destination(library: Library, item: Item, at: Place, wanted: Request | undefined, call: Call): string {
  const request = isLendable(library, item) ? (wanted ?? queueOf(library, item)[0]) : undefined;
  if (request) return towardsReader(library, item, request, at, call);
  const home = library.placeOf(item);
  const unit = library.units.get(home.library);
  const rights = at.desk?.serves.find(({ location }) => location === home.location);
  const reshelves = at.desk === undefined || rights?.reshelve === true;
  if (home.library !== at.library || !reshelves) {
    item.process = 'TRANSIT';
    return sentence(unit?.name ?? home.library, 'Transit for reshelving', 1);
  }
  const shelf = unit?.locations.find(({ code }) => code === home.location);
  return sentence(`Reshelve to ${shelf?.name ?? home.location}`, '', 0);
}

function towardsReader(library: Library, item: Item, request: Request, at: Place, call: Call): string {
  const { pickup } = request;
  request.pid = item.pid;
  const shelf = at.desk?.holdShelf ?? 'direct';
  const isHere = pickup.library === at.library && (pickup.desk === null ? shelf !== 'none' : pickup.desk === at.code);
  const user = library.userBy(request.userId);
  const say = (to: string) => sentence(to, 'Patron physical item request', 1, user);
  if (!isHere) {
    request.state = 'WAITING';
    item.process = 'TRANSIT';
    return say(library.units.get(pickup.library)?.name ?? pickup.library);
  }
  // On the shelf it stays, however often it is scanned.
  if (shelf === 'processing' && request.state !== 'ON_HOLD_SHELF' && !flag(call, 'place_on_hold_shelf')) {
    request.state = 'HOLD_SHELF_PROCESSING';
    return say('Hold Shelf Processing');
  }
  if (request.state !== 'ON_HOLD_SHELF') request.expires = daysAfter(library.now(), DAYS_ON_HOLD_SHELF);
  request.state = 'ON_HOLD_SHELF';
  return say('On Hold Shelf');
}

interface Requester {
  primaryId: string;
  firstName: string;
  lastName: string;
}

function sentence(to: string, process: string, placeInQueue: number, requester?: Requester): string {
  const name = requester ? `${requester.lastName}, ${requester.firstName}` : '';
  return (
    `Item's destination is: ${to}. Request/Process Type: ${process}. ` +
    `Requester: ${name}. Requester ID: ${requester?.primaryId ?? ''}. Place in Queue: ${placeInQueue}`
  );
}
