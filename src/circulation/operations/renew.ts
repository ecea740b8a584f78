import { isBorrowing } from '../legs.ts';
import { extendLoan, loanOf } from '../loans.ts';
import type { Item, Loan } from '../model.ts';
import { atTerminal, type Operation, type Repeat } from '../operation.ts';
import type { PinQuestion } from '../proof.ts';
import { Refusal } from '../refusals.ts';
import type { CheckedOut } from './check-out.ts';

export interface RenewQuestion extends PinQuestion {
  readonly barcode: string;
  readonly repeat?: Repeat;
}

interface Found {
  readonly item: Item;
  readonly loan: Loan;
}

/** A longer loan at a terminal (SIP2 29). Another library's item is never renewed here: its owner sets the date. */
export const renew: Operation<RenewQuestion, Found, CheckedOut> = {
  kind: 'renew',
  afterCrash: 'settle',
  authenticates: true,
  recognise: ({ question: { barcode, patronId, repeat } }) => ({
    about: { items: [barcode], patrons: [patronId] },
    repeat: atTerminal(repeat),
  }),

  async stillHolds({ library, context }, { item, loan }) {
    const now = await library.itemLoan(context, item.ref);
    return now?.loanId === loan.loanId && Date.parse(now.due) === Date.parse(loan.due);
  },

  async find({ library, correlations, context, question: { barcode }, provenPatron }) {
    const [patron, item] = await Promise.all([provenPatron(), library.item(context, barcode)]);
    const leg = await correlations.openLegOfBarcode(context.institution.code, barcode);
    if (isBorrowing(leg)) throw new Refusal('interlibrary-not-renewable', { about: 'item', value: barcode });
    const loan = loanOf(await library.itemLoan(context, item.ref), patron.primaryId);
    if (loan === undefined) throw new Refusal('item-not-on-loan', { about: 'item', value: barcode });
    return { item, loan };
  },

  async perform(work, { item, loan }) {
    const longer = await extendLoan(work, loan);
    return { at: work.clock().toISOString(), patronId: loan.patronId, item, loan: longer, renewed: true };
  },
};
