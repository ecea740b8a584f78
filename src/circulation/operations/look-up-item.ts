import { type LegNote, noteOf, noteOfOpen, rememberedItem } from '../legs.ts';
import type { Item, Loan } from '../model.ts';
import type { Query } from '../operation.ts';
import { Refusal, unlessUnknown } from '../refusals.ts';

export interface ItemView {
  readonly item: Item;
  readonly loan?: Loan;
  readonly holdQueueLength: number;
  readonly leg?: LegNote;
}

/** An item and what is known of it; after its temporary record is gone only the correlation table answers (SIP2 17). */
export const lookUpItem: Query<{ readonly barcode: string }, ItemView> = {
  async answer({ library, correlations, context, question: { barcode } }) {
    const [item, leg] = await Promise.all([
      unlessUnknown('unknown-item', () => library.item(context, barcode)),
      correlations.latestLegOfBarcode(context.institution.code, barcode),
    ]);
    if (item === undefined) {
      if (leg === undefined) throw new Refusal('unknown-item', { about: 'item', value: barcode });
      return { item: rememberedItem(barcode, leg), holdQueueLength: 0, leg: noteOf(leg) };
    }
    const [loan, holds] = await Promise.all([
      item.process === 'on-loan' ? library.itemLoan(context, item.ref) : undefined,
      item.requested ? library.itemHolds(context, item.ref) : [],
    ]);
    return { item, loan, holdQueueLength: holds.length, leg: noteOfOpen(leg) };
  },
};
