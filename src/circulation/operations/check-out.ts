import { isBack, type Leg, type LegNote, mayGo, noteOfOpen } from '../legs.ts';
import { extendLoan, lend, loanOf, setDueDate } from '../loans.ts';
import { type Instant, type Item, type Loan, sameId } from '../model.ts';
import { type Operation, type Repeat, retried, retriedWithinMs, type WriteWork } from '../operation.ts';
import type { PinQuestion } from '../proof.ts';
import { Refusal } from '../refusals.ts';

export interface CheckOutQuestion extends PinQuestion {
  readonly barcode: string;
  /** Absent where the message carries nothing that tells two equal ones apart (no transaction date). */
  readonly repeat?: Repeat;
}

interface Found {
  readonly patronId: string;
  readonly item: Item;
  /** The loan that the same patron has already. */
  readonly priorLoan?: Loan;
}

export interface CheckedOut {
  readonly at: Instant;
  readonly patronId: string;
  readonly item: Item;
  readonly loan: Loan;
  /** The patron had it already and the loan was renewed. */
  readonly renewed: boolean;
  readonly leg?: LegNote;
}

/**
 * A loan at a terminal (SIP2 11). An item that the patron has already is renewed, as Alma's own self-check does;
 * one that belongs to another library keeps that library's due date.
 */
export const checkOut: Operation<CheckOutQuestion, Found, CheckedOut> = {
  kind: 'check-out',
  // A patron whose kiosk gave up has left without the book: a loan that did not happen must not happen later.
  afterCrash: 'settle',
  authenticates: true,
  foundLate: {
    happened: 'Alma made a loan after the kiosk had been told that there is none.',
    toDo: 'Look whether the item is here. If it is, scan it in at the desk; if the patron has it, nothing is to be done.',
  },
  recognise: ({ question: { barcode, patronId, repeat } }) => ({
    about: { items: [barcode], patrons: [patronId] },
    repeat: retried(repeat),
  }),

  async stillHolds({ library, context }, { item, loan }) {
    return (await library.itemLoan(context, item.ref))?.loanId === loan.loanId;
  },

  async find({ library, context, question: { barcode }, provenPatron }) {
    const [{ primaryId: patronId }, item] = await Promise.all([provenPatron(), library.item(context, barcode)]);
    const loan = item.process === 'on-loan' ? await library.itemLoan(context, item.ref) : undefined;
    return { patronId, item, priorLoan: loanOf(loan, patronId) };
  },

  async perform(work, found) {
    const { correlations, clock, context } = work;
    const { patronId, item, priorLoan } = found;
    const leg = await correlations.openLegOfBarcode(context.institution.code, item.barcode);
    const { loan, renewed } =
      leg?.side === 'borrower'
        ? { loan: await lendBorrowed(work, found, leg), renewed: false }
        : priorLoan === undefined
          ? { loan: await lend(work, { item, patronId, place: context.place }), renewed: false }
          : await lendAgain(work, priorLoan);
    return { at: clock().toISOString(), patronId, item, loan, renewed, leg: noteOfOpen(leg) };
  },
};

/** Another library's book is lent to its patron only, once, and until the date that its owner set. */
async function lendBorrowed(work: WriteWork, { patronId, item, priorLoan }: Found, leg: Leg): Promise<Loan> {
  const { correlations, context } = work;
  if (leg.patronId !== undefined && !sameId(leg.patronId, patronId))
    throw new Refusal('item-held-for-another', { about: 'item', value: item.barcode });
  if (priorLoan !== undefined && !mayGo('borrower', leg.state, 'loaned')) return priorLoan;
  // It is on its way home, even if it still stands here.
  if (isBack(leg.state)) throw new Refusal('item-unavailable', { about: 'item', value: item.barcode });
  let loan = priorLoan ?? (await lend(work, { item, patronId, place: context.place, holdId: leg.almaRequestId }));
  if (leg.due !== undefined) loan = await setDueDate(work, loan, leg.due);
  await correlations.advance(context, leg, 'loaned', { loanId: loan.loanId, due: loan.due });
  return loan;
}

/** The same patron again: the kiosk's retry of a loan just made, or a wish to keep the book longer. */
async function lendAgain(work: WriteWork, priorLoan: Loan): Promise<{ loan: Loan; renewed: boolean }> {
  const justNow = work.clock().getTime() - Date.parse(priorLoan.loaned) < retriedWithinMs;
  return justNow ? { loan: priorLoan, renewed: false } : { loan: await extendLoan(work, priorLoan), renewed: true };
}
