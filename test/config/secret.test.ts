import { format, inspect } from 'node:util';
import { expect } from 'chai';
import { Secret } from '../../src/config/secret.ts';

describe('a secret', () => {
  const secret = new Secret('hunter2');

  for (const [how, printed] of [
    ['in a sentence', `${secret}`],
    ['as JSON', JSON.parse(JSON.stringify(secret))],
    ['in a console message', format('%o', secret)],
    ['inspected', inspect(secret, { showHidden: true })],
    ['inside something else', inspect({ deep: secret }).replace(/^\{ deep: (.*) \}$/, '$1')],
  ] as const) {
    it(`is [secret] ${how}`, () => {
      expect(printed).to.equal('[secret]');
    });
  }

  it('is told to whoever asks for it by name', () => {
    expect(secret.reveal()).to.equal('hunter2');
    expect(Object.values({ ...secret })).to.deep.equal([]);
  });
});
