import { type Answer, type Call, entity, jsonBody, page, type Route, text } from './call.ts';
import { FEE_TYPES, isCode, PAYMENT_METHODS } from './codes.ts';
import { AlmaError } from './errors.ts';
import type { Library } from './library.ts';
import type { Fee, User } from './records.ts';
import { amount } from './render/code.ts';
import { feeJson } from './render/fee.ts';

const FEES = '/users/:user_id/fees';

export const feeRoutes: Route[] = [
  { method: 'GET', path: FEES, handle: list },
  { method: 'POST', path: FEES, handle: charge },
  { method: 'POST', path: `${FEES}/all`, op: 'pay', handle: payAll },
  { method: 'GET', path: `${FEES}/:fee_id`, handle: (library, call) => one(library, call, feeAt(library, call)) },
  { method: 'POST', path: `${FEES}/:fee_id`, op: 'pay', handle: payOne },
];

function list(library: Library, call: Call): Answer {
  const user = library.user(call.params.user_id!);
  const status = call.query.get('status') ?? 'ACTIVE';
  const rows = library.fees
    .all()
    .filter((fee) => fee.userId === user.primaryId && (fee.balance === 0 ? 'CLOSED' : 'ACTIVE') === status);
  return feeList(library, call, rows);
}

function feeList(library: Library, call: Call, rows: Fee[]): Answer {
  const sum = rows.reduce((total, fee) => total + fee.balance, 0);
  return entity('fees', {
    ...page(call, 'fee', rows, (fee) => feeJson(library, call.base, fee)),
    total_sum: amount(sum),
    currency: library.currency,
  });
}

function charge(library: Library, call: Call): Answer {
  const user = library.user(call.params.user_id!);
  const body = jsonBody(call);
  const type = text(body.type) || AlmaError.raise('FEE_TYPE_MISSING');
  if (!isCode(FEE_TYPES, type)) throw new AlmaError('FEE_TYPE_INVALID');
  const cents = Math.round(Number(text(body.original_amount)) * 100);
  if (!(cents > 0)) throw new AlmaError('FEE_AMOUNT_MISSING');
  const owner = text(body.owner) || AlmaError.raise('FEE_OWNER_MISSING');
  if (!library.units.has(owner)) throw new AlmaError('FEE_OWNER_INVALID');
  const barcode = text(body.barcode);
  const item = barcode ? (library.itemByBarcode(barcode) ?? AlmaError.raise('FEE_BARCODE_INVALID')) : undefined;
  const fee: Fee = {
    feeId: library.newId('fee'),
    userId: user.primaryId,
    type,
    owner,
    original: cents,
    balance: cents,
    created: library.now(),
    changed: library.now(),
    comment: text(body.comment) ?? null,
    pid: item?.pid ?? null,
    payments: [],
  };
  library.fees.set(fee.feeId, fee);
  return one(library, call, fee);
}

function payOne(library: Library, call: Call): Answer {
  const fee = feeAt(library, call);
  pay(library, call, [fee]);
  return one(library, call, fee);
}

/** The answer lists what is still owed. */
function payAll(library: Library, call: Call): Answer {
  const user: User = library.user(call.params.user_id!);
  pay(library, call, library.openFeesOf(user));
  return feeList(library, call, library.openFeesOf(user));
}

/** Pays oldest first. No more than is owed can be paid, and `amount=ALL` (or none) is everything. */
function pay(library: Library, call: Call, fees: Fee[]): void {
  const method = call.query.get('method') ?? undefined;
  if (!isCode(PAYMENT_METHODS, method)) throw new AlmaError('FEE_PARAMETER_INVALID', 'method');
  const owed = fees.reduce((sum, fee) => sum + fee.balance, 0);
  const asked = call.query.get('amount') || 'ALL';
  let left = asked === 'ALL' ? owed : Math.round(Number(asked) * 100);
  if (!(left > 0 && left <= owed)) throw new AlmaError('FEE_PARAMETER_INVALID', 'amount');
  for (const fee of fees) {
    const paid = Math.min(left, fee.balance);
    if (paid === 0) continue;
    left -= paid;
    fee.balance -= paid;
    fee.changed = library.now();
    const externalTransactionId = call.query.get('external_transaction_id') ?? '';
    fee.payments.push({ amount: paid, method, at: library.now(), externalTransactionId });
  }
}

function feeAt(library: Library, call: Call): Fee {
  const user = library.user(call.params.user_id!);
  const fee = library.fees.get(call.params.fee_id!);
  return fee?.userId === user.primaryId ? fee : AlmaError.raise('FEE_NOT_FOUND');
}

function one(library: Library, call: Call, fee: Fee): Answer {
  return entity('fee', feeJson(library, call.base, fee));
}
