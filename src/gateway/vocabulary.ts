import { refusalKinds } from '../circulation/refusals.ts';
import type { Vocabulary } from '../config/load.ts';
import { offered } from '../sip2/exchanges/offered.ts';

/** Without login, resend and status a machine could not even be told what it may not do. */
const indispensable: readonly string[] = ['93', '97', '99'];

/** What settings may name that other parts of the program declare. */
export const vocabulary: Vocabulary = {
  wordIds: Object.keys(refusalKinds),
  argumentsOf: () => [],
  requestCodes: offered.filter((code) => !indispensable.includes(code)),
};
