import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { openForReading } from '../../src/store/database.ts';
import { openTasks as openTasksIn } from '../../src/store/tasks.ts';
import { almaHas, returnAtDesk, Worlds } from './core-state.ts';
import { now } from './kiosk.ts';
import { acceptItem, checkInItem, checkOutItem, itemId, message, requestItem, userId } from './messages.ts';
import { World } from './world.ts';

const item = '31234000000012';
const onLoan = '31234000000095';
const wanted = '31234000000053';
const onShelf = '31234000000103';
const missing = '31234000000087';
const title = '990000000001607421';
const ada = '21234000000017';
const dora = '21234000000041';
const emil = '21234000000058';
const noor = '21234000000066';
const minute = 60_000;
/** Years ahead: these conversations are told days apart. */
const due = '2035-03-01T23:59:00';

const scan = { method: 'POST', path: '/bibs/*/holdings/*/items/*', op: 'scan' };
const loan = { method: 'POST', path: '/users/*/loans' };
const renewal = { method: 'POST', path: '/users/*/loans/*', op: 'renew' };
const dueDate = { method: 'PUT', path: '/users/*/loans/*' };
const hold = { method: 'POST', path: '/users/*/requests' };
const payment = { method: 'POST', path: '/users/*/fees/*', op: 'pay' };

type Said = (world: World) => Promise<string>;

/** A message is made once: saying it again is the same message. */
const atKiosk =
  (make: () => string): (() => Said) =>
  () => {
    const line = make();
    return async (world) => (await world.kiosk()).say(line);
  };
const byBroker =
  (text: string): (() => Said) =>
  () =>
  (world) =>
    world.ncip(text);

const checkIn = (barcode: string) => atKiosk(() => `09N${now()}${now()}AP|AO01DEMO_INST|AB${barcode}|AC|`);
const checkOut = (patron: string, barcode: string) =>
  atKiosk(() => `11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${patron}|AB${barcode}|AC|`);
const renew = (patron: string, barcode: string) =>
  atKiosk(() => `29NN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${patron}|AB${barcode}|AC|`);
const feePaid = (amount: string) => atKiosk(() => `37${now()}0400USDBV${amount}|AO01DEMO_INST|AA${dora}|AC|`);

/** Each write, from every state of item and patron in which a conversation can meet it. */
const stories: readonly { write: string; from: string; earlier?: () => Said; says: () => Said; match: object }[] = [
  { write: '09 scan', from: 'in place', says: checkIn(item), match: scan },
  { write: '09 scan', from: 'wanted by somebody', says: checkIn(wanted), match: scan },
  { write: '09 scan', from: 'on the hold shelf', says: checkIn(onShelf), match: scan },
  { write: '09 scan', from: 'on loan', says: checkIn(onLoan), match: scan },
  { write: '09 scan', from: 'missing', says: checkIn(missing), match: scan },
  { write: '09 scan', from: 'back already', earlier: checkIn(onLoan), says: checkIn(onLoan), match: scan },
  { write: '11 loan', from: 'in place', says: checkOut(ada, item), match: loan },
  { write: '11 loan', from: 'on the shelf for the patron', says: checkOut(emil, onShelf), match: loan },
  {
    write: '11 loan',
    from: 'lent and returned before',
    earlier: checkIn(onLoan),
    says: checkOut(emil, onLoan),
    match: loan,
  },
  { write: '29 renewal', from: 'of an old loan', says: renew(emil, onLoan), match: renewal },
  {
    write: '29 renewal',
    from: 'of a loan made today',
    earlier: checkOut(noor, item),
    says: renew(noor, item),
    match: renewal,
  },
  {
    write: '29 renewal',
    from: 'renewed today',
    earlier: renew(emil, onLoan),
    says: renew(emil, onLoan),
    match: renewal,
  },
  { write: '37 payment', from: 'nothing paid', says: feePaid('5.00'), match: payment },
  { write: '37 payment', from: 'as much paid before', earlier: feePaid('5.00'), says: feePaid('5.00'), match: payment },
  { write: '37 payment', from: 'the whole', says: feePaid('25.00'), match: payment },
  { write: 'RequestItem hold', from: 'in place', says: byBroker(requestItem({ request: 'Q-1', item })), match: hold },
  {
    write: 'RequestItem hold',
    from: 'wanted by a patron',
    says: byBroker(requestItem({ request: 'Q-1', item: wanted })),
    match: hold,
  },
  {
    write: 'RequestItem hold',
    from: 'another title of the same patron',
    earlier: byBroker(requestItem({ request: 'Q-0', item })),
    says: byBroker(requestItem({ request: 'Q-1', mmsId: title })),
    match: hold,
  },
  {
    write: 'CheckOutItem loan',
    from: 'in place',
    says: byBroker(checkOutItem({ request: 'Q-1', item, due })),
    match: loan,
  },
  {
    write: 'CheckOutItem loan',
    from: 'requested',
    earlier: byBroker(requestItem({ request: 'Q-1', item })),
    says: byBroker(checkOutItem({ request: 'Q-1', item, due })),
    match: loan,
  },
  {
    write: 'CheckOutItem date',
    from: 'in place',
    says: byBroker(checkOutItem({ request: 'Q-1', item, due })),
    match: dueDate,
  },
  {
    write: 'RenewItem date',
    from: 'shipped',
    earlier: byBroker(checkOutItem({ request: 'Q-1', item, due })),
    says: byBroker(
      message(
        'RenewItem',
        `${userId('pseudopatron')}${itemId(item)}<DesiredDateDue>2036-05-01T23:59:00</DesiredDateDue>`,
      ),
    ),
    match: dueDate,
  },
  {
    write: 'AcceptItem hold',
    from: 'new',
    says: byBroker(acceptItem({ request: 'Q-2', item: 'SEEN-2', due })),
    match: hold,
  },
  {
    write: 'AcceptItem receipt',
    from: 'new',
    says: byBroker(acceptItem({ request: 'Q-2', item: 'SEEN-2', due })),
    match: scan,
  },
  {
    write: 'CheckInItem scan',
    from: 'shipped',
    earlier: byBroker(checkOutItem({ request: 'Q-1', item, due })),
    says: byBroker(checkInItem(item)),
    match: scan,
  },
];

describe('a write of which nobody heard', () => {
  let worlds: Worlds;
  let world: World;
  before(async () => {
    worlds = await Worlds.start(3, () => World.start());
  });
  beforeEach(() => {
    world = worlds.next();
    // Each conversation is of another day, so that none is taken for another's repeat.
    world.letPass(8 * 24 * 60 * minute);
  });
  after(() => worlds.stop());

  const isLater = (answer: string): boolean =>
    answer.includes('Temporary Processing Failure') || answer.includes('The library system does not answer');

  const succeeded = (answer: string): boolean =>
    answer.startsWith('<') ? !answer.includes('Problem') : /^..[1Y]/.test(answer);

  /** What Alma keeps, but for moments and ids. */
  const state = (): string => {
    const { items, loans, requests, fees, bibs } = world.alma.library;
    return JSON.stringify({
      bibs: bibs.size,
      items: items.all().map(({ barcode, process }) => [barcode, process]),
      loans: loans.all().map(({ userId, pid, returned, renewals }) => [userId, pid, returned !== null, renewals]),
      holds: requests.all().map(({ userId, mmsId, pid, state }) => [userId, mmsId, pid, state]),
      fees: fees.all().map(({ balance, payments }) => [balance, payments.map(({ amount }) => amount)]),
    });
  };

  /** Tells a story in a fresh Alma, its write disturbed or not, until it has an answer; gives what Alma keeps then. */
  async function told({ earlier, says, match }: (typeof stories)[number], fault?: string): Promise<string> {
    world.alma.reset();
    closeLegs();
    world.letPass(8 * 24 * 60 * minute);
    if (earlier) expect(await earlier()(world)).to.satisfy(succeeded);
    world.letPass(11 * minute);
    if (fault) await world.fault({ match, fault });
    const say = says();
    let answer = await say(world);
    for (let round = 0; isLater(answer) && round < 3; round++) {
      world.letPass(31_000);
      await world.gateway.resume();
      answer = await say(world);
    }
    expect(answer).to.satisfy(succeeded);
    return state();
  }

  /** Ends the legs of the story before, which nobody in it ends: another story is another life of the same book. */
  function closeLegs(): void {
    const store = new DatabaseSync(join(world.folder, 'circgate.sqlite'));
    store.exec("update legs set state = 'cancelled', closed_at = updated_at where closed_at is null");
    store.close();
  }

  for (const story of stories)
    it(`${story.write}, ${story.from}: is made once, whether it had been made or not`, async () => {
      const undisturbed = await told(story);
      expect(await told(story, 'html-503'), 'the crash came before the call').to.equal(undisturbed);
      expect(await told(story, 'html-503-after-execute'), 'the crash came after it').to.equal(undisturbed);
    }).timeout(30_000);

  it('a second request for a title does not take the hold of the first for its own', async () => {
    expect(await world.ncip(requestItem({ request: 'T-1', mmsId: title }))).not.to.contain('Problem');
    await world.fault({ match: hold, fault: 'html-503' });
    const holds = (): number =>
      world.alma.library.requests.all().filter(({ userId }) => userId === 'pseudopatron').length;
    const second = await world.ncip(requestItem({ request: 'T-2', mmsId: title }));
    expect([second.includes('Problem'), holds()], second).to.deep.equal([true, 1]);
  });

  it('is believed to be lost by the time that has really passed, not by a clock that was set forward', async () => {
    await world.fault({ match: loan, fault: 'commit-late', ms: 300 });
    const say = checkOut(ada, item)();
    expect((await say(world)).slice(0, 3)).to.equal('120');
    // NTP, or summer time done wrong: the wall clock is a minute on, and nothing has passed.
    world.setClock(minute);
    expect((await say(world)).slice(0, 3), 'still unknown').to.equal('120');
    await sleep(400);
    expect((await say(world)).slice(0, 3)).to.equal('121');
    expect(almaHas(world, item)).to.include({ loans: 1, everLent: 1 });
  });

  describe('a loan that came after the kiosk had given up', () => {
    const openTasks = async () => {
      const database = openForReading(`${world.folder}/circgate.sqlite`);
      try {
        return await openTasksIn(database);
      } finally {
        await database.destroy();
      }
    };

    it('is found ten minutes later, and a task for people', async () => {
      const before = (await openTasks()).length;
      await world.fault({ match: loan, fault: 'commit-late', ms: 200 });
      expect((await checkOut(ada, item)()(world)).slice(0, 3)).to.equal('120');
      world.letPass(31_000);
      await world.gateway.resume();
      await sleep(300);
      expect(almaHas(world, item), 'there it is').to.include({ loans: 1 });
      expect(await openTasks()).to.have.length(before);
      world.letPass(10 * minute);
      await world.gateway.resume();
      const task = (await openTasks()).at(-1);
      expect(task).to.include({ item, message: '11 Checkout', actor: 'kiosk1' });
      expect(task?.toDo).to.match(/scan it in at the desk/);
      expect(almaHas(world, item), 'nothing is taken back').to.include({ loans: 1 });
      world.letPass(24 * 60 * minute);
      await world.gateway.resume();
      expect(await openTasks()).to.have.length(before + 1);
    });

    it('is found a day later as well', async () => {
      const before = (await openTasks()).length;
      await world.fault({ match: loan, fault: 'html-503' });
      await checkOut(ada, item)()(world);
      for (const pause of [31_000, 10 * minute]) {
        world.letPass(pause);
        await world.gateway.resume();
      }
      expect(await openTasks()).to.have.length(before);
      lendAtDesk();
      world.letPass(24 * 60 * minute);
      await world.gateway.resume();
      expect(await openTasks()).to.have.length(before + 1);
    });

    it('is no task where the patron came back and borrowed the book', async () => {
      const before = (await openTasks()).length;
      await world.fault({ match: loan, fault: 'html-503' });
      await checkOut(ada, item)()(world);
      world.letPass(31_000);
      await world.gateway.resume();
      expect((await checkOut(ada, item)()(world)).slice(0, 3)).to.equal('121');
      for (const pause of [10 * minute, 24 * 60 * minute]) {
        world.letPass(pause);
        await world.gateway.resume();
      }
      expect(await openTasks()).to.have.length(before);
      await returnAtDesk(world, item);
    });

    /** Ada has the book, and our store knows nothing of it. */
    function lendAtDesk(): void {
      const { loans } = world.alma.library;
      const { pid } = world.alma.library.itemByBarcode(item)!;
      const [any] = loans.all();
      loans.set('late', { ...any!, loanId: '1000000099990007421', userId: 'ada', pid, returned: null });
    }
  });
});
