import { isBack, isBorrowing, type Leg, type LegNote, noteOf, rememberedItem, wasOut } from '../legs.ts';
import { endLoan } from '../loans.ts';
import type { Instant, Item, ItemProcess, Loan } from '../model.ts';
import { type Operation, type Repeat, retried, type WriteWork } from '../operation.ts';
import { Refusal, unlessUnknown } from '../refusals.ts';

export interface CheckInQuestion {
  readonly barcode: string;
  readonly repeat?: Repeat;
}

interface Found {
  readonly barcode: string;
  /** Absent where the library system has forgotten the item and only its leg knows it. */
  readonly item?: Item;
  readonly loan?: Loan;
}

export interface CheckedIn {
  readonly at: Instant;
  /** As it was before the scan. */
  readonly item: Item;
  /** The loan that was ended, where there was one. */
  readonly loan?: Loan;
  /** What staff or the sorter must do with it next. */
  readonly next: 'shelve' | 'hold-shelf' | 'in-transit' | 'other-library' | 'staff';
  readonly leg?: LegNote;
}

/**
 * A return at a terminal or sorter (SIP2 09). The book is in the bin, so a return that was begun is always
 * finished; one that the library system no longer knows is welcomed by its leg.
 */
export const checkIn: Operation<CheckInQuestion, Found, CheckedIn> = {
  kind: 'check-in',
  afterCrash: 'complete',
  recognise: ({ question: { barcode, repeat } }) => ({ about: { items: [barcode] }, repeat: retried(repeat) }),

  async stillHolds({ library, context }, { item }) {
    return item.ref.itemId === '' || (await library.itemLoan(context, item.ref)) === undefined;
  },

  async find({ library, correlations, context, question: { barcode } }) {
    const item = await unlessUnknown('unknown-item', () => library.item(context, barcode));
    if (item !== undefined) return { barcode, item, loan: await library.itemLoan(context, item.ref) };
    const leg = await correlations.latestLegOfBarcode(context.institution.code, barcode);
    if (leg?.side !== 'borrower') throw new Refusal('unknown-item', { about: 'item', value: barcode });
    return { barcode };
  },

  async perform(work, { barcode, item, loan }) {
    const { correlations, context } = work;
    const leg = await correlations.latestLegOfBarcode(context.institution.code, barcode);
    if (item !== undefined) return returned(work, item, loan, leg);
    if (leg === undefined) throw new Refusal('unknown-item', { about: 'item', value: barcode });
    return welcomed(work, barcode, leg);
  },
};

async function returned(work: WriteWork, item: Item, loan: Loan | undefined, leg: Leg | undefined): Promise<CheckedIn> {
  const { correlations, clock, context } = work;
  const scanned = await endLoan(work, { item, loan, place: context.place });
  const cameBack = leg !== undefined && wasOut(leg, loan);
  if (cameBack) await correlations.advance(context, leg, 'returned');
  const goesHome = isBorrowing(leg) && (cameBack || isBack(leg.state));
  return {
    at: clock().toISOString(),
    item,
    loan,
    next: goesHome ? 'other-library' : nextOf(scanned.item.process),
    leg: leg !== undefined && (cameBack || isBorrowing(leg)) ? noteOf(leg) : undefined,
  };
}

async function welcomed({ correlations, clock, context }: WriteWork, barcode: string, leg: Leg): Promise<CheckedIn> {
  if (leg.state === 'loaned') await correlations.advance(context, leg, 'returned');
  const item = rememberedItem(barcode, leg);
  return { at: clock().toISOString(), item, next: 'other-library', leg: noteOf(leg) };
}

function nextOf(process: ItemProcess): CheckedIn['next'] {
  if (process === 'hold-shelf' || process === 'in-transit') return process;
  // A work order or a quarantine outlasts the scan: no shelf is right for it.
  return process === 'in-process' ? 'staff' : 'shelve';
}
