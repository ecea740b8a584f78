import { instantOf } from '../../circulation/calendar.ts';
import type { AcceptItemQuestion } from '../../circulation/operations/accept-item.ts';
import { Refusal } from '../../circulation/refusals.ts';
import { echo, find, textAt } from '../message.ts';
import { itemIdAnswer, required } from './elements.ts';
import { type ServiceCall, service } from './service.ts';

/** AcceptItem: an item that the partner lends has arrived for one of this library's patrons. */
export const acceptItem = service({
  does: 'makes a temporary item of a borrowed one, with a hold for the patron',
  problemTypes: [
    'Cannot Accept Item',
    'Cannot Guarantee Restrictions On Use',
    'Element Rule Violated',
    'Unknown Item',
    'Unknown Request',
    'Unknown User',
    'User Ineligible To Check Out This Item',
  ],
  paths: { 'due-date': ['DateForReturn'] },
  async perform(call) {
    const { message, circulation, context } = call;
    const outcome = await circulation.acceptItem(context, question(call));
    return [
      ...[find(message, 'RequestId')].filter((sent) => sent !== undefined).map(echo),
      itemIdAnswer(message, outcome.item.barcode),
    ];
  },
});

/** UserId is optional in the schema, but without it nobody would know whose the item is. */
function question({ message, context, partner, digest }: ServiceCall): AcceptItemQuestion {
  const itemId = textAt(message, 'ItemId/ItemIdentifierValue');
  const pickupLocation = textAt(message, 'PickupLocation');
  const returnBy = textAt(message, 'DateForReturn');
  const due = returnBy === '' ? undefined : instantOf(returnBy, context.institution.timeZone);
  if (returnBy !== '' && due === undefined) {
    throw new Refusal('date-invalid', { about: 'due-date', value: returnBy });
  }
  const described = find(message, 'ItemOptionalFields/BibliographicDescription');
  return {
    partner,
    request: {
      agency: textAt(message, 'RequestId/AgencyId'),
      value: required(message, 'RequestId/RequestIdentifierValue', 'request'),
    },
    ...(itemId !== '' && { itemId }),
    patronId: required(message, 'UserId/UserIdentifierValue', 'patron'),
    ...(due !== undefined && { due }),
    ...(pickupLocation !== '' && { pickupLocation }),
    bib: {
      title: textAt(described, 'Title'),
      author: textAt(described, 'Author'),
      publisher: textAt(described, 'Publisher'),
      publicationDate: textAt(described, 'PublicationDate'),
    },
    digest,
  };
}
