import { echo, element, find } from '../message.ts';
import { patronAsked } from './authentication.ts';
import { desiredDue, required, userIdAnswer } from './elements.ts';
import { service } from './service.ts';

const notRenewable = 'Item Not Renewable';
const ineligible = 'User Ineligible To Renew This Item';

/**
 * RenewItem: a longer loan. On a leg of the partner's own, until the date that it names; for a patron who asks through
 * it, by the library's rules.
 */
export const renewItem = service({
  does: 'extends a loan to or from the partner until the date that it names, or renews a patron’s own',
  problemTypes: [
    'Item Not Checked Out',
    'Item Not Renewable',
    'Maximum Renewals Exceeded',
    'Renewal Not Allowed - Item Has Outstanding Requests',
    'Unknown Item',
    'Unknown User',
    'User Authentication Failed',
    'User Blocked',
    'User Ineligible To Renew This Item',
  ],
  problems: {
    'patron-inactive': ineligible,
    'patron-expired': ineligible,
    'patron-not-eligible': ineligible,
    'loan-limit-exceeded': ineligible,
    'item-not-renewable': notRenewable,
    'interlibrary-not-renewable': notRenewable,
    'renewal-limit-exceeded': 'Maximum Renewals Exceeded',
    'library-system-refused': notRenewable,
  },
  async perform(call) {
    const { message, circulation, context, partner, digest } = call;
    const barcode = required(message, 'ItemId/ItemIdentifierValue', 'item');
    const due = desiredDue(call);
    const { patronId, loan } = await circulation.renew(context, {
      ...patronAsked(message),
      barcode,
      partner,
      ...(due !== undefined && { due }),
      repeat: { key: `ncip/${context.institution.code}/${partner.code}/RenewItem/${barcode}`, digest },
    });
    const sent = find(message, 'ItemId');
    return [...(sent === undefined ? [] : [echo(sent)]), userIdAnswer(call, patronId), element('DateDue', loan.due)];
  },
});
