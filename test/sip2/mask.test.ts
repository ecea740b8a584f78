import { expect } from 'chai';
import { parseRequest } from '../../src/sip2/codec.ts';
import { defaultDialect } from '../../src/sip2/dialect.ts';
import { masked, maskedLine } from '../../src/sip2/mask.ts';

const logged = (text: string) => maskedLine(Buffer.from(text), defaultDialect);

describe('SIP2 in logs', () => {
  it('hides PINs and passwords of messages, and shows which are empty', () => {
    const line = Buffer.from('2300120260304    101530AOMAIN|AAP1|AC|AD4554|');
    const parsed = parseRequest(line, defaultDialect);
    if (parsed.kind !== 'request') throw new Error(parsed.kind);
    expect(masked(parsed.message)).to.deep.include({
      patronIdentifier: 'P1',
      terminalPassword: '',
      patronPassword: '***',
    });
    expect(JSON.stringify(masked(parsed.message))).not.to.include('4554');
  });

  const lines: [what: string, sent: string, shown: string][] = [
    ['a login', '9300CNkiosk1|COhunter2|CPdesk|', '9300CNkiosk1|CO***|CPdesk|'],
    [
      'a PIN right behind the fixed part',
      '3720260304    1015300100USDAD4554|AAP1|',
      '3720260304    1015300100USDAD***|AAP1|',
    ],
    ['empty fields', '17AOMAIN|ABI1|AC|', '17AOMAIN|ABI1|AC|'],
    ['a last field without a delimiter', '9300CNkiosk1|COhunter2AY1AZF594', '9300CNkiosk1|CO***'],
    ['a line with another delimiter', '9300CNkiosk1^COhunter2^CPdesk^', '9300CNkiosk1^CO***'],
    ['a line that is no message', 'AAP1AD45 54|\tAC1234', 'AAP1AD***|\tAC***'],
    ['several in one', 'AD1|AC2|CO3|AD4|', 'AD***|AC***|CO***|AD***|'],
  ];
  for (const [what, sent, shown] of lines) {
    it(`hides the secrets of ${what}`, () => expect(logged(sent)).to.equal(shown));
  }
});
