import { type Answer, type Call, entity, type Route } from './call.ts';
import { daysAfter } from './dates.ts';
import { AlmaError } from './errors.ts';
import { isLendable, queueOf } from './hold-queue.ts';
import { itemAt } from './items.ts';
import type { Library } from './library.ts';
import type { Item, Request } from './records.ts';
import { itemJson } from './render/item.ts';

const DAYS_ON_HOLD_SHELF = 7;

export const scanRoutes: Route[] = [
  { method: 'POST', path: '/bibs/:mms_id/holdings/:holding_id/items/:item_pid', op: 'scan', handle: scanIn },
];

interface Desk {
  library: string;
  desk: string;
}

/**
 * Scan-in: returns, receives, puts on the hold shelf or sends on. Desks here have no hold shelf processing, so
 * `place_on_hold_shelf` makes no difference; `register_in_house_use`, `confirm` and `auto_print_slip` are ignored.
 */
function scanIn(library: Library, call: Call): Answer {
  const item = library.items.get(call.params.item_pid!);
  if (!item) throw new AlmaError('PARAMETER_INVALID', 'item_pid', call.params.item_pid!);
  const at = place(library, call);
  const loan = library.activeLoanOf(itemAt(library, call).pid);
  if (loan) loan.returned = { at: library.now(), ...at };
  // A scan finds what was missing, and ends what the workshop and the acquisitions department did.
  item.process = '';
  const info = destination(library, item, at);
  item.changed = library.now();
  const json = itemJson(library, call.base, item, new Set());
  return entity('item', { ...json, additional_info: info });
}

function place(library: Library, call: Call): Desk {
  const deskCode = call.query.get('circ_desk');
  const department = call.query.get('department');
  if (!deskCode && !department) throw new AlmaError('DESK_MISSING');
  const unitCode = call.query.get('library') ?? '';
  if (!library.units.has(unitCode)) throw new AlmaError('SCAN_LIBRARY_INVALID', unitCode);
  if (deskCode) library.desk(unitCode, deskCode);
  return { library: unitCode, desk: deskCode ?? department! };
}

/** Where the item goes now; carries it there and says so, in the sentence that staff see. */
function destination(library: Library, item: Item, at: Desk): string {
  const request = isLendable(library, item) ? queueOf(library, item)[0] : undefined;
  if (request) return towardsReader(library, item, request, at);
  if (item.library !== at.library) {
    item.process = 'TRANSIT';
    return sentence(library.units.get(item.library)?.name ?? item.library, 'Transit for reshelving');
  }
  const shelf = library.units.get(item.library)?.locations.find(({ code }) => code === item.location);
  return sentence(`Reshelve to ${shelf?.name ?? item.location}`, '');
}

function towardsReader(library: Library, item: Item, request: Request, at: Desk): string {
  const { pickup } = request;
  request.pid = item.pid;
  if (pickup.library === at.library && (pickup.desk === null || pickup.desk === at.desk)) {
    if (request.state !== 'ON_HOLD_SHELF') {
      request.state = 'ON_HOLD_SHELF';
      request.expires = daysAfter(library.now(), DAYS_ON_HOLD_SHELF);
    }
    return sentence('On Hold Shelf', 'Patron physical item request', library, request);
  }
  request.state = 'WAITING';
  item.process = 'TRANSIT';
  const to = library.units.get(pickup.library)?.name ?? pickup.library;
  return sentence(to, 'Patron physical item request', library, request);
}

function sentence(to: string, process: string, library?: Library, request?: Request): string {
  const user = request && library?.userBy(request.userId);
  const name = user ? `${user.lastName}, ${user.firstName}` : '';
  return (
    `Item's destination is: ${to}. Request/Process Type: ${process}. ` +
    `Requester: ${name}. Requester ID: ${user?.primaryId ?? ''}. Place in Queue: ${request ? 1 : 0}`
  );
}
