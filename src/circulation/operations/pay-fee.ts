import type { Instant, Money } from '../model.ts';
import { type Operation, type Repeat, retried } from '../operation.ts';
import type { Payment } from '../ports.ts';
import type { PinQuestion } from '../proof.ts';
import { Refusal } from '../refusals.ts';

export interface PayFeeQuestion extends PinQuestion, Pick<Payment, 'amount' | 'method' | 'feeId'> {
  /** The number that the terminal gave the payment, for whoever balances its till. */
  readonly transactionId?: string;
  readonly repeat?: Repeat;
}

export interface FeePaid {
  readonly at: Instant;
}

/** Money that a patron has given at a terminal goes to the patron's fees (SIP2 37): never more than is owed, and once. */
export const payFee: Operation<PayFeeQuestion, { readonly patronId: string }, FeePaid> = {
  kind: 'pay-fee',
  // The money is in the machine.
  afterCrash: 'complete',
  authenticates: true,
  takesTurnsBy: ['patrons'],
  recognise: ({ question: { patronId, repeat } }) => ({ about: { patrons: [patronId] }, repeat: retried(repeat) }),

  async find({ library, context, question: { amount, feeId }, provenPatron }) {
    const { primaryId: patronId } = await provenPatron();
    const fees = (await library.fees(context, patronId)).filter((fee) => feeId === undefined || fee.feeId === feeId);
    const owed = fees.reduce((sum, { balance }) => sum + Math.max(0, cents(balance)), 0);
    const fits = fees.every(({ balance }) => balance.currency === amount.currency) && cents(amount) <= owed;
    if (!fits) throw new Refusal('payment-not-possible', { value: feeId ?? amount.amount.toFixed(2) });
    return { patronId };
  },

  async perform({ library, clock, context, question, runId, steps }, { patronId }) {
    const { amount, method, feeId, transactionId } = question;
    // Ours beside the terminal's, which may count from one again: it finds this payment and no other.
    const externalId = [transactionId, runId].filter(Boolean).join('/');
    await steps.write<true>('pay fee', {
      perform: () => library.payFees(context, patronId, { amount, method, feeId, externalId }),
      look: async () => (await library.isPaid(context, patronId, externalId)) || undefined,
    });
    return { at: clock().toISOString() };
  },
};

const cents = ({ amount }: Money): number => Math.round(amount * 100);
