import { type Exchange, institutionId, sipDate } from '../exchange.ts';

/** 35 End Patron Session → 36. No patron is remembered between messages, so there is nothing to forget. */
export const endPatronSession: Exchange<'35'> = async (request, call) => ({
  code: '36',
  endSession: true,
  transactionDate: sipDate(call.now, call),
  institutionId: institutionId(request, call),
  patronIdentifier: request.patronIdentifier,
});
