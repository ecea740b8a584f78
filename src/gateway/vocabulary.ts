import type { Vocabulary } from '../config/load.ts';
import { argumentsOf, type WordId, wordIds } from '../edge/words.ts';
import { withholdable } from '../sip2/exchanges/table.ts';

/** What settings may name that other parts of the program declare. */
export const vocabulary: Vocabulary = {
  wordIds,
  argumentsOf: (id) => argumentsOf(id as WordId),
  requestCodes: withholdable,
};
