import { expect } from 'chai';
import { lookupUser, requestItem, userId } from './messages.ts';
import { only, problemOf } from './ncip-broker.ts';
import { World } from './world.ts';

describe('an answer that Alma keeps waiting', () => {
  let world: World;
  before(async () => {
    world = await World.start(['ncip.answerWithin=1']);
  });
  after(() => world.stop());

  const lastRefusal = (): unknown => world.events.findLast(({ event }) => event === 'message-refused')?.facts.refusal;

  it('is "try again" in good time; the work goes on, and the retry gets its result', async () => {
    const sent = requestItem({ request: 'T-1' });
    await world.fault({ match: { method: 'POST', path: '/users/*/requests' }, fault: 'latency', ms: 3000 });
    for (const attempt of ['the first', 'a retry while it still goes on']) {
      const started = performance.now();
      const answer = await world.ncip(sent);
      expect(performance.now() - started, attempt).to.be.within(900, 1500);
      expect(problemOf(answer)).to.include({ type: 'Temporary Processing Failure', element: '//RequestItem' });
      expect(lastRefusal()).to.equal('still-in-progress');
    }
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const calls = world.almaCalls('POST', /requests$/);
    const answer = await world.ncip(sent);
    expect(only(answer, 'RequestIdentifierValue')).to.equal('T-1');
    expect(await world.ncip(sent)).to.equal(answer);
    expect(world.almaCalls('POST', /requests$/)).to.equal(calls);
    expect(await world.legState('T-1')).to.equal('requested');
  });
});

describe('an answer that Alma does not give at all', () => {
  it('is "try again", and an answer once Alma is back', async () => {
    const world = await World.start();
    try {
      await world.fault({ match: { method: 'GET', path: '/users/ben' }, fault: 'html-503', times: 20 });
      const answer = await world.ncip(lookupUser(userId('ben')));
      expect(problemOf(answer)).to.include({ type: 'Temporary Processing Failure', element: '//LookupUser' });
      expect(answer).not.to.include('html');
      const refused = world.events.findLast(({ event }) => event === 'message-refused');
      expect(refused?.facts.refusal).to.equal('library-system-unavailable');
      world.alma.reset();
      const later = await world.ncip(lookupUser(userId('ben')));
      expect(only(later, 'UserId/UserIdentifierValue')).to.equal('ben');
    } finally {
      await world.stop();
    }
  });
});
