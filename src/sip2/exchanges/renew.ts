import { type Exchange, repeatOf } from '../exchange.ts';
import { loanFields, patronAndItem } from './checkout.ts';

/** 29 Renew → 30. */
export const renew: Exchange<'29'> = async (request, call) => {
  const outcome = await call.circulation.renew(call.context, {
    ...patronAndItem(request),
    repeat: repeatOf(request, call),
  });
  return { code: '30', ...loanFields(request, outcome, call) };
};
