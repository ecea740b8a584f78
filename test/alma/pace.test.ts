import { expect } from 'chai';
import fc from 'fast-check';
import type { Lesson } from '../../src/alma/allowance.ts';
import { Pace, type Turn } from '../../src/alma/pace.ts';
import type { Lane } from '../../src/circulation/context.ts';
import { refusalOf } from './parties.ts';
import { StoppedClock } from './stopped-clock.ts';

const settings = { callsPerSecond: 10, queueLimit: 1000 };
const patient = 1_000_000;
/** The same runs each time. */
const runs = { seed: 20261124, numRuns: 60 };

const from = (lane: Lane, actor: string = lane) => ({ lane, actor });

describe('the pace of calls', () => {
  let clock: StoppedClock;
  beforeEach(() => {
    clock = new StoppedClock();
  });

  /** Makes a call that leaves at once, and says so to `granted`. */
  async function call(pace: Pace, caller: { lane: Lane; actor: string }, granted?: () => void): Promise<Turn> {
    const turn = await pace.turn(caller, patient);
    turn.left();
    granted?.();
    return turn;
  }

  /** Makes a call that Alma answers at once. */
  async function answered(pace: Pace, lane: Lane, lesson: Lesson): Promise<void> {
    (await pace.turn(from(lane), patient)).answered(lesson);
  }

  it('never lets more calls arrive in any second than allowed, however late they leave and however Alma answers', async () => {
    const calls = fc.array(
      fc.record({
        gap: fc.nat(400),
        lane: fc.constantFrom<Lane>('kiosk', 'broker', 'background'),
        actor: fc.constantFrom('a', 'b', 'c'),
        /** From the permission to the connection, on the way to Alma, and back. */
        connecting: fc.oneof(fc.constant(0), fc.nat(3_000)),
        travelling: fc.nat(49),
        busy: fc.boolean(),
      }),
      { minLength: 1, maxLength: 80 },
    );
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 1, max: 25 }), async (each, callsPerSecond) => {
        const clock = new StoppedClock();
        const pace = new Pace({ ...settings, callsPerSecond }, clock);
        const arrivals: number[] = [];
        for (const { gap, lane, actor, connecting, travelling, busy } of each) {
          await clock.pass(gap);
          void pace.turn({ lane, actor }, patient).then((turn) => {
            clock.after(connecting, () => {
              turn.left();
              clock.after(travelling, () => {
                arrivals.push(clock.now());
                turn.answered(busy ? { refused: 'this-second' } : {});
              });
            });
          });
        }
        await clock.pass(patient / 2);
        expect(arrivals).to.have.length(each.length);
        arrivals.sort((a, b) => a - b);
        for (const [index, moment] of arrivals.entries()) {
          const later = arrivals[index + callsPerSecond];
          if (later !== undefined) expect(later - moment).to.be.above(1000);
        }
      }),
      runs,
    );
  });

  it('lets a kiosk overtake a broker and a broker the background', async () => {
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    const order: string[] = [];
    const ask = (lane: Lane, name: string) => void call(pace, from(lane), () => order.push(name));
    ask('background', 'first of all');
    ask('background', 'background 1');
    ask('broker', 'broker 1');
    ask('kiosk', 'kiosk 1');
    ask('broker', 'broker 2');
    ask('kiosk', 'kiosk 2');
    await clock.pass(10_000);
    expect(order).to.deep.equal(['first of all', 'kiosk 1', 'kiosk 2', 'broker 1', 'broker 2', 'background 1']);
  });

  for (const callsPerSecond of [1, 3, 10, 25]) {
    it(`keeps a fifth of ${callsPerSecond} a second for brokers while kiosks flood, and a little for the background`, async () => {
      const pace = new Pace({ callsPerSecond, queueLimit: 10_000 }, clock);
      const order: Lane[] = [];
      const lanes: Lane[] = ['kiosk', 'broker', 'background'];
      for (const lane of lanes) for (let i = 0; i < 400; i++) void call(pace, from(lane), () => order.push(lane));
      await clock.pass((500 / callsPerSecond) * 1050);
      const share = (lane: Lane, calls: readonly Lane[]) => calls.filter((other) => other === lane).length;
      // The first calls went before anybody else had come.
      const bothFlood = order.slice(callsPerSecond, order.lastIndexOf('kiosk'));
      for (let i = 0; i + 5 <= bothFlood.length; i++)
        expect(share('broker', bothFlood.slice(i, i + 5))).to.be.at.least(1);
      expect(share('kiosk', bothFlood) / bothFlood.length).to.be.within(0.7, 0.8);
      expect(share('background', bothFlood) / bothFlood.length).to.be.within(0.02, 0.06);
    });
  }

  it('lets a caller of another actor wait for one call of each flood, whatever their sizes', async () => {
    const floods = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 });
    const lane = fc.constantFrom<Lane>('kiosk', 'broker');
    await fc.assert(
      fc.asyncProperty(lane, floods, floods, fc.integer({ min: 1, max: 25 }), async (lane, own, others, perSecond) => {
        const clock = new StoppedClock();
        const pace = new Pace({ callsPerSecond: perSecond, queueLimit: 10_000 }, clock);
        const other = lane === 'kiosk' ? 'broker' : 'kiosk';
        const order: string[] = [];
        const flood = (lane: Lane, sizes: readonly number[]) => {
          for (const [index, size] of sizes.entries())
            for (let i = 0; i < size; i++) void call(pace, from(lane, `${lane}${index}`), () => order.push(lane));
        };
        flood(lane, own);
        flood(other, others);
        await clock.pass(500);
        const before = order.length;
        void call(pace, from(lane, 'calm'), () => order.push('calm'));
        await clock.pass(patient / 2);
        const waitedFor = order.slice(before, order.indexOf('calm'));
        expect(waitedFor.filter((name) => name === lane).length).to.be.at.most(own.length);
        // Of the other lane: four calls to a broker's one, and one to a kiosk's four.
        const turns = own.length + 1;
        const bound = lane === 'broker' ? 4 * turns : Math.ceil(turns / 4);
        expect(waitedFor.filter((name) => name === other).length).to.be.at.most(bound);
      }),
      runs,
    );
  });

  it('lets nobody overtake within one actor', async () => {
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    const order: number[] = [];
    for (let i = 0; i < 8; i++) void call(pace, from('kiosk', 'a'), () => order.push(i));
    await clock.pass(20_000);
    expect(order).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('says how long a call waited', async () => {
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    expect((await call(pace, from('kiosk'))).waited).to.equal(0);
    const second = call(pace, from('kiosk'));
    await clock.pass(5_000);
    expect((await second).waited).to.be.within(1000, 1100);
  });

  it('counts a call as one of now until it has left', async () => {
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    const first = await pace.turn(from('kiosk'), patient);
    let went = false;
    void call(pace, from('kiosk'), () => {
      went = true;
    });
    await clock.pass(5_000);
    expect(went).to.equal(false);
    first.left();
    await clock.pass(1_000);
    expect(went).to.equal(false);
    await clock.pass(50);
    expect(went).to.equal(true);
  });

  it('when a lane is full refuses the newest of who has most waiting, and other lanes take calls', async () => {
    const pace = new Pace({ ...settings, callsPerSecond: 1, queueLimit: 3 }, clock);
    await call(pace, from('broker', 'flood'));
    const first = call(pace, from('broker', 'flood'));
    const second = call(pace, from('broker', 'flood'));
    const third = refusalOf(call(pace, from('broker', 'flood')));
    const calm = call(pace, from('broker', 'calm'));
    expect((await third).facts.detail).to.equal('too many calls are waiting');
    expect((await refusalOf(call(pace, from('broker', 'flood')))).kind).to.equal('library-system-unavailable');
    const kiosk = call(pace, from('kiosk'));
    await clock.pass(5_000);
    await Promise.all([first, second, calm, kiosk]);
  });

  it('refuses who loses patience, and does not spend a call on it', async () => {
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    await call(pace, from('kiosk'));
    const impatient = refusalOf(pace.turn(from('kiosk'), 300));
    const next = call(pace, from('kiosk'));
    await clock.pass(1_100);
    expect((await impatient).facts.detail).to.equal('its turn did not come in time');
    expect((await next).waited).to.be.within(1000, 1100);
  });

  it('gives the background half of the pace when it is alone, a fifth among people, and them at once what is left', async () => {
    const pace = new Pace(settings, clock);
    let background = 0;
    for (let i = 0; i < 100; i++) void call(pace, from('background'), () => (background += 1));
    await clock.pass(500);
    expect(background).to.equal(5);
    expect((await call(pace, from('kiosk'))).waited).to.equal(0);
    await clock.pass(1_050);
    for (let second = 0; second < 10; second++) {
      const before = background;
      expect((await call(pace, from('kiosk'))).waited).to.equal(0);
      await clock.pass(1_050);
      expect(background - before).to.be.at.most(2);
    }
  });

  it('refuses everybody who waits when it closes', async () => {
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    await call(pace, from('kiosk'));
    const waiting = refusalOf(pace.turn(from('kiosk'), patient));
    pace.close();
    expect((await waiting).kind).to.equal('library-system-unavailable');
    expect((await refusalOf(pace.turn(from('kiosk'), patient))).kind).to.equal('library-system-unavailable');
  });

  describe('after a 429', () => {
    it('is halved, once for all calls under way, and full again ten seconds later', async () => {
      const pace = new Pace({ ...settings, callsPerSecond: 20 }, clock);
      const turns = await Promise.all(Array.from({ length: 5 }, () => pace.turn(from('kiosk'), patient)));
      await clock.pass(10);
      for (const turn of turns) turn.answered({ refused: 'this-second' });
      expect(pace.callsPerSecond).to.equal(10);
      await clock.pass(4_000);
      expect(pace.callsPerSecond).to.be.within(11, 19);
      await clock.pass(6_000);
      expect(pace.callsPerSecond).to.equal(20);
    });

    it('keeps to the lower pace when the last second was spent at the higher one', async () => {
      const pace = new Pace(settings, clock);
      const [last] = await Promise.all(Array.from({ length: 10 }, () => call(pace, from('kiosk'))));
      await clock.pass(1);
      last!.answered({ refused: 'this-second' });
      const moments: number[] = [];
      for (let i = 0; i < 10; i++) void call(pace, from('kiosk'), () => moments.push(clock.now()));
      await clock.pass(3_000);
      expect(moments.filter((moment) => moment < 1_500)).to.have.length(5);
      expect(moments).to.have.length(10);
    });

    for (const callsPerSecond of [3, 10, 25]) {
      it(`goes on with five a second at least of ${callsPerSecond} while half of the calls are refused`, async () => {
        const pace = new Pace({ callsPerSecond, queueLimit: 10_000 }, clock);
        let asked = 0;
        let done = 0;
        const ask = async (): Promise<void> => {
          const turn = await pace.turn(from('kiosk'), patient);
          asked += 1;
          const refused = asked % 2 === 0;
          clock.after(20, () => turn.answered(refused ? { refused: 'this-second' } : {}));
          if (!refused) done += 1;
        };
        for (let i = 0; i < 3_000; i++) void ask();
        await clock.pass(60_000);
        const floor = Math.min(5, callsPerSecond);
        expect(asked).to.be.at.least((60 * floor * 1000) / 1050 - 1);
        expect(done).to.be.at.least(asked / 2);
      });
    }
  });

  describe("at the end of Alma's day", () => {
    it('keeps the last fifth for people, and believes what it read for a quarter of an hour', async () => {
      const pace = new Pace({ ...settings, callsPerDay: 1_000 }, clock);
      await answered(pace, 'kiosk', { remaining: 200 });
      await call(pace, from('background'));
      await answered(pace, 'kiosk', { remaining: 199 });
      expect((await refusalOf(pace.turn(from('background'), patient))).facts.detail).to.contain('short');
      await call(pace, from('broker'));
      expect(pace.remaining).to.equal(199);
      await clock.pass(16 * 60_000);
      await call(pace, from('background'));
    });

    it('without a quota holds the most that was ever left for it', async () => {
      const pace = new Pace(settings, clock);
      await answered(pace, 'kiosk', { remaining: 500 });
      await answered(pace, 'kiosk', { remaining: 101 });
      await call(pace, from('background'));
      await answered(pace, 'kiosk', { remaining: 99 });
      await refusalOf(pace.turn(from('background'), patient));
    });

    it('after DAILY_THRESHOLD lets one call a minute try, and goes on when it is let in', async () => {
      const pace = new Pace(settings, clock);
      const underWay = await pace.turn(from('kiosk'), patient);
      const held = await Promise.all(Array.from({ length: 9 }, () => call(pace, from('kiosk'))));
      const waiting = refusalOf(pace.turn(from('broker'), patient));
      await clock.pass(1);
      held[0]!.answered({ refused: 'today' });
      expect((await waiting).facts.code).to.equal('DAILY_THRESHOLD');
      // What was asked before says nothing about the new day.
      await clock.pass(1);
      underWay.answered({});
      let tried = 0;
      for (let second = 0; second < 300; second++) {
        const turn = await pace.turn(from('kiosk'), patient).catch(() => undefined);
        if (turn !== undefined) tried += 1;
        turn?.answered({ refused: 'today' });
        await clock.pass(1_000);
      }
      expect(tried).to.equal(4);
      expect(pace.remaining).to.equal(0);
      await clock.pass(60_000);
      await answered(pace, 'kiosk', { remaining: 1_000 });
      await Promise.all(Array.from({ length: 5 }, () => call(pace, from('kiosk'))));
    });
  });
});
