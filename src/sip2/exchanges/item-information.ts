import type { ItemProcess } from '../../circulation/model.ts';
import { Refusal } from '../../circulation/refusals.ts';
import { circulationStatus, feeType, securityMarker } from '../codes.ts';
import { dueDate, type Exchange, mediaTypeOf, sipDate } from '../exchange.ts';
import { otherLibraryScreens } from '../screens.ts';

/** 17 Item Information → 18, also for an item that only its interlibrary leg remembers. */
export const itemInformation: Exchange<'17'> = async (request, call) => {
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
    ...(leg?.side === 'borrower' && { screenMessage: [otherLibraryScreens.information] }),
  };
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
