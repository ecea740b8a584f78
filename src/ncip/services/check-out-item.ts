import { instantOf } from '../../circulation/calendar.ts';
import type { Instant } from '../../circulation/model.ts';
import { Refusal } from '../../circulation/refusals.ts';
import { echo, element, find, textAt } from '../message.ts';
import { forAgency, requestIdOf, required, userIdAnswer } from './elements.ts';
import { type ServiceCall, service } from './service.ts';

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

/** @throws {Refusal} `date-invalid` for a date that has passed, which Alma would refuse in words about its policy. */
function desiredDue({ message, context, now }: ServiceCall): Instant | undefined {
  const text = textAt(message, 'DesiredDateDue');
  if (text === '') return undefined;
  const due = instantOf(text, context.institution.timeZone);
  if (due === undefined) throw new Refusal('date-invalid', { about: 'due-date', value: text });
  if (Date.parse(due) <= now.getTime()) {
    throw new Refusal('date-invalid', { about: 'due-date', value: text, detail: 'the date has passed' });
  }
  return due;
}
