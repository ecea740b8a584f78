import type { Circulation, PartnerCheckedIn } from '../circulation.ts';
import type { Context, Partner } from '../context.ts';
import { isOpen, type Leg } from '../legs.ts';
import type { Item, Loan } from '../model.ts';
import { Refusal } from '../refusals.ts';
import type { Operation, Runner } from '../runs.ts';
import type { Steps } from '../steps.ts';
import { type Core, isPartnerPatron, scanBack, unlessUnknown } from './core.ts';

/**
 * Brokers repeat a return within hours. Later the same words may well mean the next return of the same item, lent
 * by hand meanwhile, and a return must never be lost to an old answer.
 */
const returnReplayMs = 24 * 60 * 60 * 1000;

interface Input {
  readonly partner: Partner;
  readonly barcode: string;
  readonly leg?: Leg;
  readonly item?: Item;
  readonly loan?: Loan;
}

/**
 * The broker says that the loan is over (NCIP CheckInItem). The message does not say for which side: the item's leg
 * does. A kiosk that took the book back before is no reason to fail (the commonest complaint of the field).
 */
export function checkInForPartnerOperation(core: Core): Operation<Input, PartnerCheckedIn> {
  const { library, correlations, clock } = core;
  return {
    kind: 'check-in-for-partner',
    afterCrash: 'complete',
    async perform(context, { partner, barcode, leg, item, loan }, steps) {
      if (item !== undefined && loan !== undefined)
        await scanBack(core, context, steps, { item, loan, place: partner.place });
      if (leg?.side === 'borrower' && isOpen(leg.state)) await removeTemporary(context, leg, item, steps);
      if (leg !== undefined && isOpen(leg.state)) await correlations.advance(context, leg, 'closed');
      // At a kiosk, as the leg says, or at the desk, where only the loan's absence tells it.
      const alreadyReturned = loan === undefined && leg !== undefined && !isWaiting(leg);
      return { at: clock().toISOString(), barcode, side: leg?.side, alreadyReturned };
    },
  };

  /** The hold, the temporary item, its holding and its bib; whatever is gone already is no trouble. */
  async function removeTemporary(context: Context, leg: Leg, item: Item | undefined, steps: Steps): Promise<void> {
    const { almaRequestId, patronId } = leg;
    if (isWaiting(leg) && almaRequestId !== undefined && patronId !== undefined)
      await steps.remove('cancel hold', () => library.cancelHold(context, patronId, almaRequestId));
    const { mmsId, holdingId, itemId } = item?.ref ?? leg.ref ?? {};
    if (mmsId === undefined) return;
    if (holdingId !== undefined && itemId !== undefined)
      await steps.remove('delete item', () => library.deleteItem(context, { mmsId, holdingId, itemId }));
    if (holdingId !== undefined)
      await steps.remove('delete holding', () => library.deleteHolding(context, mmsId, holdingId));
    await steps.remove('delete bib', () => library.deleteBib(context, mmsId));
  }
}

/** Whether the item has not been out on this leg yet. */
const isWaiting = ({ state }: Leg): boolean => state === 'requested' || state === 'accepting' || state === 'on-shelf';

export function checkInForPartner(
  core: Core,
  runner: Runner,
  operation: Operation<Input, PartnerCheckedIn>,
): Circulation['checkInForPartner'] {
  const { library, correlations } = core;
  return async (context, { partner, itemId, digest }) => {
    const institution = context.institution.code;
    const known = await legFor(context, partner, itemId);
    const barcode = known?.barcode ?? itemId;
    const outcome = await runner.run(operation, context, {
      // Without a leg nothing tells this return from the next one of the same item, so it is never replayed.
      key: known && `ncip/${institution}/${partner.code}/CheckInItem/${known.id}`,
      digest,
      replayFor: returnReplayMs,
      subject: { barcode, requestId: known?.requestId },
      prepare: () => findOut(context, partner, itemId),
    });
    if (outcome.alreadyReturned && partner.alreadyReturned === 'problem')
      throw new Refusal('item-already-returned', { about: 'item', value: itemId });
    return outcome;
  };

  /** The item's leg as far as this partner is concerned: an open one, or one of its own that has ended. */
  async function legFor(context: Context, partner: Partner, itemId: string): Promise<Leg | undefined> {
    const leg = await correlations.latestLegOfItem(context.institution.code, itemId);
    return leg !== undefined && (isOpen(leg.state) || leg.partner === partner.code) ? leg : undefined;
  }

  async function findOut(context: Context, partner: Partner, itemId: string): Promise<Input> {
    const unknown = new Refusal('unknown-item', { about: 'item', value: itemId });
    const leg = await legFor(context, partner, itemId);
    // One partner cannot end another's loan.
    if (leg !== undefined && leg.partner !== partner.code) throw unknown;
    const barcode = leg?.barcode ?? itemId;
    const item = await unlessUnknown('unknown-item', () => library.item(context, barcode));
    if (item === undefined && leg === undefined) throw unknown;
    const loan = item && (await library.itemLoan(context, item.ref));
    const borrowed = leg?.side === 'borrower' && isOpen(leg.state);
    const theirs = borrowed || loan === undefined || isPartnerPatron(partner, loan.patronId);
    // "Already returned" needs a leg that knows of it; without one the item was not lent, or the barcode is wrong.
    const neverLent = loan === undefined && (leg === undefined || (leg.side === 'lender' && leg.state === 'requested'));
    if (!theirs || neverLent) throw new Refusal('item-not-on-loan', { about: 'item', value: itemId });
    return { partner, barcode, leg, item, loan };
  }
}
