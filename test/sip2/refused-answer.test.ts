import { expect } from 'chai';
import { Refusal, type RefusalKind, refusalKinds } from '../../src/circulation/refusals.ts';
import { catalogueOf, wordsIn } from '../../src/edge/words.ts';
import { formatResponse, parseRequest } from '../../src/sip2/codec.ts';
import { defaultDialect } from '../../src/sip2/dialect.ts';
import { answerOf, type Request, requestCodes } from '../../src/sip2/messages.ts';
import { refusedAnswer } from '../../src/sip2/refused-answer.ts';
import type { Terminal } from '../../src/sip2/terminal.ts';
import { expectLegal } from '../conversations/sip2-answers.ts';

const terminal = { institution: { code: '01FJORD_INST', timeZone: 'Europe/Oslo' } } as Terminal;
const where = {
  terminal,
  words: wordsIn(catalogueOf(new Map())),
  now: new Date('2026-11-24T10:00:00Z'),
  traceId: 'abcd2345',
};

describe('a refused SIP2 answer', () => {
  for (const code of requestCodes.filter((each) => each !== '93' && each !== '97'))
    it(`to ${code} is legal for every kind of refusal, whatever the request holds`, () => {
      for (const kind of Object.keys(refusalKinds) as RefusalKind[])
        for (const rest of ['', '|AAp1|ABi1|AOlib|', `${' '.repeat(60)}|AA|`]) {
          const parsed = parseRequest(Buffer.from(`${code}${rest}`), defaultDialect);
          if (parsed.kind !== 'request') throw new Error(parsed.kind);
          const answer = refusedAnswer(parsed.message as Request<typeof code>, new Refusal(kind), where);
          const line = formatResponse(answer, undefined, defaultDialect).toString('latin1').trimEnd();
          expectLegal(line, answerOf(code));
          if (kind !== 'unknown-patron') expect(line).not.to.contain('|BLN|');
        }
    });
});
