import { Refusal } from '../../circulation/refusals.ts';
import { type Element, echo, element, find, textAt } from '../message.ts';
import { forAgency, itemIdAnswer, requestIdOf, userIdAnswer } from './elements.ts';
import { service } from './service.ts';

/** RequestItem: the partner wants an item or title of this library, which gets a hold for the partner's patron. */
export const requestItem = service({
  does: 'places a hold on an item or title of the library for the partner',
  problemTypes: [
    'Duplicate Request',
    'Element Rule Violated',
    'Item Does Not Circulate',
    'Item Not Available By Need Before Date',
    'Unknown Item',
    'Unknown User',
    'User Authentication Failed',
    'User Blocked',
    'User Ineligible To Request This Item',
  ],
  problems: {
    'wrong-circulation-desk': 'Element Rule Violated',
    'barcode-in-use': 'Element Rule Violated',
    'unknown-request': 'Element Rule Violated',
    'library-system-refused': 'Element Rule Violated',
  },
  paths: {
    item: [
      'BibliographicId/BibliographicRecordId/BibliographicRecordIdentifier',
      'BibliographicId/BibliographicItemId/BibliographicItemIdentifier',
    ],
  },
  async perform(call) {
    const { message, circulation, context, partner, digest } = call;
    const request = requestIdOf(message);
    const outcome = await circulation.requestItem(context, {
      partner,
      ...(request !== undefined && { request }),
      target: targetOf(message),
      forAgency: forAgency(message),
      digest,
    });
    const sent = find(message, 'RequestId');
    // A broker that gave no RequestId gets the library's, which the response needs to be about something.
    const requestId =
      sent !== undefined
        ? echo(sent)
        : element(
            'RequestId',
            element('AgencyId', context.institution.code),
            element('RequestIdentifierValue', outcome.hold.requestId),
          );
    return [
      requestId,
      ...(outcome.item === undefined ? [] : [itemIdAnswer(message, outcome.item.barcode)]),
      userIdAnswer(call, outcome.patronId),
      element('RequestType', textAt(message, 'RequestType')),
      element('RequestScopeType', textAt(message, 'RequestScopeType')),
    ];
  },
});

/**
 * ItemId is a barcode and the most exact; a BibliographicId is the record number in the library's catalogue, which
 * some brokers send as BibliographicItemId. With a code (ISBN, ISSN …) that is a number which identifies no record.
 */
function targetOf(message: Element): { barcode: string } | { mmsId: string } {
  const barcode = textAt(message, 'ItemId/ItemIdentifierValue');
  if (barcode !== '') return { barcode };
  const record = textAt(message, 'BibliographicId/BibliographicRecordId/BibliographicRecordIdentifier');
  const other = find(message, 'BibliographicId/BibliographicItemId');
  const mmsId = record || textAt(other, 'BibliographicItemIdentifier');
  if (mmsId === '') throw new Refusal('data-missing', { about: 'item', detail: 'no item or record was named' });
  const code = record === '' ? textAt(other, 'BibliographicItemIdentifierCode') : '';
  if (code !== '') {
    throw new Refusal('unknown-item', {
      about: 'item',
      value: mmsId,
      detail: `"${code.slice(0, 100)}" does not lead to one record, a barcode or the record number does`,
    });
  }
  return { mmsId };
}
