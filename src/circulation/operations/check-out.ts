import type { CheckedOut, Circulation } from '../circulation.ts';
import type { Context } from '../context.ts';
import { type Leg, mayGo } from '../legs.ts';
import type { Item, Loan } from '../model.ts';
import { Refusal } from '../refusals.ts';
import type { Operation, Runner } from '../runs.ts';
import type { Steps } from '../steps.ts';
import { type Core, kioskReplayMs, lend, patronAndItem, sameId, setDueDate } from './core.ts';
import { noteOfOpen } from './look-up.ts';
import { extend } from './renew.ts';

interface Input {
  readonly patronId: string;
  readonly item: Item;
  /** The loan that the same patron had before. */
  readonly had?: Loan;
}

/**
 * A loan at a terminal (SIP2 11). An item that the patron has already is renewed, as Alma's own self-check does;
 * one that belongs to another library keeps that library's due date.
 */
export function checkOutOperation(core: Core): Operation<Input, CheckedOut> {
  const { correlations, clock } = core;
  return {
    kind: 'check-out',
    // A patron whose kiosk gave up has left without the book: a loan that did not happen must not happen later.
    afterCrash: 'settle',
    async perform(context, { patronId, item, had }, steps) {
      const leg = await correlations.openLegOfItem(context.institution.code, item.barcode);
      const { loan, renewed } =
        leg?.side === 'borrower'
          ? { loan: await lendBorrowed(context, { patronId, item, had }, leg, steps), renewed: false }
          : had === undefined
            ? { loan: await lend(core, context, steps, { item, patronId, place: context.place }), renewed: false }
            : await lendAgain(context, had, steps);
      return {
        at: clock().toISOString(),
        patronId,
        barcode: item.barcode,
        title: item.title,
        due: loan.due,
        renewed,
        magnetic: item.magnetic,
        materialType: item.materialType,
        leg: noteOfOpen(leg),
      };
    },
  };

  /** Another library's book is lent to its patron only, once, and until the date that its owner set. */
  async function lendBorrowed(context: Context, { patronId, item, had }: Input, leg: Leg, steps: Steps): Promise<Loan> {
    if (leg.patronId !== undefined && !sameId(leg.patronId, patronId))
      throw new Refusal('item-held-for-another', { about: 'item', value: item.barcode });
    if (had !== undefined && !mayGo('borrower', leg.state, 'loaned')) return had;
    // It was returned and is on its way home, even if it still stands here.
    if (leg.state === 'returned') throw new Refusal('item-unavailable', { about: 'item', value: item.barcode });
    const { place } = context;
    let loan = had ?? (await lend(core, context, steps, { item, patronId, place, holdId: leg.almaRequestId }));
    if (leg.due !== undefined) loan = await setDueDate(core, context, steps, loan, leg.due);
    await correlations.advance(context, leg, 'loaned', { loanId: loan.loanId, due: loan.due });
    return loan;
  }

  /** The same patron again: the kiosk's retry of a loan just made, or a wish to keep the book longer. */
  async function lendAgain(context: Context, had: Loan, steps: Steps): Promise<{ loan: Loan; renewed: boolean }> {
    const justNow = clock().getTime() - Date.parse(had.loaned) < kioskReplayMs;
    return justNow ? { loan: had, renewed: false } : { loan: await extend(core, context, steps, had), renewed: true };
  }
}

export function checkOut(core: Core, runner: Runner, operation: Operation<Input, CheckedOut>): Circulation['checkOut'] {
  return (context, { barcode, repeat, ...who }) =>
    runner.run(operation, context, {
      ...repeat,
      replayFor: kioskReplayMs,
      subject: { barcode },
      prepare: async () => {
        const [{ primaryId: patronId }, item] = await patronAndItem(core, context, { barcode, ...who });
        const loan = item.process === 'on-loan' ? await core.library.itemLoan(context, item.ref) : undefined;
        return { patronId, item, had: loan !== undefined && sameId(loan.patronId, patronId) ? loan : undefined };
      },
    });
}
