import type { RequestCode } from '../messages.ts';

/**
 * The requests that do real work. BX (98), README's table and the exchanges all follow from this list; the others
 * parse and get a legal refusal.
 */
export const offered = ['09', '11', '17', '23', '29', '35', '63', '93', '97', '99'] as const satisfies RequestCode[];

export type OfferedCode = (typeof offered)[number];
