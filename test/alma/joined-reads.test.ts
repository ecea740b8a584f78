import { expect } from 'chai';
import { JoinedReads } from '../../src/alma/joined-reads.ts';
import type { Lane } from '../../src/circulation/context.ts';
import { Refusal } from '../../src/circulation/refusals.ts';
import { errorOf } from './parties.ts';

const unavailable = new Refusal('library-system-unavailable');

describe('equal reads at the same time', () => {
  /** The reads that were made, by who made them: the test ends each. */
  let reads: { readonly by: Lane; answer(content: string): void; fail(error: Error): void }[];
  let joined: JoinedReads;
  beforeEach(() => {
    reads = [];
    joined = new JoinedReads();
  });

  const get = (lane: Lane, deadline = 100, target = '/users/ada'): Promise<unknown> =>
    joined.get(target, lane, deadline, () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      reads.push({ by: lane, answer: resolve, fail: reject });
      return promise;
    });
  const made = () => reads.map(({ by }) => by);

  it('are one in the same lane, and one where the first is of a faster lane', async () => {
    const all = [get('kiosk'), get('kiosk'), get('broker'), get('background')];
    expect(made()).to.deep.equal(['kiosk']);
    reads[0]!.answer('ada');
    expect(await Promise.all(all)).to.deep.equal(['ada', 'ada', 'ada', 'ada']);
    void get('kiosk');
    expect(made()).to.deep.equal(['kiosk', 'kiosk']);
  });

  it('of a faster lane do not wait for a slower one, and those who come later join the faster', async () => {
    const slow = get('background');
    const fast = get('kiosk');
    const later = [get('background'), get('broker')];
    expect(made()).to.deep.equal(['background', 'kiosk']);
    reads[1]!.answer('fast');
    expect(await Promise.all([fast, ...later])).to.deep.equal(['fast', 'fast', 'fast']);
    reads[0]!.answer('slow');
    expect(await slow).to.equal('slow');
  });

  it('are not joined with what was read before a write, nor with another target', () => {
    void get('kiosk');
    void get('kiosk', 100, '/users/ben');
    joined.forget();
    void get('kiosk');
    expect(reads).to.have.length(3);
  });

  it('that ran out of time are asked once more, together, for those who have time left', async () => {
    const kiosk = errorOf(get('kiosk', 8));
    const brokers = [get('broker', 25), get('broker', 25)];
    const hasty = errorOf(get('broker', 8));
    reads[0]!.fail(unavailable);
    expect(await kiosk).to.equal(unavailable);
    expect(await hasty).to.equal(unavailable);
    await Promise.resolve();
    expect(made()).to.deep.equal(['kiosk', 'broker']);
    reads[1]!.answer('ada');
    expect(await Promise.all(brokers)).to.deep.equal(['ada', 'ada']);
  });

  it('are not asked again where Alma has answered no, or does not answer the second either', async () => {
    const no = new Refusal('unknown-patron');
    const told = [errorOf(get('kiosk', 8)), errorOf(get('broker', 25))];
    reads[0]!.fail(no);
    expect(await Promise.all(told)).to.deep.equal([no, no]);
    void get('kiosk', 8).catch(() => undefined);
    const brokers = [errorOf(get('broker', 25)), errorOf(get('broker', 25))];
    reads[1]!.fail(unavailable);
    while (reads.length < 3) await Promise.resolve();
    reads[2]!.fail(unavailable);
    expect(await Promise.all(brokers)).to.deep.equal([unavailable, unavailable]);
    expect(made()).to.deep.equal(['kiosk', 'kiosk', 'broker']);
  });
});
