import type { CheckedIn } from '../../circulation/operations/check-in.ts';
import { Refusal } from '../../circulation/refusals.ts';
import { say, type Words } from '../../edge/words.ts';
import { institutionId, repeatOf, sipDate } from '../call.ts';
import { alertType, mediaTypeOf } from '../codes.ts';
import type { Terminal } from '../terminal.ts';
import type { Exchange } from './exchange.ts';

/**
 * 09 Checkin → 10. Undoing a failed check-out (BI=Y) is not offered: as a plain return it would set off the next
 * patron's hold on a book that never left.
 */
export const checkin: Exchange<'09'> = {
  code: '09',
  async perform(request, call) {
    if (request.cancel) throw new Refusal('service-unsupported', { about: 'service', value: 'BI=Y' });
    const barcode = request.itemIdentifier.trim();
    if (barcode === '') throw new Refusal('data-missing', { about: 'item' });
    const outcome = await call.circulation.checkIn(call.context, { barcode, repeat: repeatOf(request, call) });
    const alert = alertOf(outcome, call.words);
    const bin = bins[outcome.next];
    const sortBin = bin && call.terminal.sortBins[bin];
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
  },
};

/** What a person must look at: what waits for somebody, and another library's book wherever it goes next. */
function alertOf({ next, leg }: CheckedIn, words: Words): { type: string; screens: string[] } | undefined {
  const foreign = next === 'other-library' || leg?.side === 'borrower';
  if (next === 'staff' && !foreign) return { type: alertType.other, screens: [say(words, 'checkin-staff')] };
  if (next !== 'hold-shelf')
    return foreign ? { type: alertType.other, screens: [say(words, 'checkin-other-library')] } : undefined;
  const held = say(words, 'checkin-hold-shelf');
  return { type: alertType.holdHere, screens: foreign ? [say(words, 'item-other-library'), held] : [held] };
}

const bins: { readonly [N in CheckedIn['next']]: keyof Terminal['sortBins'] | undefined } = {
  shelve: 'shelve',
  'in-transit': 'inTransit',
  'hold-shelf': 'holdShelf',
  'other-library': 'otherLibrary',
  staff: undefined,
};
