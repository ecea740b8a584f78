import type { CheckedIn } from '../../circulation/circulation.ts';
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
  const { bin, alert } = handling[outcome.next];
  const sortBin = call.terminal.sortBins[bin];
  return {
    code: '10',
    ok: true,
    resensitize: true,
    magneticMedia: outcome.magnetic ? 'Y' : 'N',
    alert: alert !== undefined,
    transactionDate: sipDate(outcome.at, call),
    institutionId: institutionId(request, call),
    itemIdentifier: outcome.barcode,
    permanentLocation: outcome.permanentLocation.name,
    titleIdentifier: outcome.title,
    mediaType: mediaTypeOf(outcome.materialType),
    ...(sortBin !== undefined && { sortBin }),
    ...(alert && { alertType: alert.type, screenMessage: [alert.screen] }),
  };
};

interface Handling {
  readonly bin: keyof Terminal['sortBins'];
  /** For an item that a person must look at. */
  readonly alert?: { readonly type: string; readonly screen: string };
}

const handling: { readonly [N in CheckedIn['next']]: Handling } = {
  shelve: { bin: 'shelve' },
  'in-transit': { bin: 'inTransit' },
  'hold-shelf': { bin: 'holdShelf', alert: { type: alertType.holdHere, screen: heldScreen } },
  'other-library': { bin: 'otherLibrary', alert: { type: alertType.other, screen: otherLibraryScreens.checkedIn } },
};
