import type { Repeat } from '../../circulation/operation.ts';
import type { PayFeeQuestion } from '../../circulation/operations/pay-fee.ts';
import { Refusal } from '../../circulation/refusals.ts';
import { type Call, institutionId, repeatOf, sipDate } from '../call.ts';
import type { Request } from '../messages.ts';
import type { Exchange } from './exchange.ts';

/** 37 Fee Paid → 38: what the terminal has taken goes to one fee (CG) or to all that the patron owes. */
export const feePaid: Exchange<'37'> = {
  code: '37',
  async perform(request, call) {
    const { feeIdentifier: feeId, transactionId, patronPassword: pin, currencyType } = request;
    const patronId = request.patronIdentifier.trim();
    if (patronId === '') throw new Refusal('data-missing', { about: 'patron' });
    const currency = currencyType || call.terminal.institution.currency;
    const paid = await call.circulation.payFee(call.context, {
      ...{ patronId, pin, amount: { amount: amountOf(request.feeAmount), currency } },
      method: methods[request.paymentType] ?? 'online',
      ...(feeId && { feeId }),
      ...(transactionId && { transactionId }),
      repeat: repeatOfPayment(request, call),
    });
    return {
      code: '38',
      paymentAccepted: true,
      transactionDate: sipDate(paid.at, call),
      institutionId: institutionId(request, call),
      patronIdentifier: request.patronIdentifier,
      ...(transactionId && { transactionId }),
    };
  },
};

/** By the terminal's number of the payment, where it gives one: it stays the same when the terminal dates it anew. */
function repeatOfPayment(request: Request<'37'>, call: Call): Repeat | undefined {
  const { transactionId, patronIdentifier, feeAmount, feeIdentifier } = request;
  if (!transactionId) return repeatOf(request, call);
  const { id, institution } = call.terminal;
  const digest = JSON.stringify([patronIdentifier, feeAmount, feeIdentifier]);
  return { key: `sip2/${institution.code}/${id}/37/${transactionId}`, digest };
}

/** SIP 2.00 payment type. */
const methods: Readonly<Record<string, PayFeeQuestion['method']>> = {
  '00': 'cash',
  '01': 'credit-card',
  '02': 'credit-card',
};

/** BV: digits and a decimal point; there are terminals that write a comma. */
function amountOf(text: string): number {
  const amount = /^\d{1,9}(?:[.,]\d{1,2})?$/.test(text.trim()) ? Number(text.trim().replace(',', '.')) : 0;
  if (amount === 0) throw new Refusal('payment-not-possible', { value: text });
  return amount;
}
