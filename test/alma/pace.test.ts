import { expect } from 'chai';
import fc from 'fast-check';
import { Pace, type Time } from '../../src/alma/pace.ts';
import type { Lane } from '../../src/circulation/context.ts';
import { refusalOf } from './parties.ts';

/** A clock that stands still until it is told to go on. */
class StoppedClock implements Time {
  #now = 0;
  #alarms: { at: number; ring: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, ring: () => void): () => void {
    const alarm = { at: this.#now + ms, ring };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Goes on by `ms`, ringing the alarms at their times. */
  async pass(ms: number): Promise<void> {
    await Promise.resolve();
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#alarms = this.#alarms.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.ring();
      await Promise.resolve();
    }
    this.#now = end;
    await Promise.resolve();
  }
}

const settings = { callsPerSecond: 10, reserve: 100, queueLimit: 1000 };
const patient = 1_000_000;

describe('the pace of calls', () => {
  it('never lets more calls into any second than allowed, however they arrive', async () => {
    const arrivals = fc.array(fc.record({ gap: fc.nat(400), lane: fc.constantFrom<Lane>('kiosk', 'broker') }), {
      minLength: 1,
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 25 }), async (calls, callsPerSecond) => {
        const clock = new StoppedClock();
        const pace = new Pace({ ...settings, callsPerSecond }, clock);
        const moments: number[] = [];
        for (const { gap, lane } of calls) {
          await clock.pass(gap);
          void pace.turn(lane, patient).then(() => moments.push(clock.now()));
        }
        await clock.pass(patient / 2);
        expect(moments).to.have.length(calls.length);
        for (const [index, moment] of moments.entries()) {
          const later = moments[index + callsPerSecond];
          if (later !== undefined) expect(later - moment).to.be.at.least(1000);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('lets a kiosk overtake a broker and a broker the background, and nobody overtakes in their own lane', async () => {
    const clock = new StoppedClock();
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    const order: string[] = [];
    const ask = (lane: Lane, name: string) => void pace.turn(lane, patient).then(() => order.push(name));
    ask('background', 'first of all');
    ask('background', 'background 1');
    ask('broker', 'broker 1');
    ask('kiosk', 'kiosk 1');
    ask('broker', 'broker 2');
    ask('kiosk', 'kiosk 2');
    await clock.pass(10_000);
    expect(order).to.deep.equal(['first of all', 'kiosk 1', 'kiosk 2', 'broker 1', 'broker 2', 'background 1']);
  });

  it('says how long a call waited', async () => {
    const clock = new StoppedClock();
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    expect(await pace.turn('kiosk', patient)).to.equal(0);
    const second = pace.turn('kiosk', patient);
    await clock.pass(5_000);
    expect(await second).to.be.within(1000, 1100);
  });

  it('refuses who finds the lane full, while another lane still takes calls', async () => {
    const clock = new StoppedClock();
    const pace = new Pace({ ...settings, callsPerSecond: 1, queueLimit: 2 }, clock);
    for (let i = 0; i < 3; i++) void pace.turn('broker', patient);
    expect((await refusalOf(pace.turn('broker', patient))).kind).to.equal('library-system-unavailable');
    const served = pace.turn('kiosk', patient);
    await clock.pass(2_000);
    expect(await served).to.be.above(0);
  });

  it('refuses who loses patience, and does not spend a call on it', async () => {
    const clock = new StoppedClock();
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    await pace.turn('kiosk', patient);
    const impatient = refusalOf(pace.turn('kiosk', 300));
    const next = pace.turn('kiosk', patient);
    await clock.pass(1_100);
    expect((await impatient).facts.detail).to.equal('its turn did not come in time');
    expect(await next).to.be.within(1000, 1100);
  });

  it('halves the pace on 429, once for all calls under way, and recovers one call a second every ten seconds', async () => {
    const clock = new StoppedClock();
    const pace = new Pace(settings, clock);
    for (let i = 0; i < 5; i++) pace.slowDown();
    expect(pace.pace).to.equal(5);
    await clock.pass(20_000);
    expect(pace.pace).to.equal(7);
    pace.slowDown();
    expect(pace.pace).to.equal(3);
    await clock.pass(200_000);
    expect(pace.pace).to.equal(10);
  });

  it('keeps to the lower pace when the last second was spent at the higher one', async () => {
    const clock = new StoppedClock();
    const pace = new Pace(settings, clock);
    for (let i = 0; i < 10; i++) await pace.turn('kiosk', patient);
    pace.slowDown();
    const moments: number[] = [];
    for (let i = 0; i < 10; i++) void pace.turn('kiosk', patient).then(() => moments.push(clock.now()));
    await clock.pass(3_000);
    expect(moments.filter((moment) => moment < 2_000)).to.have.length(5);
    expect(moments).to.have.length(10);
  });

  it('stops the background first when the day runs short, and believes that for a quarter of an hour', async () => {
    const clock = new StoppedClock();
    const pace = new Pace(settings, clock);
    pace.readRemaining(99);
    expect((await refusalOf(pace.turn('background', patient))).kind).to.equal('library-system-unavailable');
    expect(await pace.turn('broker', patient)).to.equal(0);
    expect(pace.remaining).to.equal(99);
    await clock.pass(16 * 60_000);
    expect(await pace.turn('background', patient)).to.equal(0);
  });

  it('refuses everybody who waits when it closes', async () => {
    const clock = new StoppedClock();
    const pace = new Pace({ ...settings, callsPerSecond: 1 }, clock);
    await pace.turn('kiosk', patient);
    const waiting = refusalOf(pace.turn('kiosk', patient));
    pace.close();
    expect((await waiting).kind).to.equal('library-system-unavailable');
    expect((await refusalOf(pace.turn('kiosk', patient))).kind).to.equal('library-system-unavailable');
  });
});
