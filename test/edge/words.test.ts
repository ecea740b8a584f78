import { expect } from 'chai';
import { argumentsIn, argumentsOf, catalogueOf, say, wordIds, wordsIn } from '../../src/edge/words.ts';

describe('the catalogue of words', () => {
  const english = wordsIn(catalogueOf(new Map()));

  it('has a sentence for each id, and names the arguments of each', () => {
    for (const id of wordIds) {
      expect(english[id], id).to.match(/\S/);
      expect(argumentsOf(id), id).to.deep.equal(argumentsIn(english[id]));
    }
    expect(argumentsOf('with-reference')).to.have.members(['words', 'reference']);
    expect(argumentsOf('patron-blocked')).to.deep.equal([]);
  });

  it('fills in what it is given, once and as it is', () => {
    const told = say(english, 'with-reference', { words: 'Ask {reference} $&', reference: 'abcd2345' });
    expect(told).to.equal('Ask {reference} $& (abcd2345)');
  });

  it('takes the library at its word, and completes what it left out: its own English first', () => {
    const catalogue = catalogueOf(
      new Map([
        ['en', { 'patron-blocked': 'Please see Ms Hall.' }],
        ['nb', { 'item-not-loanable': 'Kan ikke lånes.' }],
      ]),
    );
    const norwegian = wordsIn(catalogue, undefined, 'nb-NO');
    expect(say(norwegian, 'item-not-loanable')).to.equal('Kan ikke lånes.');
    expect(say(norwegian, 'patron-blocked')).to.equal('Please see Ms Hall.');
    expect(say(norwegian, 'patron-expired')).to.equal(say(english, 'patron-expired'));
    expect(wordsIn(catalogue, 'de', 'en')).to.equal(catalogue.get('en'));
  });
});
