import type { Leg } from './legs.ts';
import type { Item } from './model.ts';
import type { Work } from './operation.ts';
import { Refusal } from './refusals.ts';

/** One item travels for one request at a time: what an earlier leg still claims, and how it gives way. */

/**
 * The open leg of an item that a partner wants: one item has at most one.
 * @throws {Refusal} `item-not-loanable` where the item is itself borrowed from another library.
 */
export async function claimOn(
  { correlations, context }: Work,
  { barcode }: Pick<Item, 'barcode'>,
): Promise<Leg | undefined> {
  const leg = await correlations.openLegOfBarcode(context.institution.code, barcode);
  if (leg?.side !== 'borrower') return leg;
  const detail = 'it is borrowed from another library';
  throw new Refusal('item-not-loanable', { about: 'item', value: barcode, detail });
}

/**
 * Makes sure that the leg no longer keeps the item from others. A broker that gives up a request tells nobody and
 * one that forgets a return neither, so the library system is asked whether the hold or the loan still stands.
 * @throws {Refusal} where it does.
 */
export async function claimMustBeOver({ library, context }: Work, leg: Leg, item: Item): Promise<void> {
  const { state, patronId = '', almaRequestId, loanId } = leg;
  const value = item.barcode;
  if (state === 'shipped' && (await library.itemLoan(context, item.ref))?.loanId === loanId)
    throw new Refusal('item-on-loan-to-another', { about: 'item', value });
  if (state !== 'requested') return;
  const stands = (await library.holds(context, patronId)).some((hold) => hold.requestId === almaRequestId);
  if (stands) throw new Refusal('item-held-for-another', { about: 'item', value });
}

/** Ends a leg that is over, to make room for the item's next one. */
export async function endClaim({ correlations, context }: Work, leg: Leg): Promise<void> {
  await correlations.advance(context, leg, leg.state === 'requested' ? 'cancelled' : 'closed');
}
