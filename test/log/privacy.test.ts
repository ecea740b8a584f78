import { expect } from 'chai';
import { withoutPatrons } from '../../src/log/privacy.ts';

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
