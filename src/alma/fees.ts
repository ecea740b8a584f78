import type { Fee } from '../circulation/model.ts';
import type { Alma } from './client.ts';
import { endpoint } from './endpoint.ts';
import { noSuchPatron } from './errors.ts';
import { list, maybe, number, text } from './json.ts';

const getUserFees = endpoint('GET /users/{user_id}/fees', { ...noSuchPatron, '401651': 'unknown-patron' });

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
