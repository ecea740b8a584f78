import type { Hold, Patron } from '../../circulation/model.ts';
import type { PatronAccount } from '../../circulation/operations/look-up-patron.ts';
import { isOverdue } from '../../circulation/standing.ts';
import type { SummarySection } from '../codes.ts';
import { type Exchange, institutionId, sipDate } from '../exchange.ts';
import { accountOf, languageOf, patronFields } from '../patron.ts';

/** 63 Patron Information → 64: counts always, and the list that the summary asks for, paged by BP and BQ. */
export const patronInformation: Exchange<'63'> = async (request, call) => {
  const account = await accountOf(request, call, { holds: true, fees: true });
  const { limits } = call.terminal.institution;
  const { patron, standing } = account;
  const lists = listsOf(account, call.now);
  return {
    code: '64',
    language: languageOf(request),
    transactionDate: sipDate(call.now, call),
    holdItemsCount: lists.holdItems.length,
    overdueItemsCount: standing.overdueCount,
    chargedItemsCount: patron.loanCount,
    fineItemsCount: lists.fineItems.length,
    // Alma's API does not say which loans are recalled: blank means "not supported".
    recallItemsCount: undefined,
    unavailableHoldsCount: lists.unavailableHoldItems.length,
    institutionId: institutionId(request, call),
    patronIdentifier: request.patronIdentifier,
    holdItemsLimit: limits.holds,
    overdueItemsLimit: limits.overdue,
    chargedItemsLimit: limits.loans,
    feeLimit: limits.fees?.toFixed(2),
    ...contactOf(patron),
    ...patronFields(account, call),
    ...(request.summary && { [request.summary]: page(lists[request.summary], request.startItem, request.endItem) }),
  };
};

/** Each list's items by barcode, which terminals ask about with a 17; a hold that has no item yet by its title. */
function listsOf({ loans, holds, fees }: PatronAccount, now: Date): Record<SummarySection, string[]> {
  const named = (hold: Hold): string => hold.barcode ?? hold.title;
  return {
    holdItems: holds.filter((hold) => hold.onShelf).map(named),
    unavailableHoldItems: holds.filter((hold) => !hold.onShelf).map(named),
    overdueItems: loans.filter((loan) => isOverdue(loan, now)).map((loan) => loan.barcode),
    chargedItems: loans.map((loan) => loan.barcode),
    fineItems: fees.map((fee) => fee.barcode ?? (fee.title || fee.type)),
    recallItems: [],
  };
}

/** The items from BP to BQ, counted from 1 and both included. */
function page(items: readonly string[], start = 1, end = items.length): string[] {
  return items.slice(Math.max(start, 1) - 1, Math.max(end, 0));
}

function contactOf(patron: Patron) {
  const preferred = <T extends { preferred: boolean }>(all: readonly T[]): T | undefined =>
    all.find((one) => one.preferred) ?? all[0];
  const address = preferred(patron.addresses);
  const lines = address && [
    ...address.lines,
    `${address.postalCode} ${address.city}`.trim(),
    address.region,
    address.country,
  ];
  return {
    homeAddress: lines?.filter((line) => line !== '').join(', '),
    emailAddress: preferred(patron.emails)?.value,
    homePhoneNumber: preferred(patron.phones)?.value,
  };
}
