import { institutionId, sipDate } from '../call.ts';
import { accountOf, cardWhenRefused, languageOf, patronFields } from '../patron.ts';
import type { Exchange } from './exchange.ts';

/** 23 Patron Status → 24. */
export const patronStatus: Exchange<'23'> = {
  code: '23',
  whenRefused: cardWhenRefused,
  async perform(request, call) {
    const account = await accountOf(request, call, {});
    return {
      code: '24',
      language: languageOf(request),
      transactionDate: sipDate(call.now, call),
      institutionId: institutionId(request, call),
      patronIdentifier: request.patronIdentifier,
      ...patronFields(account, call),
    };
  },
};
