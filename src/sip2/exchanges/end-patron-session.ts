import { institutionId, sipDate } from '../call.ts';
import type { Exchange } from './exchange.ts';

/** 35 End Patron Session → 36. No patron is remembered between messages, so there is nothing to forget. */
export const endPatronSession: Exchange<'35'> = {
  code: '35',
  perform: async (request, call) => ({
    code: '36',
    endSession: true,
    transactionDate: sipDate(call.now, call),
    institutionId: institutionId(request, call),
    patronIdentifier: request.patronIdentifier,
  }),
};
