import { setTimeout as sleep } from 'node:timers/promises';
import type { Hold, ItemRef } from '../circulation/model.ts';
import type { NewHold } from '../circulation/ports.ts';
import { OutcomeUnknown, Refusal } from '../circulation/refusals.ts';
import type { Alma } from './client.ts';
import { isGone } from './deletion.ts';
import { endpoint } from './endpoint.ts';
import { noSuchItem, noSuchPatron, patronRefused } from './errors.ts';
import { instant, maybe, number, text } from './json.ts';
import { fullList } from './paging.ts';

const retrieveUserRequests = endpoint('GET /users/{user_id}/requests', noSuchPatron);
const retrieveItemRequests = endpoint('GET /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}/requests', noSuchItem);
const createUserRequest = endpoint('POST /users/{user_id}/requests', {
  ...noSuchPatron,
  ...noSuchItem,
  ...patronRefused,
  '60325': 'unknown-pickup-location',
  '60326': 'unknown-pickup-location',
  '60327': 'unknown-pickup-location',
  '60328': 'unknown-item',
  '60331': 'request-not-possible',
  '401129': 'request-not-possible',
  '401136': 'duplicate-request',
  '401684': 'unknown-item',
  '401891': 'unknown-pickup-location',
  '401894': 'unknown-pickup-location',
  '401895': 'unknown-pickup-location',
});
const cancelUserRequest = endpoint('DELETE /users/{user_id}/requests/{request_id}', {
  ...noSuchPatron,
  '401694': 'unknown-request',
  '401697': 'unknown-request',
  '401907': 'unknown-request',
});

const activeHolds = { request_type: 'HOLD', status: 'active' };
const settlingAttempts = 4;

/** The patron's active holds, all of them. */
export async function holds(alma: Alma, patronId: string): Promise<Hold[]> {
  const ids = { user_id: patronId };
  return (await fullList(alma, retrieveUserRequests, ids, 'user_request', activeHolds)).map(holdFrom);
}

/** The active holds that the item may fulfil. */
export async function itemHolds(alma: Alma, ref: ItemRef): Promise<Hold[]> {
  const ids = { mms_id: ref.mmsId, holding_id: ref.holdingId, item_pid: ref.itemId };
  return (await fullList(alma, retrieveItemRequests, ids, 'user_request', activeHolds)).map(holdFrom);
}

/**
 * Places a hold. For some seconds after a loan, a scan or a new item Alma finds that nothing can fulfil a legal
 * request (401129), so that answer is only believed when it is given again and again.
 */
export async function createHold(alma: Alma, ask: NewHold): Promise<Hold> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await placeHold(alma, ask);
    } catch (error) {
      const unsettled = error instanceof Refusal && error.facts.code === '401129';
      if (!unsettled || attempt === settlingAttempts) throw error;
      await sleep(alma.settlingMs);
    }
  }
}

async function placeHold(alma: Alma, ask: NewHold): Promise<Hold> {
  const { library, circDesk } = ask.pickup;
  const json = {
    request_type: 'HOLD',
    pickup_location_type: circDesk === undefined ? 'LIBRARY' : 'CIRCULATION_DESK',
    pickup_location_library: library,
    ...(circDesk !== undefined && { pickup_location_circulation_desk: circDesk }),
    comment: ask.comment,
  };
  const query: Record<string, string> =
    'itemId' in ask.target ? { item_pid: ask.target.itemId } : { mms_id: ask.target.mmsId };
  const made = holdFrom(await alma.call(createUserRequest, { user_id: ask.patronId }, { query, json }));
  if (made.requestId === '') throw new OutcomeUnknown('create hold');
  return made;
}

/** Cancels a hold. One that is gone already is cancelled. */
export async function cancelHold(alma: Alma, patronId: string, requestId: string): Promise<void> {
  const ids = { user_id: patronId, request_id: requestId };
  try {
    const query = { reason: 'CancelledAtPatronRequest' };
    await alma.call(cancelUserRequest, ids, { query });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function holdFrom(request: unknown): Hold {
  const barcode = maybe(request, 'barcode');
  const itemId = maybe(request, 'item_id');
  const placeInQueue = number(request, 'place_in_queue');
  const expires = instant(request, 'expiry_date');
  const code = text(request, 'pickup_location_library');
  return {
    requestId: text(request, 'request_id'),
    patronId: text(request, 'user_primary_id'),
    mmsId: text(request, 'mms_id'),
    title: text(request, 'title'),
    ...(barcode !== undefined && { barcode }),
    ...(itemId !== undefined && { itemId }),
    // Some Almas answer with the code, others with its words ("On Hold Shelf").
    onShelf: text(request, 'request_status').toUpperCase().replaceAll(' ', '_') === 'ON_HOLD_SHELF',
    comment: text(request, 'comment'),
    pickup: { code, name: text(request, 'pickup_location') || code },
    ...(placeInQueue !== undefined && { placeInQueue }),
    ...(expires !== undefined && { expires }),
  };
}
