import { Refusal } from '../circulation/refusals.ts';
import { usualDialect } from './dialects/table.ts';
import { problem } from './problem.ts';

/** It repeats nothing, for nothing has been read; a real broker that is not set up yet learns what to do. */
const refusal = new Refusal('sender-unknown', {
  about: 'message',
  detail:
    'nobody is admitted from this address with these credentials; the broker checks that its URL ends in /ncip/ and ' +
    "the institution's code, and that it sends its token (Authorization: Bearer ...) or its client certificate, and " +
    'the library checks that it lists them, or the address, for this broker',
});

const [beginning = '', end = ''] = usualDialect
  .serialise(usualDialect.defaultVersion, problem(refusal, { service: undefined, traceId: '' }))
  .split('(reference )');

/** The answer to every stranger: a Problem at message level (Z39.83-1 §5.3), the same but for the reference. */
export const strangerAnswer = (traceId: string): string => `${beginning}(reference ${traceId})${end}`;
