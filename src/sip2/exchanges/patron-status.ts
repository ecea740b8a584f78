import { type Exchange, institutionId, sipDate } from '../exchange.ts';
import { accountOf, languageOf, patronFields } from '../patron.ts';

/** 23 Patron Status → 24. */
export const patronStatus: Exchange<'23'> = async (request, call) => {
  const account = await accountOf(request, call, {});
  return {
    code: '24',
    language: languageOf(request),
    transactionDate: sipDate(call.now, call),
    institutionId: institutionId(request, call),
    patronIdentifier: request.patronIdentifier,
    ...patronFields(account, call),
  };
};
