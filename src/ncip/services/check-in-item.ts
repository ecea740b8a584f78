import { echo, find } from '../message.ts';
import { required } from './elements.ts';
import { service } from './service.ts';

/** CheckInItem: an item has come back, on either side; the core knows which by the item alone. */
export const checkInItem = service({
  does: 'ends the loan to or from the partner; a temporary item is removed',
  problemTypes: ['Item Not Checked Out', 'Unknown Item'],
  problems: { 'duplicate-request': 'Unauthorized Combination Of Element Values For Agency' },
  async perform({ message, circulation, context, partner, digest }) {
    const itemId = required(message, 'ItemId/ItemIdentifierValue', 'item');
    await circulation.checkInForPartner(context, { partner, itemId, digest });
    return [find(message, 'ItemId')].filter((sent) => sent !== undefined).map(echo);
  },
});
