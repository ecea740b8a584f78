import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Context } from '../../src/circulation/context.ts';
import { isOpen, type LegState, mayGo, type Side, sides } from '../../src/circulation/legs.ts';
import { createSerial } from '../../src/circulation/serial.ts';
import { createCorrelations } from '../../src/store/correlations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { timelines } from '../../src/store/timeline.ts';
import { acceptItem, checkInItem } from './messages.ts';
import { World } from './world.ts';

const context = {
  institution: { code: 'X' },
  source: 'ncip',
  actor: 'P',
  message: 'AcceptItem',
  traceId: 'trace-1',
} as Context;

describe('the table of legs', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof openDatabase>>;
  let correlations: ReturnType<typeof createCorrelations>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'circgate-legs-'));
    database = await openDatabase(join(folder, 'legs.sqlite'));
    correlations = createCorrelations({ database, clock: () => new Date(), log: () => undefined });
  });
  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  const states = Object.keys(sides.borrower).concat('shipped') as LegState[];

  it('knows these ways and no others: a leg never goes back, and what has ended stays ended', async () => {
    const ways: string[] = [];
    let serial = 0;
    for (const side of Object.keys(sides) as Side[])
      for (const from of states)
        for (const to of states.filter((state) => state !== from)) {
          serial += 1;
          const leg = { id: `leg-${serial}`, partner: 'P', side, state: from, facts: { barcode: `B-${serial}` } };
          const moved = await correlations.open(context, leg).then((open) =>
            correlations.advance(context, open, to).then(
              ({ state }) => state === to,
              () => false,
            ),
          );
          expect(moved, `${side}: ${from} to ${to}`).to.equal(mayGo(side, from, to));
          if (moved) ways.push(`${side} ${from} ${to}`);
        }
    expect(ways.toSorted()).to.deep.equal(
      [
        ...['accepting', 'cancelled'].map((to) => `borrower requested ${to}`),
        ...['on-shelf', 'loaned', 'returned', 'closed', 'cancelled'].map((to) => `borrower accepting ${to}`),
        ...['loaned', 'returned', 'closed', 'cancelled'].map((to) => `borrower on-shelf ${to}`),
        ...['returned', 'closed'].map((to) => `borrower loaned ${to}`),
        'borrower returned closed',
        ...['shipped', 'returned', 'closed', 'cancelled'].map((to) => `lender requested ${to}`),
        ...['returned', 'closed'].map((to) => `lender shipped ${to}`),
        'lender returned closed',
      ].toSorted(),
    );
    expect(states.filter((state) => !isOpen(state))).to.deep.equal(['closed', 'cancelled']);
  });

  it('says an event once, however often a resumed operation says it again', async () => {
    const fresh = { id: 'leg', partner: 'P', side: 'borrower', state: 'accepting', facts: { barcode: 'B' } } as const;
    for (let time = 1; time <= 3; time++) {
      const leg = await correlations.open(context, fresh);
      await correlations.advance(context, leg, 'on-shelf', { almaRequestId: '7' });
    }
    const [timeline, ...others] = await timelines(database, 'B');
    expect(others).to.deep.equal([]);
    expect(timeline!.entries.map(({ result }) => result)).to.deep.equal(['accepting', 'accepting -> on-shelf']);
    expect(timeline!.leg).to.include({ state: 'on-shelf', almaRequestId: '7' });
  });

  it('has room for one open leg of an item', async () => {
    const leg = { partner: 'P', side: 'lender', state: 'requested', facts: { barcode: 'B' } } as const;
    const first = await correlations.open(context, { id: '1', ...leg });
    const second = () => correlations.open(context, { id: '2', ...leg });
    expect(await second().catch(() => 'refused')).to.equal('refused');
    await correlations.advance(context, first, 'cancelled');
    expect(await second()).to.include({ id: '2', state: 'requested' });
  });
});

describe('work on one thing', () => {
  it('goes on one after the other, in the order it was asked for, and beside work on other things', async () => {
    const serially = createSerial();
    const said: string[] = [];
    const work = (name: string, ms: number) => async () => {
      said.push(`${name} begins`);
      await sleep(ms);
      said.push(`${name} ends`);
      if (name === 'b') throw new Error('b fails');
    };
    const all = [
      serially(['book', 'request'], work('a', 20)),
      serially(['book'], work('b', 1)),
      serially(['request', 'book', 'book'], work('c', 1)),
      serially(['elsewhere'], work('d', 1)),
    ];
    const ends = await Promise.allSettled(all);
    expect(ends.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(said.filter((line) => !line.startsWith('d'))).to.deep.equal(
      ['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
    expect(said.indexOf('d ends')).to.be.below(said.indexOf('a ends'));
  });
});

describe('the timeline of a borrowed book', () => {
  it('shows both protocols and every write to Alma, in order', async () => {
    const world = await World.start();
    await world.ncip(acceptItem({ request: 'T-1', item: 'TIME-1' }));
    const kiosk = await world.kiosk();
    await kiosk.checkOut('21234000000017', 'TIME-1');
    await kiosk.checkIn('TIME-1');
    await world.ncip(checkInItem('TIME-1'));
    const known = await world.timelines('TIME-1');
    await world.stop();
    expect(known).to.have.length(1);
    const told = known[0]!.entries.map(({ source, actor, what, result }) => [source, actor, what, result].join(', '));
    const alma = (...names: string[]): string[] => names.map((name) => `alma, , ${name}, done`);
    expect(told).to.deep.equal([
      'ncip, DEMO-ILL, AcceptItem, accepting',
      ...alma('create bib', 'create holding', 'create item', 'create hold', 'receive'),
      'ncip, DEMO-ILL, AcceptItem, accepting -> on-shelf',
      ...alma('create loan', 'change due date'),
      'sip2, kiosk1, 11 Checkout, on-shelf -> loaned',
      ...alma('scan in'),
      'sip2, kiosk1, 09 Checkin, loaned -> returned',
      ...alma('delete item', 'delete holding', 'delete bib'),
      'ncip, DEMO-ILL, CheckInItem, returned -> closed (end)',
    ]);
  });
});
