import type { Fee, Hold, Loan, Patron } from '../model.ts';
import type { Query } from '../operation.ts';
import { checkPin, type PinCheck, type PinQuestion } from '../proof.ts';
import { type Standing, standingOf } from '../standing.ts';

export interface PatronQuestion extends PinQuestion {
  /** Which lists to fetch beside the counts; the loans come always, since standing needs them. */
  readonly lists?: { readonly holds?: boolean; readonly fees?: boolean };
}

export interface PatronAccount {
  readonly patron: Patron;
  readonly standing: Standing;
  readonly loans: readonly Loan[];
  /** Empty unless asked for. */
  readonly holds: readonly Hold[];
  readonly fees: readonly Fee[];
  readonly pin: PinCheck;
}

/** A patron with standing, loans and, where asked for, holds and fees (NCIP LookupUser, SIP2 23 and 63). */
export const lookUpPatron: Query<PatronQuestion, PatronAccount> = {
  async answer({ library, clock, context, question: { patronId, pin, lists = {} } }) {
    const patron = await library.patron(context, patronId);
    const { primaryId } = patron;
    const [checked, loans, holds, fees] = await Promise.all([
      checkPin(library, context, patron, pin),
      patron.loanCount > 0 ? library.loans(context, primaryId) : [],
      lists.holds && patron.holdCount > 0 ? library.holds(context, primaryId) : [],
      lists.fees && patron.owes.amount !== 0 ? library.fees(context, primaryId) : [],
    ]);
    return {
      patron,
      standing: standingOf(patron, loans, context.institution, clock()),
      loans,
      holds,
      fees,
      pin: checked,
    };
  },
};
