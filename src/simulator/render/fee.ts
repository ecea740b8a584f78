import { FEE_TYPES, PAYMENT_METHODS } from '../codes.ts';
import { instant } from '../dates.ts';
import type { Library } from '../library.ts';
import { briefBib } from '../marc.ts';
import type { Fee, Payment } from '../records.ts';
import { amount, coded, described } from './code.ts';

/** One fee. `transaction` is absent until something was paid. */
export function feeJson(library: Library, base: string, fee: Fee): object {
  const user = `${base}/users/${encodeURIComponent(fee.userId)}`;
  const item = fee.pid === null ? undefined : library.items.get(fee.pid);
  const bib = item && library.bibs.get(item.mmsId);
  return {
    id: fee.feeId,
    type: described(FEE_TYPES, fee.type),
    status: fee.balance === 0 ? coded('CLOSED', 'Closed') : coded('ACTIVE', 'Active'),
    user_primary_id: { value: fee.userId, link: user },
    balance: amount(fee.balance),
    remaining_vat_amount: 0,
    original_amount: amount(fee.original),
    original_vat_amount: 0,
    creation_time: instant(fee.created),
    status_time: instant(fee.changed),
    comment: fee.comment,
    owner: coded(fee.owner, library.units.get(fee.owner)?.name ?? null),
    title: bib ? briefBib(bib.marc).title : null,
    barcode: item
      ? { value: item.barcode, link: `${base}/items?item_barcode=${encodeURIComponent(item.barcode)}` }
      : null,
    ...(fee.payments.length > 0 && { transaction: fee.payments.map(paymentJson) }),
    link: `${user}/fees/${fee.feeId}`,
  };
}

function paymentJson(payment: Payment): object {
  return {
    type: coded('PAYMENT', 'Payment'),
    amount: amount(payment.amount),
    vat_amount: 0,
    created_by: 'Ex Libris',
    external_transaction_id: payment.externalTransactionId,
    transaction_time: instant(payment.at),
    received_by: coded('Not At Desk', null),
    payment_method: described(PAYMENT_METHODS, payment.method),
  };
}
