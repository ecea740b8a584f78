import type { Partner } from '../context.ts';
import { isBorrowing, isOpen, type Leg } from '../legs.ts';
import { changeDueDate, extendLoan, loanOf } from '../loans.ts';
import type { Instant, Item, Loan } from '../model.ts';
import { type FindWork, type Operation, type Repeat, retried, type Work } from '../operation.ts';
import type { PinQuestion } from '../proof.ts';
import { Refusal } from '../refusals.ts';
import type { CheckedOut } from './check-out.ts';

export interface RenewQuestion extends PinQuestion {
  /** The barcode, or what the partner that asks calls the item. */
  readonly barcode: string;
  readonly repeat?: Repeat;
  /** The partner that asks; absent at a terminal. */
  readonly partner?: Partner;
  /** Until when the partner wants it to be lent; a patron's own loan is renewed by Alma's rules all the same. */
  readonly due?: Instant;
}

interface Found {
  readonly item: Item;
  readonly loan: Loan;
  /** The leg of the partner that asks: it may extend what it lent, or borrowed, itself. */
  readonly leg?: Leg;
}

/**
 * A longer loan (SIP2 29, NCIP RenewItem). Another library's item is never renewed for whoever has it, because its owner
 * sets the date: only the partner that brought it can.
 */
export const renew: Operation<RenewQuestion, Found, CheckedOut> = {
  kind: 'renew',
  afterCrash: 'settle',
  authenticates: true,
  foundLate: {
    happened: 'Alma renewed a loan after whoever asked had been told that it could not.',
    toDo: 'Nothing, unless the item is wanted back: then set its old due date in Alma.',
  },

  async recognise(work) {
    const { barcode, patronId, repeat } = work.question;
    const leg = await legOfItem(work);
    return { about: { items: [leg?.barcode ?? barcode], patrons: [patronId] }, repeat: retried(repeat) };
  },

  async stillHolds({ library, context }, { item, loan }) {
    const now = await library.itemLoan(context, item.ref);
    return now?.loanId === loan.loanId && Date.parse(now.due) === Date.parse(loan.due);
  },

  async find(work) {
    const { library, context, question } = work;
    const leg = await legOfItem(work);
    const barcode = leg?.barcode ?? question.barcode;
    const isTheirs = leg !== undefined && leg.partner === question.partner?.code;
    if (isBorrowing(leg)) ownerMustSay(isTheirs, question);
    const [patronId, item] = await Promise.all([
      patronOf(work, isTheirs ? leg : undefined),
      library.item(context, barcode),
    ]);
    const loan = loanOf(await library.itemLoan(context, item.ref), patronId);
    if (loan === undefined) throw new Refusal('item-not-on-loan', { about: 'item', value: question.barcode });
    return { item, loan, ...(isTheirs && { leg }) };
  },

  async perform(work, { item, loan, leg }) {
    const { correlations, clock, context, question } = work;
    const longer =
      leg === undefined || question.due === undefined
        ? await extendLoan(work, loan)
        : await changeDueDate(work, loan, question.due);
    if (leg !== undefined) await correlations.advance(context, leg, leg.state, { due: longer.due });
    return { at: clock().toISOString(), patronId: loan.patronId, item, loan: longer, renewed: true };
  },
};

/** The open leg that the item is on: by the partner's own number of it, or by the barcode. */
async function legOfItem({ correlations, context, question }: Work<RenewQuestion>): Promise<Leg | undefined> {
  const { partner, barcode } = question;
  const institution = context.institution.code;
  const [theirs] = partner ? await correlations.legsOfPartnersItem(institution, partner.code, barcode) : [];
  if (theirs !== undefined && isOpen(theirs.state)) return theirs;
  return correlations.openLegOfBarcode(institution, barcode);
}

/** @throws {Refusal} where the date of another library's book is not its owner's to be told. */
function ownerMustSay(isTheirs: boolean, { barcode, due }: Pick<RenewQuestion, 'barcode' | 'due'>): void {
  if (!isTheirs) throw new Refusal('interlibrary-not-renewable', { about: 'item', value: barcode });
  const detail = 'the item is lent by another library, and the date until which it lends it was not sent';
  if (due === undefined) throw new Refusal('data-missing', { about: 'due-date', detail });
}

/** Whose loan it is: the leg's, of which its partner may speak, unless a PIN was sent to be looked at. */
async function patronOf(work: FindWork<RenewQuestion>, leg: Leg | undefined): Promise<string> {
  if (leg?.patronId !== undefined && !work.pinSent) return leg.patronId;
  return (await work.provenPatron()).primaryId;
}
