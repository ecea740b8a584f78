import type { PatronAccount } from '../circulation/operations/look-up-patron.ts';
import { Refusal } from '../circulation/refusals.ts';
import { language, type PatronStatus } from './codes.ts';
import type { Call } from './exchange.ts';
import type { Request } from './messages.ts';
import { screenFor } from './screens.ts';

/** The 14 flags of 24, 26 and 64, all from the one standing (SIP 2.00 patron status). */
function patronStatusOf({ standing }: PatronAccount): PatronStatus {
  const { mayBorrow, eligible, reasons } = standing;
  const owes = reasons.includes('fee-limit-exceeded');
  return {
    chargePrivilegesDenied: !mayBorrow,
    renewalPrivilegesDenied: !eligible,
    recallPrivilegesDenied: !eligible,
    holdPrivilegesDenied: !eligible || standing.tooManyHolds,
    cardReportedLost: false,
    tooManyItemsCharged: reasons.includes('loan-limit-exceeded'),
    tooManyItemsOverdue: standing.tooManyOverdue,
    tooManyRenewals: false,
    tooManyClaimsOfItemsReturned: false,
    tooManyItemsLost: false,
    excessiveOutstandingFines: owes,
    excessiveOutstandingFees: owes,
    recallOverdue: false,
    tooManyItemsBilled: false,
  };
}

/** The language as the terminal said it; where it sent blanks the standard has a code for "unknown". */
export const languageOf = (request: Request<'23' | '63'>): string => request.language || language.unknown;

/** What 24 and 64 say alike of a patron: flags, name, validity, PIN, debts and the reasons in words. */
export function patronFields(account: PatronAccount, { terminal }: Call) {
  const { patron, standing, pin } = account;
  return {
    patronStatus: patronStatusOf(account),
    personalName: patron.name.full,
    validPatron: true,
    // CQ speaks only of a PIN that was checked: terminals take its presence for an opinion.
    ...(pin !== 'not-checked' && { validPatronPassword: true }),
    ...(patron.owes.amount > 0 && { currencyType: patron.owes.currency, feeAmount: patron.owes.amount.toFixed(2) }),
    screenMessage: standing.reasons.map((reason) => screenFor(reason, terminal.screens)),
  };
}

/**
 * The account of the patron in a 23 or 63. A wrong PIN is refused as a whole, so that nobody reads a patron's loans
 * with a found card.
 */
export async function accountOf(
  request: Request<'23' | '63'>,
  { circulation, context }: Call,
  lists: { readonly holds?: boolean; readonly fees?: boolean },
): Promise<PatronAccount> {
  const patronId = request.patronIdentifier.trim();
  if (patronId === '') throw new Refusal('data-missing', { about: 'patron' });
  const account = await circulation.lookUpPatron(context, { patronId, pin: request.patronPassword, lists });
  if (account.pin === 'differs') throw new Refusal('patron-authentication-failed', { about: 'pin' });
  return account;
}
