import { expect } from 'chai';
import { discreet, withoutPatrons } from '../../src/log/privacy.ts';

describe("a library system's sentence in the log", () => {
  const sentences: [sentence: string, told: string, ...ids: string[]][] = [
    ['User with identifier ada was not found.', 'User with identifier … was not found.'],
    ['User with identifier 21234/4 of type BARCODE was not found.', 'User with identifier … of type … was not found.'],
    ['Cash - Limit of 10.00 exceeded. User has 25.00.', 'Cash - Limit of … exceeded. User has ….'],
    ['emil may not renew', '… may not renew', 'emil'],
    ['Item is on loan to Brandt, Emil (emil@example.org)', 'Item is on loan to …, …'],
    ["The user's group 'Law Faculty' is not legal.", "The user's group … is not legal."],
    ['The name "x y" is taken', 'The name … is taken'],
    ['Patron has active request for selected item.', 'Patron has active request for selected item.'],
    ['Invalid API Key', 'Invalid API Key'],
    ['', ''],
  ];
  for (const [sentence, told, ...ids] of sentences)
    it(sentence || '(nothing)', () => expect(withoutPatrons(sentence, ids)).to.equal(told));
});

describe('a refused message in the log', () => {
  const refused = { trace: 't', protocol: 'ncip', peer: '127.0.0.1', name: 'LookupUser', refusal: 'x' } as const;

  it('repeats nothing that a parser took for a name, which may be a piece of a PIN', () => {
    for (const said of [
      "Entity 'Pin99' not defined",
      'Opening and ending tag mismatch: Pin99 line 2 and AuthenticationInputData',
      "Couldn't find end of Start Tag Pin99",
      'Opening and ending tag mismatch: hund line 2 and AuthenticationInputData',
    ]) {
      const { detail } = discreet('message-refused', {
        ...refused,
        detail: `line 2: it is not well-formed XML: ${said}`,
      });
      expect(detail)
        .to.match(/^line 2: it is not well-formed XML: ./)
        .and.not.to.match(/Pin99|hund/);
    }
  });

  it('repeats no sentence of the library system that came without a code', () => {
    const cause = 'CallFailed: HTTP 503: Patron … is locked';
    const told = discreet('message-refused', { ...refused, detail: 'Patron 21234000000017 is locked', cause });
    expect(told).to.deep.equal({ ...refused, cause });
  });
});
