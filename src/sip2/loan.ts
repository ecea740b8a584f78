import type { CheckedOut, CheckOutQuestion } from '../circulation/operations/check-out.ts';
import { Refusal } from '../circulation/refusals.ts';
import { say } from '../edge/words.ts';
import { type Call, dueDate, institutionId, repeatOf, sipDate } from './call.ts';
import { mediaTypeOf } from './codes.ts';
import type { Request } from './messages.ts';

/** What 11 and 29 ask alike: for whom, which item, by what PIN. */
export function loanQuestion(request: Request<'11' | '29'>, call: Call): CheckOutQuestion {
  const patronId = request.patronIdentifier.trim();
  const barcode = request.itemIdentifier?.trim() ?? '';
  if (patronId === '') throw new Refusal('data-missing', { about: 'patron' });
  if (barcode === '') throw new Refusal('data-missing', { about: 'item' });
  return { patronId, barcode, pin: request.patronPassword, repeat: repeatOf(request, call) };
}

/** What 12 and 30 say alike of a loan. The date is the outcome's, so that a repeat reads the same. */
export function loanFields(request: Request<'11' | '29'>, outcome: CheckedOut, call: Call) {
  return {
    ok: true,
    renewalOk: outcome.renewed,
    magneticMedia: outcome.item.magnetic ? ('Y' as const) : ('N' as const),
    desensitize: true,
    transactionDate: sipDate(outcome.at, call),
    institutionId: institutionId(request, call),
    patronIdentifier: request.patronIdentifier,
    itemIdentifier: outcome.item.barcode,
    titleIdentifier: outcome.item.title,
    dueDate: dueDate(outcome.loan.due, call),
    mediaType: mediaTypeOf(outcome.item.materialType),
    ...(outcome.leg?.side === 'borrower' && { screenMessage: [say(call.words, 'checkout-other-library')] }),
  };
}
