import type { ItemProcess } from '../../circulation/model.ts';
import { Refusal } from '../../circulation/refusals.ts';
import { say } from '../../edge/words.ts';
import { dueDate, sipDate } from '../call.ts';
import { circulationStatus, feeType, mediaTypeOf, securityMarker } from '../codes.ts';
import type { Exchange } from './exchange.ts';

/** 17 Item Information → 18, also for an item that only its interlibrary leg remembers. */
export const itemInformation: Exchange<'17'> = {
  code: '17',
  async perform(request, call) {
    const barcode = request.itemIdentifier.trim();
    if (barcode === '') throw new Refusal('data-missing', { about: 'item' });
    const { item, loan, holdQueueLength, leg } = await call.circulation.lookUpItem(call.context, { barcode });
    return {
      code: '18',
      circulationStatus: statusOf[item.process],
      securityMarker: securityMarker.other,
      feeType: feeType.other,
      transactionDate: sipDate(call.now, call),
      holdQueueLength,
      ...(loan !== undefined && { dueDate: dueDate(loan.due, call) }),
      itemIdentifier: item.barcode,
      titleIdentifier: item.title,
      mediaType: mediaTypeOf(item.materialType),
      permanentLocation: item.library.name,
      ...(leg?.side === 'borrower' && { screenMessage: [say(call.words, 'item-other-library')] }),
    };
  },
};

const statusOf: { readonly [P in ItemProcess]: string } = {
  'in-place': circulationStatus.available,
  'on-loan': circulationStatus.charged,
  'hold-shelf': circulationStatus.waitingOnHoldShelf,
  'in-transit': circulationStatus.inTransit,
  requested: circulationStatus.other,
  'in-process': circulationStatus.inProcess,
  'on-order': circulationStatus.onOrder,
  'claimed-returned': circulationStatus.claimedReturned,
  lost: circulationStatus.lost,
  missing: circulationStatus.missing,
  other: circulationStatus.other,
};
