import type { Partner } from '../context.ts';
import { isBorrowing, isOpen, isWaiting, type Leg, type Side } from '../legs.ts';
import { endLoan } from '../loans.ts';
import type { Instant, Item, Loan } from '../model.ts';
import type { Operation, Work, WriteWork } from '../operation.ts';
import { isPartnerPatron } from '../partner-patron.ts';
import { partnersItem } from '../ports.ts';
import { Refusal, unlessUnknown } from '../refusals.ts';

/**
 * Brokers repeat a return within hours. Later the same words may well mean the next return of the same item, lent
 * by hand meanwhile, and a return must never be lost to an old answer.
 */
const returnRepeatsWithinMs = 24 * 60 * 60 * 1000;

export interface PartnerCheckInQuestion {
  readonly partner: Partner;
  /** What the broker calls the item: our barcode, or its own number of a book that it lent us. */
  readonly itemId: string;
  readonly digest: string;
}

interface Found {
  readonly barcode: string;
  readonly leg?: Leg;
  readonly item?: Item;
  readonly loan?: Loan;
}

export interface PartnerCheckedIn {
  readonly at: Instant;
  readonly barcode: string;
  /** Absent where the library system had forgotten the item. */
  readonly item?: Item;
  /** Absent where no leg knew the item. */
  readonly side?: Side;
  /** The item had come back before this message. */
  readonly alreadyReturned: boolean;
}

/**
 * The broker says that the loan is over (NCIP CheckInItem). The message does not say for which side: the item's leg
 * does. A kiosk that took the book back before is no reason to fail (the commonest complaint of the field).
 */
export const checkInForPartner: Operation<PartnerCheckInQuestion, Found, PartnerCheckedIn> = {
  kind: 'check-in-for-partner',
  afterCrash: 'complete',

  async recognise(work) {
    const { partner, itemId, digest } = work.question;
    const known = await legMeant(work);
    return {
      about: {
        items: [known?.barcode ?? itemId],
        // An AcceptItem that is still on its way has no leg yet, and another barcode where the profile has a prefix.
        partnersItems: [partnersItem(partner, itemId)],
        requests: known?.requestId ? [known.requestId] : [],
      },
      // Without a leg nothing tells this return from the next one of the same item, so it is never repeated.
      repeat: known && {
        key: `ncip/${work.context.institution.code}/${partner.code}/CheckInItem/${known.id}`,
        digest,
        withinMs: returnRepeatsWithinMs,
      },
    };
  },

  async find(work) {
    const { library, correlations, context } = work;
    const { partner, itemId } = work.question;
    const unknown = new Refusal('unknown-item', { about: 'item', value: itemId });
    const leg = await legMeant(work);
    const barcode = leg?.barcode ?? itemId;
    // One partner cannot end another's loan.
    const open = await correlations.openLegOfBarcode(context.institution.code, barcode);
    if (open !== undefined && open.partner !== partner.code) throw unknown;
    const item = await unlessUnknown('unknown-item', () => library.item(context, barcode));
    if (item === undefined && leg === undefined) throw unknown;
    const loan = item && (await library.itemLoan(context, item.ref));
    const theirs = isBorrowing(leg) || loan === undefined || isPartnerPatron(partner, loan.patronId);
    // "Already returned" needs a leg that knows of it; without one the item was not lent, or the barcode is wrong.
    const neverLent = loan === undefined && (leg === undefined || (leg.side === 'lender' && isWaiting(leg.state)));
    if (!theirs || neverLent) throw new Refusal('item-not-on-loan', { about: 'item', value: itemId });
    return { barcode, leg, item, loan };
  },

  async perform(work, { barcode, leg, item, loan }) {
    const { correlations, clock, context } = work;
    const { place } = work.question.partner;
    if (item !== undefined && loan !== undefined) await endLoan(work, { item, loan, place });
    if (isBorrowing(leg)) await removeTemporary(work, leg, item);
    if (leg !== undefined && isOpen(leg.state)) await correlations.advance(context, leg, 'closed');
    // At a kiosk, as the leg says, or at the desk, where only the loan's absence tells it.
    const alreadyReturned = loan === undefined && leg !== undefined && !isWaiting(leg.state);
    return { at: clock().toISOString(), barcode, item, side: leg?.side, alreadyReturned };
  },
};

/**
 * The leg that the partner means: an open one before one that has ended, and of several one whose book is out. A number of the broker's may be the barcode of a book of ours as well.
 */
async function legMeant({ correlations, context, question }: Work<PartnerCheckInQuestion>): Promise<Leg | undefined> {
  const { partner, itemId } = question;
  const legs = await correlations.legsOfPartnersItem(context.institution.code, partner.code, itemId);
  const open = legs.filter(({ state }) => isOpen(state));
  if (open.length === 0) {
    // What was this partner's once may be on its way for another one by now.
    const others = await correlations.openLegOfBarcode(context.institution.code, legs[0]?.barcode ?? itemId);
    if (others !== undefined) return undefined;
  }
  const candidates = open.length > 0 ? open : legs;
  return candidates.find(({ state }) => !isWaiting(state)) ?? candidates[0];
}

/** The hold, the temporary item, its holding and its bib; whatever is gone already is no trouble. */
async function removeTemporary(
  { library, context, steps }: WriteWork,
  leg: Leg,
  item: Item | undefined,
): Promise<void> {
  const { almaRequestId, patronId } = leg;
  if (isWaiting(leg.state) && almaRequestId !== undefined && patronId !== undefined)
    await steps.remove('cancel hold', () => library.cancelHold(context, patronId, almaRequestId));
  const { mmsId, holdingId, itemId } = item?.ref ?? leg.ref ?? {};
  if (mmsId === undefined) return;
  if (holdingId !== undefined && itemId !== undefined)
    await steps.remove('delete item', () => library.deleteItem(context, { mmsId, holdingId, itemId }));
  if (holdingId !== undefined)
    await steps.remove('delete holding', () => library.deleteHolding(context, mmsId, holdingId));
  await steps.remove('delete bib', () => library.deleteBib(context, mmsId));
}
