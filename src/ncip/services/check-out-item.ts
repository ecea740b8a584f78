import { echo, element, find } from '../message.ts';
import { desiredDue, forAgency, requestIdOf, required, userIdAnswer } from './elements.ts';
import { service } from './service.ts';

/** CheckOutItem: an item of this library leaves for the partner. */
export const checkOutItem = service({
  does: 'lends an item of the library to the partner',
  problemTypes: [
    'Item Does Not Circulate',
    'Maximum Check Outs Exceeded',
    'Resource Cannot Be Provided',
    'Unknown Item',
    'Unknown Request',
    'Unknown User',
    'Unsupported Shipping Address Type',
    'User Authentication Failed',
    'User Blocked',
    'User Ineligible To Check Out This Item',
  ],
  async perform(call) {
    const { message, circulation, context, partner, digest } = call;
    const request = requestIdOf(message);
    const due = desiredDue(call);
    const itemId = required(message, 'ItemId/ItemIdentifierValue', 'item');
    const outcome = await circulation.checkOutForPartner(context, {
      partner,
      ...(request !== undefined && { request }),
      itemId,
      forAgency: forAgency(message),
      ...(due !== undefined && { due }),
      digest,
    });
    const sent = find(message, 'ItemId');
    return [
      sent === undefined ? element('ItemId', element('ItemIdentifierValue', itemId)) : echo(sent),
      userIdAnswer(call, outcome.patronId),
      element('DateDue', outcome.loan.due),
    ];
  },
});
