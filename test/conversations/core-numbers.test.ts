import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { almaHas, inventory, profile } from './core-state.ts';
import { fields, type Kiosk } from './kiosk.ts';
import { acceptItem, checkInItem, checkOutItem } from './messages.ts';
import { World } from './world.ts';

const ours = '31234000000012';
const ada = '21234000000017';
const noor = '21234000000066';

/** Both partners number what they lend as they like; a prefix keeps their books apart from ours and each other's. */
describe('one number that is several things', () => {
  let world: World;
  let kiosk: Kiosk;
  beforeEach(async () => {
    world = await World.start(['institutions.01DEMO_INST.brokers=[demo-ill, other]'], {
      'brokers/demo-ill.yaml': profile({ 'borrowing.barcode.prefix': 'D-' }),
      'brokers/other.yaml': profile({ code: 'OTHER', 'borrowing.barcode.prefix': 'O-' }),
    });
    kiosk = await world.kiosk();
  });
  afterEach(() => world.stop());

  const other = (message: string): string => message.replace('DEMO-ILL', 'OTHER');

  it('a book of ours whose barcode is a broker’s number of another book is ours all the same', async () => {
    await world.ncip(acceptItem({ request: 'N-1', item: ours }));
    const told = await kiosk.itemInformation(ours);
    expect(told).not.to.contain('another library');
    const loan = await kiosk.checkOut(noor, ours);
    expect(loan.slice(0, 3), loan).to.equal('121');
    const back = await kiosk.checkIn(ours);
    expect(back.slice(0, 6), back).to.equal('101YNN');
    expect(await world.legState('N-1'), 'the borrowed book still waits').to.equal('on-shelf');
    expect((await kiosk.checkOut(ada, `D-${ours}`)).slice(0, 3)).to.equal('121');
  });

  it('two brokers may use one number, and each returns its own', async () => {
    const before = inventory(world);
    await world.ncip(acceptItem({ request: 'N-2', item: '4711' }));
    await world.ncip(other(acceptItem({ request: 'N-3', item: '4711', user: noor })));
    expect(await world.ncip(checkInItem('4711'))).not.to.contain('Problem');
    expect(await world.legState('N-2')).to.equal('closed');
    expect(await world.legState('N-3')).to.equal('on-shelf');
    expect(almaHas(world, 'O-4711')).to.include({ items: 1, holds: 1 });
    expect(await world.ncip(other(checkInItem('4711')))).not.to.contain('Problem');
    expect(await world.legState('N-3')).to.equal('closed');
    expect(inventory(world)).to.deep.equal(before);
  });

  it('a return that comes while the book is still being accepted waits for it', async () => {
    const before = inventory(world);
    await world.fault({ match: { method: 'POST', path: '/bibs/*/holdings' }, fault: 'latency', ms: 300 });
    const accepting = world.ncip(acceptItem({ request: 'N-6', item: '4712' }));
    await sleep(100);
    const returning = world.ncip(checkInItem('4712'));
    expect(await accepting).not.to.contain('Problem');
    expect(await returning).not.to.contain('Problem');
    expect(await world.legState('N-6')).to.equal('closed');
    expect(inventory(world)).to.deep.equal(before);
  });

  it('a partner that has our book while its own of the same number is here returns the one that is out', async () => {
    await world.ncip(acceptItem({ request: 'N-4', item: ours }));
    await world.ncip(checkOutItem({ request: 'N-5', item: ours }));
    expect(await world.ncip(checkInItem(ours))).not.to.contain('Problem');
    expect(await world.legState('N-5')).to.equal('closed');
    expect(await world.legState('N-4')).to.equal('on-shelf');
    expect(fields(await kiosk.itemInformation(`D-${ours}`), 'AF')).to.have.length(1);
  });
});
