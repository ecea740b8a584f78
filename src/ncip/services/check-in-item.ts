import { echo, find } from '../message.ts';
import { type Handler, required } from './handler.ts';

/** CheckInItem: an item has come back, on either side; the core knows which by the item alone. */
export const checkInItem: Handler = async ({ message, circulation, context, partner, digest }) => {
  const itemId = required(message, 'ItemId/ItemIdentifierValue', 'item');
  await circulation.checkInForPartner(context, { partner, itemId, digest });
  return [find(message, 'ItemId')].filter((sent) => sent !== undefined).map(echo);
};
