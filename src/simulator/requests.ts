import { type Answer, type Call, EMPTY, entity, flag, jsonBody, page, type Route, text } from './call.ts';
import { daysAfter } from './dates.ts';
import { AlmaError, UnreadableBody } from './errors.ts';
import { isLendable } from './hold-queue.ts';
import { itemAt } from './items.ts';
import type { Library } from './library.ts';
import { blockOf, isPast } from './loan-rules.ts';
import type { Bib, Item, Request, User } from './records.ts';
import { requestJson } from './render/request.ts';

const ITEM = '/bibs/:mms_id/holdings/:holding_id/items/:item_pid';
const DAYS_UNTIL_EXPIRY = 30;

/** The same requests are reached through their user, their title and their copy. */
export const requestRoutes: Route[] = [
  { method: 'POST', path: '/users/:user_id/requests', handle: placeByUser },
  { method: 'POST', path: '/bibs/:mms_id/requests', handle: placeOnTitle },
  { method: 'POST', path: `${ITEM}/requests`, handle: placeOnItem },
  ...['/users/:user_id', '/bibs/:mms_id', ITEM].flatMap((owner): Route[] => [
    { method: 'GET', path: `${owner}/requests`, handle: list },
    { method: 'GET', path: `${owner}/requests/:request_id`, handle: get },
    { method: 'DELETE', path: `${owner}/requests/:request_id`, handle: cancel },
  ]),
];

/** The requests under the owner in the path. */
function owned(library: Library, call: Call): Request[] {
  const { user_id: user, item_pid: pid } = call.params;
  const all = library.requests.all();
  if (user !== undefined) {
    const { primaryId } = library.user(user);
    return all.filter((request) => request.userId === primaryId);
  }
  if (pid !== undefined) {
    const item = itemAt(library, call);
    return all.filter((request) => request.pid === item.pid);
  }
  const { mmsId } = bibAt(library, call.params.mms_id!);
  return all.filter((request) => request.mmsId === mmsId);
}

function list(library: Library, call: Call): Answer {
  const history = call.query.get('status')?.toLowerCase() === 'history';
  const wanted = call.query.get('request_type');
  const rows = owned(library, call).filter(
    ({ state, type }) => (state === 'HISTORY') === history && (wanted === null || type === wanted),
  );
  return entity(
    'user_requests',
    page(call, 'user_request', rows, (request) => requestJson(library, request)),
  );
}

/** A cancelled or fulfilled request stays readable here, with status HISTORY. (Some real tenants answer 400.) */
function get(library: Library, call: Call): Answer {
  return entity('user_request', requestJson(library, requestAt(library, call)));
}

/** The reader gets a letter, unless `notify_user=false` says otherwise. */
function cancel(library: Library, call: Call): Answer {
  const request = requestAt(library, call);
  const reason = call.query.get('reason') || AlmaError.raise('MANDATORY_FIELD_MISSING', 'reason');
  if (request.state === 'HISTORY') throw new AlmaError('REQUEST_NOT_FOUND');
  request.state = 'HISTORY';
  const { userId, requestId } = request;
  if (call.query.get('notify_user') !== 'false') {
    library.letters.push({ at: library.now(), userId, name: 'Request canceled', requestId, reason });
  }
  return EMPTY;
}

function requestAt(library: Library, call: Call): Request {
  const id = call.params.request_id!;
  if (!library.requests.has(id)) throw new AlmaError('REQUEST_ID_NOT_VALID');
  return owned(library, call).find((request) => request.requestId === id) ?? AlmaError.raise('REQUEST_NOT_FOUND');
}

function placeByUser(library: Library, call: Call): Answer {
  const user = library.user(call.params.user_id!);
  const pid = call.query.get('item_pid');
  if (pid)
    return place(library, call, user, library.items.get(pid) ?? AlmaError.raise('REQUESTED_ITEM_NOT_FOUND', pid));
  return place(library, call, user, bibAt(library, call.query.get('mms_id') ?? ''));
}

function placeOnTitle(library: Library, call: Call): Answer {
  const bib = bibAt(library, call.params.mms_id!);
  return place(library, call, library.user(call.query.get('user_id') ?? ''), bib);
}

function placeOnItem(library: Library, call: Call): Answer {
  const item = itemAt(library, call);
  return place(library, call, library.user(call.query.get('user_id') ?? ''), item);
}

function place(library: Library, call: Call, user: User, wanted: Bib | Item): Answer {
  const body = jsonBody(call);
  if (text(body.request_type) !== 'HOLD') throw new UnreadableBody('Only HOLD requests are simulated');
  const pickup = pickupOf(library, body);
  if (isPast(library, user.expires)) throw new AlmaError('CARD_EXPIRED');
  if (user.status !== 'ACTIVE' || isPast(library, user.roleExpires) || blockOf(library, user)) {
    throw new AlmaError('NOT_ELIGIBLE');
  }
  const pid = 'pid' in wanted ? wanted.pid : null;
  if (!flag(call, 'allow_same_request')) refuseDuplicate(library, user, wanted.mmsId);
  const copies = 'pid' in wanted ? [wanted] : library.itemsOf({ mmsId: wanted.mmsId });
  const fulfils = (item: Item) =>
    isLendable(library, item) && library.activeLoanOf(item.pid)?.userId !== user.primaryId;
  if (!copies.some(fulfils)) throw new AlmaError('NOTHING_FULFILS');
  const request: Request = {
    requestId: library.newId('request'),
    type: 'HOLD',
    userId: user.primaryId,
    mmsId: wanted.mmsId,
    pid,
    pickup,
    comment: text(body.comment) ?? null,
    placed: library.now(),
    state: 'WAITING',
    expires: daysAfter(library.now(), DAYS_UNTIL_EXPIRY),
    lastInterest: text(body.last_interest_date) || null,
  };
  library.requests.set(request.requestId, request);
  return entity('user_request', requestJson(library, request));
}

/** One active hold a patron for one title, whichever of its copies it is for. */
function refuseDuplicate(library: Library, user: User, mmsId: string): void {
  const holds = library.activeRequestsBy(user).filter(({ type }) => type === 'HOLD');
  if (holds.some((other) => other.mmsId === mmsId)) throw new AlmaError('DUPLICATE_REQUEST');
}

function pickupOf(library: Library, body: Record<string, unknown>): Request['pickup'] {
  const code = text(body.pickup_location_library);
  if (!code) throw new AlmaError('PICKUP_LIBRARY_MISSING');
  const unit = library.units.get(code) ?? AlmaError.raise('PICKUP_LIBRARY_UNKNOWN', code);
  const type = text(body.pickup_location_type) ?? 'LIBRARY';
  if (type !== 'LIBRARY' && type !== 'CIRCULATION_DESK') {
    throw new UnreadableBody(`No enum constant for pickup_location_type ${type}`);
  }
  const desk = text(body.pickup_location_circulation_desk) || null;
  if (desk !== null && !unit.desks.some((known) => known.code === desk)) {
    throw new AlmaError('PICKUP_DESK_UNKNOWN', desk, code);
  }
  return { type, library: code, desk };
}

function bibAt(library: Library, mmsId: string): Bib {
  return library.bibs.get(mmsId) ?? AlmaError.raise('MMS_ID_NOT_VALID', mmsId);
}
