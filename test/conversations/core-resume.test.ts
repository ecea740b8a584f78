import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { almaHas, inventory, Worlds, writes } from './core-state.ts';
import type { Kiosk } from './kiosk.ts';
import { acceptItem, checkInItem, requestItem } from './messages.ts';
import { textOf, World } from './world.ts';

const item = '31234000000012';
const ada = '21234000000017';
const loan = { method: 'POST', path: '/users/*/loans' };
const scan = { method: 'POST', path: '/bibs/*/holdings/*/items/*', op: 'scan' };
const hold = { method: 'POST', path: '/users/*/requests' };

describe('what nobody asks for again', () => {
  let worlds: Worlds;
  let world: World;
  let kiosk: Kiosk;
  before(async () => {
    worlds = await Worlds.start(3, () => World.start());
  });
  beforeEach(async () => {
    world = worlds.next();
    kiosk = await world.kiosk();
  });
  after(() => worlds.stop());

  const resumed = (): unknown[] =>
    world.events.filter(({ event }) => event === 'operation-resumed').map(({ facts }) => facts.result);

  it('a return at the kiosk is made by the job, because the book is in the bin', async () => {
    await kiosk.checkOut(ada, item);
    await world.fault({ match: scan, fault: 'html-503' });
    expect((await kiosk.checkIn(item)).slice(0, 3)).to.equal('100');
    expect(await world.gateway.resume()).to.equal(1);
    expect(almaHas(world, item), 'it may yet come: nothing is repeated at once').to.include({ loans: 1 });
    world.letPass(31_000);
    await world.gateway.resume();
    expect(almaHas(world, item)).to.include({ loans: 0, everLent: 1 });
    expect(resumed().slice(-2)).to.deep.equal(['library-system-unavailable', 'finished']);
    expect(await world.gateway.resume()).to.equal(0);
  });

  it('a defect of ours on the way is told with its cause, and is not the end of the job', async () => {
    await kiosk.checkOut(ada, item);
    await world.fault({ match: scan, fault: 'html-503' });
    await kiosk.checkIn(item);
    const store = new DatabaseSync(join(world.folder, 'circgate.sqlite'));
    // What no version of ours would write.
    store.exec('update runs set found = \'{"barcode":"x","item":17}\' where state = \'unknown\'');
    store.close();
    await world.gateway.resume();
    expect(resumed().at(-1)).to.equal('internal-error');
    const defect = world.events.findLast(({ event }) => event === 'defect');
    expect(defect?.facts).to.include({ where: 'check-in' });
    expect(defect?.facts.why).to.match(/undefined/);
    expect(defect?.facts.stack).to.contain('check-in.ts');
  });

  it('a late repeat of a return does not end the next reader’s loan', async () => {
    await kiosk.checkOut(ada, item);
    await world.fault({ match: scan, fault: 'html-503' });
    await kiosk.checkIn(item);
    // The desk takes the book back and lends it to Noor, in Alma, before the gateway looks again.
    const { loans, items } = world.alma.library;
    const first = loans.all().find(({ userId }) => userId === 'ada')!;
    first.returned = { at: new Date(), library: 'MAIN', desk: 'DEFAULT_CIRC_DESK' };
    loans.set('next', { ...first, loanId: '1000000099990007421', userId: 'noor', returned: null });
    world.letPass(31_000);
    await world.gateway.resume();
    expect(items.has(first.pid)).to.equal(true);
    expect(almaHas(world, item), 'Noor has it').to.include({ loans: 1, everLent: 2 });
    expect(writes(world).filter((write) => write.startsWith('POST /bibs'))).to.have.length(1);
  });

  it('a loan that did not happen is not made behind the back of a patron who has left', async () => {
    await world.fault({ match: loan, fault: 'html-503' });
    expect((await kiosk.checkOut(ada, item)).slice(0, 3)).to.equal('120');
    world.letPass(31_000);
    await world.gateway.resume();
    expect(resumed().at(-1)).to.equal('abandoned');
    expect(almaHas(world, item)).to.include({ everLent: 0 });
    expect((await kiosk.checkOut(ada, item)).slice(0, 3), 'the patron comes back').to.equal('121');
  });

  it('a loan that did happen is there when the patron scans the book again', async () => {
    await world.fault({ match: loan, fault: 'commit-late', ms: 150 });
    expect((await kiosk.checkOut(ada, item)).slice(0, 3)).to.equal('120');
    expect((await kiosk.checkOut(ada, item)).slice(0, 3), 'still unknown').to.equal('120');
    await sleep(200);
    expect((await kiosk.checkOut(ada, item)).slice(0, 4)).to.equal('121N');
    expect(almaHas(world, item)).to.include({ loans: 1, everLent: 1 });
    expect(writes(world)).to.deep.equal(['POST /users/{}/loans']);
  });

  it('a received book is catalogued to the end by the job', async () => {
    await world.fault({ match: hold, fault: 'html-503' });
    const answer = await world.ncip(acceptItem({ request: 'U-1', item: 'UNK-1' }));
    expect(textOf(answer, 'ProblemType')).to.equal('Temporary Processing Failure');
    // A return of what is still arriving has to wait, and so has the kiosk.
    expect(textOf(await world.ncip(checkInItem('UNK-1')), 'ProblemType')).to.equal('Temporary Processing Failure');
    expect((await kiosk.checkOut(ada, 'UNK-1')).slice(0, 3)).to.equal('120');
    world.letPass(31_000);
    await world.gateway.resume();
    expect(await world.legState('U-1')).to.equal('on-shelf');
    expect(almaHas(world, 'UNK-1')).to.include({ items: 1, holds: 1 });
    expect((await kiosk.checkOut(ada, 'UNK-1')).slice(0, 3)).to.equal('121');
    await world.ncip(checkInItem('UNK-1'));
  });

  it('a message of another content waits until the first one is known', async () => {
    await world.fault({ match: hold, fault: 'commit-late', ms: 150 });
    await world.ncip(requestItem({ request: 'U-2', item }));
    const other = requestItem({ request: 'U-2', item: '31234000000061' });
    expect(textOf(await world.ncip(other), 'ProblemType')).to.equal('Temporary Processing Failure');
    await sleep(200);
    expect(textOf(await world.ncip(other), 'ProblemType')).to.equal('Duplicate Request');
    expect(almaHas(world, item)).to.include({ holds: 1 });
    expect(almaHas(world, '31234000000061')).to.include({ holds: 0 });
  });

  it('an AcceptItem that Alma was too busy for leaves nothing, and its retry is welcome', async () => {
    const busy = await World.start([], {}, { writeMs: 1_000 });
    try {
      const before = inventory(busy);
      await busy.fault({ match: { method: 'POST', path: '/bibs' }, fault: 'refuse-429', times: 100 });
      const message = acceptItem({ request: 'U-3', item: 'BUSY-3' });
      expect(textOf(await busy.ncip(message), 'ProblemType')).to.equal('Temporary Processing Failure');
      await busy.clearFaults();
      expect(inventory(busy)).to.deep.equal(before);
      // The pace comes back in seconds, and this world has little patience: a broker tries again.
      let answer = await busy.ncip(message);
      for (let retry = 0; retry < 20 && answer.includes('Temporary Processing Failure'); retry++) {
        await sleep(500);
        answer = await busy.ncip(message);
      }
      expect(textOf(answer, 'ItemIdentifierValue')).to.equal('BUSY-3');
      expect(await busy.legState('U-3')).to.equal('on-shelf');
    } finally {
      await busy.stop();
    }
  });
});
