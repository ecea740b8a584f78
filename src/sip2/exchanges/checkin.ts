import type { CheckedIn } from '../../circulation/operations/check-in.ts';
import { Refusal } from '../../circulation/refusals.ts';
import { alertType } from '../codes.ts';
import { type Exchange, institutionId, mediaTypeOf, repeatOf, sipDate } from '../exchange.ts';
import { heldScreen, otherLibraryScreens } from '../screens.ts';
import type { Terminal } from '../terminal.ts';

/**
 * 09 Checkin → 10. Undoing a failed check-out (BI=Y) is not offered: as a plain return it would set off the next
 * patron's hold on a book that never left.
 */
export const checkin: Exchange<'09'> = async (request, call) => {
  if (request.cancel) throw new Refusal('service-unsupported', { about: 'service', value: 'BI=Y' });
  const barcode = request.itemIdentifier.trim();
  if (barcode === '') throw new Refusal('data-missing', { about: 'item' });
  const outcome = await call.circulation.checkIn(call.context, { barcode, repeat: repeatOf(request, call) });
  const alert = alertOf(outcome);
  const sortBin = call.terminal.sortBins[bins[outcome.next]];
  return {
    code: '10',
    ok: true,
    resensitize: true,
    magneticMedia: outcome.item.magnetic ? 'Y' : 'N',
    alert: alert !== undefined,
    transactionDate: sipDate(outcome.at, call),
    institutionId: institutionId(request, call),
    itemIdentifier: outcome.item.barcode,
    permanentLocation: outcome.item.library.name,
    titleIdentifier: outcome.item.title,
    mediaType: mediaTypeOf(outcome.item.materialType),
    ...(sortBin !== undefined && { sortBin }),
    ...(alert && { alertType: alert.type, screenMessage: alert.screens }),
  };
};

/** What a person must look at: what waits for somebody, and another library's book wherever it goes next. */
function alertOf({ next, leg }: CheckedIn): { type: string; screens: string[] } | undefined {
  const foreign = next === 'other-library' || leg?.side === 'borrower';
  if (next === 'hold-shelf')
    return { type: alertType.holdHere, screens: [...(foreign ? [otherLibraryScreens.information] : []), heldScreen] };
  return foreign ? { type: alertType.other, screens: [otherLibraryScreens.checkedIn] } : undefined;
}

const bins: { readonly [N in CheckedIn['next']]: keyof Terminal['sortBins'] } = {
  shelve: 'shelve',
  'in-transit': 'inTransit',
  'hold-shelf': 'holdShelf',
  'other-library': 'otherLibrary',
};
