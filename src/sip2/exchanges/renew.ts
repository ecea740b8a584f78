import { loanFields, loanQuestion } from '../loan.ts';
import type { Exchange } from './exchange.ts';

/** 29 Renew → 30. */
export const renew: Exchange<'29'> = {
  code: '29',
  async perform(request, call) {
    const outcome = await call.circulation.renew(call.context, loanQuestion(request, call));
    return { code: '30', ...loanFields(request, outcome, call) };
  },
};
