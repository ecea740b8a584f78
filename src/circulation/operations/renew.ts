import type { CheckedOut, Circulation } from '../circulation.ts';
import type { Context } from '../context.ts';
import type { Instant, Item, Loan } from '../model.ts';
import { Refusal } from '../refusals.ts';
import type { Operation, Runner } from '../runs.ts';
import type { Steps } from '../steps.ts';
import { type Core, kioskReplayMs, patronAndItem, sameId } from './core.ts';

interface Input {
  readonly item: Item;
  readonly loan: Loan;
}

/** A longer loan at a terminal (SIP2 29). Another library's item is never renewed here: its owner sets the date. */
export function renewOperation(core: Core): Operation<Input, CheckedOut> {
  return {
    kind: 'renew',
    afterCrash: 'settle',
    async perform(context, { item, loan }, steps) {
      const { due } = await extend(core, context, steps, loan);
      return {
        at: core.clock().toISOString(),
        patronId: loan.patronId,
        barcode: item.barcode,
        title: item.title,
        due,
        renewed: true,
        magnetic: item.magnetic,
        materialType: item.materialType,
      };
    },
  };
}

/** Renews the loan once; seen again by a due date that is no longer the one from before. */
export function extend({ library }: Core, context: Context, steps: Steps, loan: Loan): Promise<Loan> {
  return steps.write<Loan, { due: Instant }>('renew loan', {
    intent: { due: loan.due },
    perform: () => library.renewLoan(context, loan),
    look: async (before) => {
      const now = await library.itemLoan(context, loan.ref);
      return now !== undefined && Date.parse(now.due) !== Date.parse(before.due) ? now : undefined;
    },
  });
}

export function renew(core: Core, runner: Runner, operation: Operation<Input, CheckedOut>): Circulation['renew'] {
  return (context, { barcode, repeat, ...who }) =>
    runner.run(operation, context, {
      ...repeat,
      replayFor: kioskReplayMs,
      subject: { barcode },
      prepare: async () => {
        const [patron, item] = await patronAndItem(core, context, { barcode, ...who });
        const leg = await core.correlations.openLegOfItem(context.institution.code, barcode);
        if (leg?.side === 'borrower')
          throw new Refusal('interlibrary-not-renewable', { about: 'item', value: barcode });
        const loan = await core.library.itemLoan(context, item.ref);
        if (loan === undefined || !sameId(loan.patronId, patron.primaryId))
          throw new Refusal('item-not-on-loan', { about: 'item', value: barcode });
        return { item, loan };
      },
    });
}
