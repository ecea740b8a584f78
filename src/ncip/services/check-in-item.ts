import { Refusal } from '../../circulation/refusals.ts';
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
    const { alreadyReturned } = await circulation.checkInForPartner(context, { partner, itemId, digest });
    if (alreadyReturned && partner.alreadyReturned === 'problem')
      throw new Refusal('item-already-returned', { about: 'item', value: itemId });
    return [find(message, 'ItemId')].filter((sent) => sent !== undefined).map(echo);
  },
});
