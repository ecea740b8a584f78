import { AlmaError } from './errors.ts';
import { claimOn, isLendable, queueOf } from './hold-queue.ts';
import type { Library } from './library.ts';
import type { CircDesk, Item, LibraryUnit, Loan, User } from './records.ts';

/** Throws the first reason why this item cannot be lent to this user at this desk. An API loan overrides nothing. */
export function checkLoan(library: Library, user: User, item: Item, unit: LibraryUnit, desk: CircDesk): void {
  checkItem(library, user, item);
  checkDesk(library, user, item, unit, desk);
  checkPatron(library, user);
  const group = library.groups.get(user.group);
  if (group?.loanLimit != null && library.activeLoansBy(user).length >= group.loanLimit) {
    throw new AlmaError('LOAN_LIMIT');
  }
}

function checkItem(library: Library, user: User, item: Item): void {
  const current = library.activeLoanOf(item.pid);
  if (current) throw new AlmaError(current.userId === user.primaryId ? 'ON_LOAN_TO_SAME' : 'ON_LOAN_TO_ANOTHER');
  if (item.process === 'ACQ') throw new AlmaError('NOT_RECEIVED');
  // A missing item has to be scanned in (found) before it is lent; one in transit has evidently arrived.
  if (!isLendable(library, item)) throw new AlmaError('NOT_LOANABLE');
  const claim = claimOn(library, item);
  if (claim && claim.userId !== user.primaryId) throw new AlmaError('HELD_FOR_ANOTHER');
}

/**
 * A desk lends from the locations that it serves, and anywhere an item that its reader came to fetch there. The desk
 * of a resource sharing library sends whatever the house owns to partners: that is what it is for.
 */
function checkDesk(library: Library, user: User, item: Item, unit: LibraryUnit, desk: CircDesk): void {
  const place = library.placeOf(item);
  const rights = desk.serves.find(({ location }) => location === place.location);
  const served = place.library === unit.code && rights?.checkOut === true;
  const fetched = queueOf(library, item).some(
    (request) => request.userId === user.primaryId && request.pickup.library === unit.code,
  );
  const sent = unit.resourceSharing && user.group === 'PARTNER';
  if (!served && !fetched && !sent) throw new AlmaError('WRONG_DESK');
}

/** Throws the first reason why this patron may not borrow now; the fee limit is computed here and stored nowhere. */
function checkPatron(library: Library, user: User): void {
  if (user.status !== 'ACTIVE' || isPast(library, user.roleExpires)) throw new AlmaError('NOT_A_PATRON');
  if (isPast(library, user.expires)) throw new AlmaError('CARD_EXPIRED');
  const block = blockOf(library, user);
  if (block) {
    const scope = library.institution.code;
    throw new AlmaError(
      'PATRON_BLOCKED',
      `${block.type ?? 'GENERAL'}  -   ${block.description}. ${block.note} Scope: ${scope}`,
    );
  }
  const limit = library.groups.get(user.group)?.feeLimit ?? null;
  const owed = library.owedBy(user);
  if (limit !== null && owed > limit) {
    throw new AlmaError('FEE_LIMIT', (limit / 100).toFixed(2), (owed / 100).toFixed(2));
  }
}

/** The first block that has not ended. */
export function blockOf(library: Library, user: User): User['blocks'][number] | undefined {
  return user.blocks.find(({ expires }) => !isPast(library, expires));
}

export function isPast(library: Library, date: Date | null | undefined): boolean {
  return date != null && date < library.now();
}

/** Why this loan cannot be renewed, in Alma's words, or nothing when it can. */
export function renewalRefusal(library: Library, loan: Loan): string | undefined {
  const item = library.items.get(loan.pid);
  if (!item || loan.returned) return 'Loan is not active.';
  if (loan.renewals >= library.policyOf(item).renewals) return 'Item renew period exceeded.';
  if (queueOf(library, item).length > 0) return 'Item is requested by another patron.';
  try {
    checkPatron(library, library.user(loan.userId));
  } catch (error) {
    if (error instanceof AlmaError) return error.message;
    throw error;
  }
  return undefined;
}
