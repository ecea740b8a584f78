import { Refusal } from '../../circulation/refusals.ts';
import { loanFields, loanQuestion } from '../loan.ts';
import type { Exchange } from './exchange.ts';

/** 11 Checkout → 12. Undoing a failed check-in (BI=Y) is not offered: staff must see such a book. */
export const checkout: Exchange<'11'> = {
  code: '11',
  async perform(request, call) {
    if (request.cancel) throw new Refusal('service-unsupported', { about: 'service', value: 'BI=Y' });
    const outcome = await call.circulation.checkOut(call.context, loanQuestion(request, call));
    return { code: '12', ...loanFields(request, outcome, call) };
  },
};
