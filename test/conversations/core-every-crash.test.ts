import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createAlma } from '../../src/alma/library-system.ts';
import { type Circulation, createCirculation } from '../../src/circulation/circulation.ts';
import type { Context, Partner } from '../../src/circulation/context.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { createCorrelations } from '../../src/store/correlations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createLedger } from '../../src/store/ledger.ts';
import { createTasks } from '../../src/store/tasks.ts';

const item = '31234000000012';
const ada = '21234000000017';
const password = 'ada-password';

const kiosk: Context = {
  institution: {
    ...{ code: 'X', name: 'Demo', timeZone: 'UTC', currency: 'USD' },
    ...{ pin: { kind: 'alma-password' }, limits: {} },
  },
  ...{ source: 'sip2', actor: 'kiosk1', message: '11 Checkout', lane: 'kiosk', traceId: 'first', pinDemand: 'if-sent' },
  place: { library: 'MAIN', circDesk: 'DEFAULT_CIRC_DESK' },
};
const broker: Context = {
  ...kiosk,
  ...{ source: 'ncip', actor: 'DEMO-ILL', lane: 'broker' },
  place: { library: 'ILL', circDesk: 'ILL_DESK' },
};
const partner: Partner = {
  ...{ code: 'DEMO-ILL', place: { library: 'ILL', circDesk: 'ILL_DESK' }, alreadyReturned: 'success' },
  lending: { patron: { kind: 'fixed', id: 'pseudopatron' }, pickupLibrary: 'ILL' },
  borrowing: {
    ...{ location: 'ill_temp', itemPolicy: 'ILL', barcode: { kind: 'item-id', prefix: 'D-' } },
    pickupLocations: { MAIN: { library: 'MAIN', circDesk: 'DEFAULT_CIRC_DESK' } },
    ...{ defaultPickupLocation: 'MAIN', automaticReceive: true },
  },
};
const due = '2027-03-01T23:59:00.000Z';

type Ask = (circulation: Circulation) => Promise<unknown>;
const repeat = (key: string) => ({ key, digest: '' });
const accept: Ask = (c) =>
  c.acceptItem(broker, {
    ...{ partner, request: { agency: 'A', value: 'R' }, itemId: '4711', patronId: ada, due, digest: 'd' },
    bib: { title: 'T', author: 'A', publisher: '', publicationDate: '' },
  });
const lendOwn: Ask = (c) =>
  c.checkOut(kiosk, { patronId: ada, barcode: item, pin: password, repeat: repeat('11-own') });
const lendTheirs: Ask = (c) => c.checkOut(kiosk, { patronId: ada, barcode: 'D-4711', repeat: repeat('11-theirs') });
const returnTheirs: Ask = (c) => c.checkIn(kiosk, { barcode: 'D-4711', repeat: repeat('09-theirs') });
const request: Ask = (c) =>
  c.requestItem(broker, {
    ...{ partner, request: { agency: 'A', value: 'L' }, target: { barcode: item }, forAgency: 'A', digest: 'd' },
  });
const ship: Ask = (c) =>
  c.checkOutForPartner(broker, {
    ...{ partner, request: { agency: 'A', value: 'L' }, itemId: item, forAgency: 'A', due, digest: 'd' },
  });
const sentHome: Ask = (c) => c.checkInForPartner(broker, { partner, itemId: '4711', digest: 'd' });
const cameBack: Ask = (c) => c.checkInForPartner(broker, { partner, itemId: item, digest: 'd' });
const extend: Ask = (c) =>
  c.renew(broker, {
    partner,
    barcode: item,
    patronId: 'pseudopatron',
    due: '2027-06-01T23:59:00.000Z',
    repeat: repeat('renew'),
  });

/** Each: what was said before, what is said when the process dies, what Alma must have after the same is said again. */
const cases: Record<string, { before: Ask[]; ask: Ask; has: [string, object][]; leg?: [string, string] }> = {
  'check-out': { before: [], ask: lendOwn, has: [[item, { loans: 1, everLent: 1 }]] },
  'accept-item': { before: [], ask: accept, has: [['D-4711', { items: 1, holds: 1 }]], leg: ['D-4711', 'on-shelf'] },
  'check-out of a borrowed item': {
    before: [accept],
    ask: lendTheirs,
    has: [['D-4711', { loans: 1, everLent: 1 }]],
    leg: ['D-4711', 'loaned'],
  },
  'check-in of a borrowed item': {
    before: [accept, lendTheirs],
    ask: returnTheirs,
    has: [['D-4711', { loans: 0, everLent: 1 }]],
    leg: ['D-4711', 'returned'],
  },
  'check-in-for-partner, borrowed': {
    before: [accept, lendTheirs],
    ask: sentHome,
    has: [['D-4711', { items: 0 }]],
    leg: ['D-4711', 'closed'],
  },
  'request-item': { before: [], ask: request, has: [[item, { holds: 1 }]], leg: [item, 'requested'] },
  'check-out-for-partner': {
    before: [request],
    ask: ship,
    has: [[item, { loans: 1, everLent: 1, holds: 0 }]],
    leg: [item, 'shipped'],
  },
  'check-out-for-partner, without a request': {
    before: [],
    ask: ship,
    has: [[item, { loans: 1, everLent: 1 }]],
    leg: [item, 'shipped'],
  },
  renew: { before: [request, ship], ask: extend, has: [[item, { loans: 1, everLent: 1 }]], leg: [item, 'shipped'] },
  'check-in-for-partner, lent': {
    before: [request, ship],
    ask: cameBack,
    has: [[item, { loans: 0, everLent: 1 }]],
    leg: [item, 'closed'],
  },
};

describe('a process that dies at any moment of an operation', () => {
  let alma: Simulator;
  let folder: string;
  before(async () => {
    alma = await startSimulator({ host: '127.0.0.1', port: 0, perSecond: 0 });
    folder = await mkdtemp(join(tmpdir(), 'circgate-every-crash-'));
  });
  after(async () => {
    await alma.stop();
    await rm(folder, { recursive: true });
  });
  let stores = 0;
  let ahead = 0;
  const clock = (): Date => new Date(Date.now() + ahead);

  /** One process on the store, which goes silent at this call of its ports (before or after the call is made). */
  function processOn(database: Database, dies: { at: number; after: boolean } | undefined) {
    const library = createAlma(
      new Map([['X', { url: alma.url, apiKey: 'demo-key', callsPerSecond: 10_000, currency: 'USD' }]]),
      {
        ...{ log: () => undefined, clock, limits: { pauseMs: 1, settlingMs: 1 } },
      },
    );
    let calls = 0;
    let dead = false;
    let died!: () => void;
    const death = new Promise<void>((resolve) => {
      died = resolve;
    });
    const never = (): Promise<never> => {
      dead = true;
      died();
      return new Promise(() => undefined);
    };
    const watched = <T extends object>(port: T): T =>
      new Proxy(port, {
        get(target, name) {
          const method = Reflect.get(target, name);
          if (typeof method !== 'function') return method;
          return async (...args: unknown[]) => {
            if (dead) return never();
            const mine = calls++;
            if (dies?.at === mine && !dies.after) return never();
            const result = await method.apply(target, args).then(
              (value: unknown) => () => value,
              (error: unknown) => () => {
                throw error;
              },
            );
            if (dead || (dies?.at === mine && dies.after)) return never();
            return result();
          };
        },
      });
    let id = 0;
    const process = `p${stores}-${ahead}-${Math.random()}`;
    const made = createCirculation({
      library: watched(library),
      correlations: watched(createCorrelations({ database, clock, log: () => undefined })),
      ledger: watched(createLedger({ database, clock, owner: process })),
      tasks: watched(createTasks({ database, clock })),
      elapsed: () => performance.now() + ahead,
      clock,
      newId: () => `${process}-${id++}`,
      note: () => undefined,
    });
    return { ...made, death, close: () => library.close() };
  }

  function almaHas(barcode: string) {
    const { items, loans, requests } = alma.library;
    const pids = items
      .all()
      .filter((known) => known.barcode === barcode)
      .map(({ pid }) => pid);
    const ofItem = loans.all().filter((loan) => pids.includes(loan.pid));
    return {
      items: pids.length,
      holds: requests.all().filter(({ pid, state }) => pid !== null && pids.includes(pid) && state !== 'HISTORY')
        .length,
      loans: ofItem.filter(({ returned }) => returned === null).length,
      everLent: ofItem.length,
    };
  }

  for (const [name, { before: earlier, ask, has, leg }] of Object.entries(cases))
    it(`${name}: the next process ends it, and the same message hears its outcome`, async () => {
      const wrong: string[] = [];
      let more = true;
      for (let at = 0; more; at++)
        for (const after of [false, true]) {
          alma.reset();
          alma.library.user('ada').password = password;
          ahead = 0;
          const database = await openDatabase(join(folder, `${stores++}.sqlite`));
          const first = processOn(database, undefined);
          for (const say of earlier) await say(first.circulation);
          const second = processOn(database, { at, after });
          const outcome = await Promise.race([
            ask(second.circulation).then(() => 'answered'),
            second.death.then(() => 'died'),
          ]);
          more = outcome === 'died';
          // Past Alma's last moment to commit.
          ahead += 31_000;
          const third = processOn(database, undefined);
          const told: string[] = [];
          try {
            await third.runner.resumeAll();
            const resumed = JSON.stringify(almaHas(has[0]![0]));
            for (let attempt = 0; ; attempt++) {
              const said = await ask(third.circulation).then(
                () => 'ok',
                (error: unknown) => String(error),
              );
              told.push(`${said} (after resume ${resumed})`);
              if (said === 'ok' || attempt === 2) break;
              ahead += 31_000;
            }
            if (!told.at(-1)!.startsWith('ok')) throw new Error(told.join('; '));
            for (const [barcode, counts] of has) expect(almaHas(barcode), barcode).to.include(counts);
            if (leg !== undefined) {
              const row = await database
                .selectFrom('legs')
                .select(['state', 'barcode'])
                .where('barcode', '=', leg[0])
                .execute();
              expect(row.map(({ state }) => state)).to.deep.equal([leg[1]]);
            }
            const left = await database
              .selectFrom('runs')
              .select('state')
              .where('state', 'not in', ['finished', 'refused'])
              .execute();
            expect(left, 'left').to.deep.equal([]);
          } catch (error) {
            const last = alma
              .calls()
              .slice(-6)
              .map(({ method, path, status }) => `${method} ${path} ${status}`);
            wrong.push(
              `call ${at} ${after ? 'after' : 'before'}: ${String(error)} told ${told.join('; ')}\n     ${last.join('\n     ')}`,
            );
          }
          await Promise.all([first.close(), second.close(), third.close()]);
          await database.destroy();
        }
      expect(wrong, `\n${wrong.join('\n')}`).to.deep.equal([]);
    }).timeout(120_000);
});
