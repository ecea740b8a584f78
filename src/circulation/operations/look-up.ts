import type { Circulation, ItemView, LegNote, PatronAccount } from '../circulation.ts';
import type { Leg } from '../legs.ts';
import { isOpen } from '../legs.ts';
import { Refusal } from '../refusals.ts';
import { standingOf } from '../standing.ts';
import { type Core, checkPin, unlessUnknown } from './core.ts';

/** A patron with standing, loans and, where asked for, holds and fees (NCIP LookupUser, SIP2 23 and 63). */
export function lookUpPatron(core: Core): Circulation['lookUpPatron'] {
  const { library, clock } = core;
  return async (context, { patronId, pin, lists = {} }): Promise<PatronAccount> => {
    const patron = await library.patron(context, patronId);
    const [checked, loans, holds, fees] = await Promise.all([
      checkPin(core, context, patron, pin),
      patron.loanCount > 0 ? library.loans(context, patron.primaryId) : [],
      lists.holds && patron.holdCount > 0 ? library.holds(context, patron.primaryId) : [],
      lists.fees && patron.owes.amount !== 0 ? library.fees(context, patron.primaryId) : [],
    ]);
    return {
      patron,
      standing: standingOf(patron, loans, context.institution, clock()),
      loans,
      holds,
      fees,
      pin: checked,
    };
  };
}

/** An item and what is known of it; after its temporary record is gone only the correlation table answers (SIP2 17). */
export function lookUpItem({ library, correlations }: Core): Circulation['lookUpItem'] {
  return async (context, { barcode }): Promise<ItemView> => {
    const [item, leg] = await Promise.all([
      unlessUnknown('unknown-item', () => library.item(context, barcode)),
      correlations.latestLegOfItem(context.institution.code, barcode),
    ]);
    if (item === undefined) {
      if (leg === undefined) throw new Refusal('unknown-item', { about: 'item', value: barcode });
      return viewOfDeparted(barcode, leg);
    }
    const [loan, holds] = await Promise.all([
      item.process === 'on-loan' ? library.itemLoan(context, item.ref) : undefined,
      item.requested ? library.itemHolds(context, item.ref) : [],
    ]);
    return {
      barcode: item.barcode,
      title: item.title,
      process: item.process,
      permanentLocation: item.library,
      materialType: item.materialType,
      magnetic: item.magnetic,
      due: loan?.due,
      holdQueueLength: holds.length,
      leg: noteOfOpen(leg),
    };
  };
}

/** An item that left: its library's record is gone and the leg remembers it. */
export function viewOfDeparted(barcode: string, leg: Leg): ItemView {
  return {
    barcode,
    title: leg.title ?? '',
    process: 'other',
    permanentLocation: { code: leg.partner, name: leg.partner },
    materialType: '',
    magnetic: false,
    holdQueueLength: 0,
    leg: noteOf(leg),
  };
}

export const noteOf = ({ side, partner }: Leg): LegNote => ({ side, partner });

export const noteOfOpen = (leg: Leg | undefined): LegNote | undefined =>
  leg !== undefined && isOpen(leg.state) ? noteOf(leg) : undefined;
