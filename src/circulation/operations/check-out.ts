import type { CheckedOut, Circulation } from '../circulation.ts';
import type { Context } from '../context.ts';
import type { Leg } from '../legs.ts';
import type { Item, Loan } from '../model.ts';
import { Refusal } from '../refusals.ts';
import type { Operation, Runner } from '../runs.ts';
import type { Steps } from '../steps.ts';
import { authenticatedPatron, type Core, kioskReplayMs, lend, sameId, setDueDate } from './core.ts';
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
        had === undefined
          ? { loan: await lendFirst(context, item, patronId, leg, steps), renewed: false }
          : await lendAgain(context, had, leg, steps);
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

  async function lendFirst(
    context: Context,
    item: Item,
    patronId: string,
    leg: Leg | undefined,
    steps: Steps,
  ): Promise<Loan> {
    const borrowed = leg?.side === 'borrower';
    if (borrowed && leg.patronId !== undefined && !sameId(leg.patronId, patronId))
      throw new Refusal('item-held-for-another', { about: 'item', value: item.barcode });
    const holdId = borrowed ? leg.almaRequestId : undefined;
    let loan = await lend(core, context, steps, { item, patronId, place: context.place, holdId });
    if (!borrowed) return loan;
    if (leg.due !== undefined) loan = await setDueDate(core, context, steps, loan, leg.due);
    await correlations.advance(context, leg, 'loaned', { loanId: loan.loanId, due: loan.due });
    return loan;
  }

  /** The same patron again: the kiosk's retry of a loan just made, or a wish to keep the book longer. */
  async function lendAgain(
    context: Context,
    had: Loan,
    leg: Leg | undefined,
    steps: Steps,
  ): Promise<{ loan: Loan; renewed: boolean }> {
    const justNow = clock().getTime() - Date.parse(had.loaned) < kioskReplayMs;
    if (leg?.side === 'borrower') return { loan: had, renewed: false };
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
        const [{ primaryId: patronId }, item] = await Promise.all([
          authenticatedPatron(core, context, who),
          core.library.item(context, barcode),
        ]);
        const loan = item.process === 'on-loan' ? await core.library.itemLoan(context, item.ref) : undefined;
        return { patronId, item, had: loan !== undefined && sameId(loan.patronId, patronId) ? loan : undefined };
      },
    });
}
