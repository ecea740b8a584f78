import { expect } from 'chai';
import { lookupUser, userId } from './messages.ts';
import { only, problemOf, sentBy, worldWith } from './ncip-broker.ts';
import { World } from './world.ts';

/** What the simulated Alma's limit lets the gateway do in a second, and what may be on its way at once. */
const pace = 20;

describe("Alma's calls, when there are not enough of them", () => {
  let world: World;
  before(async () => {
    const doors = ['ncip', 'sip2'].map((door) => `listen.${door}.maxConnectionsPerAddress=200`);
    world = await worldWith({ BUSY: {}, CALM: {} }, doors);
  });
  beforeEach(async () => {
    world.alma.reset();
    // The last test's calls grow old.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  });
  after(() => world.stop());

  const ask = (partner: string, user: string): Promise<string> =>
    world.ncip(sentBy(partner, lookupUser(userId(user), ['Name Information'])));

  /** Whose calls Alma had, in order, as far as they are about users. */
  const users = (): string[] => world.alma.calls().flatMap(({ path }) => /^\/users\/([^/]+)/.exec(path)?.[1] ?? []);

  /**
   * How many calls for other users Alma had after the question about this one came and before its last call. It comes
   * when the flood has used up the first second and waits for the next.
   */
  async function callsBefore(user: string, question: () => Promise<void>): Promise<number> {
    while (users().length < pace) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const asked = users().length;
    await question();
    return users()
      .slice(asked, users().lastIndexOf(user))
      .filter((other) => other !== user).length;
  }

  const flood = <T>(count: number, each: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => each(index)));

  it("one broker's flood lets another broker wait for what was under way, and then for one call each", async () => {
    const busy = flood(70, (index) => ask('BUSY', `nobody-${index}`));
    const waited = await callsBefore('ada', async () => {
      expect(only(await ask('CALM', 'ada'), 'UserIdentifierValue')).to.equal('ada');
    });
    await busy;
    expect(users().length).to.be.above(3 * pace);
    // The calls of one second go together, and may overtake each other on the way.
    expect(waited).to.be.below(pace);
  }).timeout(30_000);

  it('a flood of kiosks leaves every fifth call to a broker, and a flood of brokers costs a kiosk none', async () => {
    const kiosks = await flood(40, () => world.kiosk());
    const busyKiosks = flood(40, async (index) => {
      await kiosks[index]!.patronStatus(`nobody-${index}`);
      await kiosks[index]!.patronStatus(`nobody-${index}-more`);
    });
    const brokerWaited = await callsBefore('ada', async () => {
      expect(only(await ask('CALM', 'ada'), 'UserIdentifierValue')).to.equal('ada');
    });
    await busyKiosks;
    expect(users().length).to.be.above(3 * pace);
    expect(brokerWaited).to.be.below(pace);

    world.alma.reset();
    const busyBrokers = flood(70, (index) => ask('BUSY', `nobody-${index}`));
    const kioskWaited = await callsBefore('ben', async () => {
      expect(await kiosks[0]!.patronStatus('ben')).to.contain('|BLY|');
    });
    await busyBrokers;
    expect(kioskWaited).to.be.below(pace);
  }).timeout(60_000);

  it('a kiosk hears the truth each time while every second of its calls is refused', async () => {
    for (let i = 0; i < 30; i += 1) {
      await world.fault({ fault: i % 2 === 0 ? 'refuse-429' : 'html-429' });
      await world.fault({ fault: 'latency', ms: 1 });
    }
    const kiosks = await flood(3, () => world.kiosk());
    const answers = await Promise.all(
      kiosks.map(async (kiosk, index) => {
        const heard: string[] = [];
        for (const patron of ['ada', 'ben', 'cleo', 'noor']) {
          heard.push(await kiosk.patronStatus(patron), await kiosk.patronStatus(`nobody-${index}`));
        }
        return heard;
      }),
    );
    const refused = world.alma.calls().filter(({ status }) => status === 429).length;
    expect(refused).to.be.at.least(12);
    for (const heard of answers)
      expect(heard.map((answer) => /\|BL(.)\|/.exec(answer)?.[1])).to.deep.equal([
        'Y',
        'N',
        'Y',
        'N',
        'Y',
        'N',
        'Y',
        'N',
      ]);
  }).timeout(60_000);

  it('a kiosk and a broker that ask for the same at the same time are one call', async () => {
    await world.fault({ fault: 'latency', match: { path: '/users/ada' }, ms: 300, times: 5 });
    const kiosk = await world.kiosk();
    const told = kiosk.patronStatus('ada');
    while (users().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(only(await ask('CALM', 'ada'), 'UserIdentifierValue')).to.equal('ada');
    expect(await told).to.contain('|BLY|');
    expect(world.almaCalls('GET', /^\/users\/ada$/)).to.equal(1);
  });
});

describe("Alma's time, when an answer takes long", () => {
  let world: World;
  before(async () => {
    world = await World.start([], {}, { readMs: 300, brokerReadMs: 5_000 });
  });
  after(() => world.stop());

  it('a broker, which waits for it, gets what a kiosk could not wait for', async () => {
    await world.fault({ fault: 'latency', match: { path: '/users/ada' }, ms: 600, times: 100 });
    const kiosk = await world.kiosk();
    expect(await kiosk.patronStatus('ada')).not.to.contain('|BLY|');
    expect(only(await world.ncip(lookupUser(userId('ada'))), 'UserIdentifierValue')).to.equal('ada');
  });
});

describe("the end of Alma's day", () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  it('is asked about once, and everybody is told so without a call', async () => {
    await world.fault({ fault: 'daily-threshold', times: 1_000 });
    const kiosk = await world.kiosk();
    for (const patron of ['ada', 'ben', 'cleo']) {
      expect(await kiosk.patronStatus(patron))
        .to.match(/^24/)
        .and.not.contain('|BLY|');
      expect(problemOf(await world.ncip(lookupUser(userId(patron)))).type).to.equal('Temporary Processing Failure');
    }
    expect(world.alma.calls().map(({ status }) => status)).to.deep.equal([429]);
  });
});
