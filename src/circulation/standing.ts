import type { Institution } from './context.ts';
import type { Loan, Patron } from './model.ts';
import type { RefusalKind } from './refusals.ts';

/** Why a patron may not borrow, in the core's words; a subset of the refusals so that both are worded once. */
export type StandingReason = Extract<
  RefusalKind,
  | 'patron-inactive'
  | 'patron-expired'
  | 'patron-blocked'
  | 'patron-not-eligible'
  | 'fee-limit-exceeded'
  | 'loan-limit-exceeded'
>;

/** A patron's standing, computed in one place: SIP2 24 and 64 and NCIP LookupUser all show this. */
export interface Standing {
  /** Active, not expired, no active block: the rule by which brokers decide whether to take a request. */
  readonly eligible: boolean;
  /** Eligible and within the limits. */
  readonly mayBorrow: boolean;
  readonly reasons: readonly StandingReason[];
  readonly overdueCount: number;
  readonly tooManyOverdue: boolean;
  readonly tooManyHolds: boolean;
}

/**
 * Judges a patron. The limits are the institution's settings, because Alma computes its own only when a loan is
 * tried and shows them nowhere; a limit that is not set is not judged.
 */
export function standingOf(patron: Patron, loans: readonly Loan[], institution: Institution, now: Date): Standing {
  const { limits } = institution;
  const reasons: StandingReason[] = [];
  if (!patron.active) reasons.push('patron-inactive');
  if (patron.expires !== undefined && Date.parse(patron.expires) < now.getTime()) reasons.push('patron-expired');
  if (patron.blocks.length > 0) reasons.push('patron-blocked');
  const eligible = reasons.length === 0;

  if (!patron.hasPatronRole) reasons.push('patron-not-eligible');
  if (limits.fees !== undefined && patron.owes.amount > limits.fees) reasons.push('fee-limit-exceeded');
  if (limits.loans !== undefined && patron.loanCount >= limits.loans) reasons.push('loan-limit-exceeded');
  const overdueCount = loans.filter((loan) => isOverdue(loan, now)).length;
  return {
    eligible,
    mayBorrow: reasons.length === 0,
    reasons,
    overdueCount,
    tooManyOverdue: limits.overdue !== undefined && overdueCount > limits.overdue,
    tooManyHolds: limits.holds !== undefined && patron.holdCount >= limits.holds,
  };
}

/** A loan whose due instant has passed. */
export const isOverdue = (loan: Loan, now: Date): boolean => Date.parse(loan.due) < now.getTime();
