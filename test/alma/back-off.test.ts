import { expect } from 'chai';
import fc from 'fast-check';
import { pauseAfter } from '../../src/alma/back-off.ts';

describe('the pause before another attempt', () => {
  it('doubles up to a second, and of that takes a random part of a half at least', () => {
    const whole = (attempt: number) => pauseAfter(attempt, 250, () => 1);
    expect([1, 2, 3, 4, 9].map(whole)).to.deep.equal([250, 500, 1000, 1000, 1000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5_000 }), (attempt, firstMs) => {
        const pauses = Array.from({ length: 20 }, () => pauseAfter(attempt, firstMs));
        const most = Math.max(...pauses);
        expect(most).to.be.at.most(Math.max(firstMs, 1_000));
        expect(Math.min(...pauses)).to.be.at.least(most / 2);
        expect(new Set(pauses).size).to.be.above(1);
      }),
      { seed: 6, numRuns: 100 },
    );
  });
});
