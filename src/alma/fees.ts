import type { Fee } from '../circulation/model.ts';
import type { Payment } from '../circulation/ports.ts';
import type { Alma } from './client.ts';
import { endpoint } from './endpoint.ts';
import { noSuchPatron } from './errors.ts';
import { list, maybe, number, text } from './json.ts';

const getUserFees = endpoint('GET /users/{user_id}/fees', { ...noSuchPatron, '401651': 'unknown-patron' });
const noSuchFee = { ...noSuchPatron, '401665': 'payment-not-possible', '401666': 'payment-not-possible' } as const;
/** `op=pay` */
const postUserFee = endpoint('POST /users/{user_id}/fees/{fee_id}', noSuchFee);
const methods = { cash: 'CASH', 'credit-card': 'CREDIT_CARD', online: 'ONLINE' } as const;

/** The patron's open fees; a credit has a negative balance. Alma gives them all at once. */
export async function fees(alma: Alma, patronId: string): Promise<Fee[]> {
  const ids = { user_id: patronId };
  const found = await alma.call(getUserFees, ids, { query: { status: 'ACTIVE' } });
  const currency = text(found, 'currency') || alma.currency;
  return list(found, 'fee').map((fee) => {
    const barcode = maybe(fee, 'barcode', 'value');
    return {
      feeId: text(fee, 'id'),
      type: text(fee, 'type', 'value'),
      balance: { amount: number(fee, 'balance') ?? 0, currency },
      title: text(fee, 'title'),
      ...(barcode !== undefined && { barcode }),
    };
  });
}

/** Pays one fee or, where none is named, whatever is open, the oldest first. Alma takes no more than is owed. */
export async function payFees(alma: Alma, patronId: string, payment: Payment): Promise<true> {
  const { amount, method, feeId = 'all', externalId } = payment;
  const paid = { amount: amount.amount.toFixed(2), method: methods[method], external_transaction_id: externalId };
  await alma.call(postUserFee, { user_id: patronId, fee_id: feeId }, { query: { op: 'pay', ...paid } });
  return true;
}

/** Whether a payment with this external id is in any fee of the patron's, open or closed by it. */
export async function isPaid(alma: Alma, patronId: string, externalId: string): Promise<boolean> {
  for (const status of ['ACTIVE', 'CLOSED']) {
    const found = await alma.call(getUserFees, { user_id: patronId }, { query: { status } });
    const transactions = list(found, 'fee').flatMap((fee) => list(fee, 'transaction'));
    if (transactions.some((transaction) => text(transaction, 'external_transaction_id') === externalId)) return true;
  }
  return false;
}
