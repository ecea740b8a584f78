import type { CheckedIn, Circulation } from '../circulation.ts';
import type { Context } from '../context.ts';
import { isOpen, type Leg } from '../legs.ts';
import type { Item, ItemProcess, Loan } from '../model.ts';
import { Refusal } from '../refusals.ts';
import type { Operation, Runner } from '../runs.ts';
import type { Steps } from '../steps.ts';
import { type Core, kioskReplayMs, sameId, scanBack, unlessUnknown } from './core.ts';
import { noteOf, viewOfDeparted } from './look-up.ts';

interface Input {
  readonly barcode: string;
  /** Absent where the library system has forgotten the item and only its leg knows it. */
  readonly item?: Item;
  readonly loan?: Loan;
}

/**
 * A return at a terminal or sorter (SIP2 09). The book is in the bin, so a return that was begun is always
 * finished; one that the library system no longer knows is welcomed by its leg.
 */
export function checkInOperation(core: Core): Operation<Input, CheckedIn> {
  const { correlations, clock } = core;
  return {
    kind: 'check-in',
    afterCrash: 'complete',
    async perform(context, { barcode, item, loan }, steps) {
      const leg = await correlations.latestLegOfItem(context.institution.code, barcode);
      if (item !== undefined) return takeBack(context, item, loan, leg, steps);
      if (leg === undefined) throw new Refusal('unknown-item', { about: 'item', value: barcode });
      return welcomeDeparted(context, barcode, leg);
    },
  };

  async function takeBack(
    context: Context,
    item: Item,
    loan: Loan | undefined,
    leg: Leg | undefined,
    steps: Steps,
  ): Promise<CheckedIn> {
    const { barcode } = item;
    const scanned = await scanBack(core, context, steps, { item, loan, place: context.place });
    const wasOut = leg !== undefined && isOut(leg, loan);
    if (wasOut) await correlations.advance(context, leg, 'returned');
    const foreign = leg?.side === 'borrower' && isOpen(leg.state);
    const goesHome = foreign && (wasOut || leg.state === 'returned');
    return {
      at: clock().toISOString(),
      barcode,
      title: item.title,
      permanentLocation: item.library,
      magnetic: item.magnetic,
      materialType: item.materialType,
      next: goesHome ? 'other-library' : nextOf(scanned.item.process),
      patronId: loan?.patronId,
      leg: foreign || wasOut ? noteOf(leg) : undefined,
    };
  }

  async function welcomeDeparted(context: Context, barcode: string, leg: Leg): Promise<CheckedIn> {
    if (leg.state === 'loaned') await correlations.advance(context, leg, 'returned');
    const { title, permanentLocation, magnetic, materialType } = viewOfDeparted(barcode, leg);
    return {
      at: clock().toISOString(),
      barcode,
      title,
      permanentLocation,
      magnetic,
      materialType,
      next: 'other-library',
      leg: noteOf(leg),
    };
  }
}

/** Whether the book was out on this leg: as the leg says, or lent at the desk on the record of the leg's patron. */
function isOut({ state, patronId }: Leg, loan: Loan | undefined): boolean {
  if (state === 'loaned' || state === 'shipped') return true;
  const waiting = state === 'requested' || state === 'accepting' || state === 'on-shelf';
  return waiting && loan !== undefined && patronId !== undefined && sameId(loan.patronId, patronId);
}

function nextOf(process: ItemProcess): CheckedIn['next'] {
  if (process === 'hold-shelf') return 'hold-shelf';
  return process === 'in-transit' ? 'in-transit' : 'shelve';
}

export function checkIn(core: Core, runner: Runner, operation: Operation<Input, CheckedIn>): Circulation['checkIn'] {
  const { library, correlations } = core;
  return (context, { barcode, repeat }) =>
    runner.run(operation, context, {
      ...repeat,
      replayFor: kioskReplayMs,
      subject: { barcode },
      prepare: async () => {
        const item = await unlessUnknown('unknown-item', () => library.item(context, barcode));
        if (item !== undefined) return { barcode, item, loan: await library.itemLoan(context, item.ref) };
        const leg = await correlations.latestLegOfItem(context.institution.code, barcode);
        if (leg?.side !== 'borrower') throw new Refusal('unknown-item', { about: 'item', value: barcode });
        return { barcode };
      },
    });
}
