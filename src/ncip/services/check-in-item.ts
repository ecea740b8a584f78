import { Refusal } from '../../circulation/refusals.ts';
import { echo, find } from '../message.ts';
import { type Handler, requestIdOf, required } from './handler.ts';

/** CheckInItem: an item has come back, on either side; the core knows which by the item alone. */
export const checkInItem: Handler = async ({ message, circulation, context, partner, digest }) => {
  const itemId = required(message, 'ItemId/ItemIdentifierValue', 'item');
  const request = requestIdOf(message);
  const question = { partner, itemId, digest, ...(request !== undefined && { request }) };
  const { alreadyReturned } = await circulation.checkInForPartner(context, question);
  if (alreadyReturned && partner.alreadyReturned === 'problem')
    throw new Refusal('item-already-returned', { about: 'item', value: itemId });
  return [find(message, 'ItemId')].filter((sent) => sent !== undefined).map(echo);
};
