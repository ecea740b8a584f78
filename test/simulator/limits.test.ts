import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { Conversation, refusalIn } from './conversation.ts';

describe('simulator: the limit of calls a second', () => {
  const alma = new Conversation({ perSecond: 5 });

  it('refuses what is too much in any second with 429, and executes none of it', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => alma.ask('GET', '/users/ada')));
    const statuses = replies.map(({ status }) => status).sort();
    expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 429, 429, 429]);
    const refused = replies.find(({ status }) => status === 429)!;
    expect(refusalIn(refused)).to.equal(
      'PER_SECOND_THRESHOLD HTTP requests are more than allowed per second. See https://goo.gl/2x1c1M ',
    );
    expect(refused.headers).not.to.have.property('retry-after');
    expect(refused.headers).not.to.have.property('x-exl-api-remaining');
    expect((await alma.lend('ada', '31234000000012')).status).to.equal(429);
    expect(alma.library.loans.size).to.equal(2);
    await delay(1050);
    expect((await alma.ask('GET', '/users/ada')).status).to.equal(200);
  });
});

describe('simulator: the daily quota', () => {
  let today = new Date('2026-03-02T23:59:58Z');
  const alma = new Conversation({ dailyQuota: 2, now: () => today });

  it('counts down to nothing and starts again after midnight UTC', async () => {
    const remaining = async () => (await alma.ask('GET', '/users/ada')).headers['x-exl-api-remaining'];
    expect([await remaining(), await remaining()]).to.deep.equal(['1', '0']);
    const refused = await alma.ask('GET', '/users/ada');
    expect(refused.status).to.equal(429);
    expect(refusalIn(refused)).to.match(/^DAILY_THRESHOLD /);
    today = new Date('2026-03-03T00:00:01Z');
    expect(await remaining()).to.equal('1');
  });
});
