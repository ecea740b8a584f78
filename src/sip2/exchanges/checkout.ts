import type { CheckedOut } from '../../circulation/operations/check-out.ts';
import { Refusal } from '../../circulation/refusals.ts';
import { type Call, dueDate, type Exchange, institutionId, mediaTypeOf, repeatOf, sipDate } from '../exchange.ts';
import type { Request } from '../messages.ts';
import { otherLibraryScreens } from '../screens.ts';

/** 11 Checkout → 12. Undoing a failed check-in (BI=Y) is not offered: staff must see such a book. */
export const checkout: Exchange<'11'> = async (request, call) => {
  if (request.cancel) throw new Refusal('service-unsupported', { about: 'service', value: 'BI=Y' });
  const outcome = await call.circulation.checkOut(call.context, {
    ...patronAndItem(request),
    repeat: repeatOf(request, call),
  });
  return { code: '12', ...loanFields(request, outcome, call) };
};

/** Who and what, both of which a loan and a renewal need. */
export function patronAndItem(request: Request<'11' | '29'>): { patronId: string; barcode: string; pin?: string } {
  const patronId = request.patronIdentifier.trim();
  const barcode = request.itemIdentifier?.trim() ?? '';
  if (patronId === '') throw new Refusal('data-missing', { about: 'patron' });
  if (barcode === '') throw new Refusal('data-missing', { about: 'item' });
  return { patronId, barcode, pin: request.patronPassword };
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
    ...(outcome.leg?.side === 'borrower' && { screenMessage: [otherLibraryScreens.checkedOut] }),
  };
}
