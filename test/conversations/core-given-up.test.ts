import { expect } from 'chai';
import { almaHas, inventory, Worlds, writes } from './core-state.ts';
import { acceptItem, checkInItem, checkOutItem } from './messages.ts';
import { textOf, World } from './world.ts';

const ada = '21234000000017';
const day = 24 * 60 * 60 * 1000;
const hold = { method: 'POST', path: '/users/*/requests' };

describe('an operation that was given up', () => {
  let worlds: Worlds;
  let world: World;
  before(async () => {
    worlds = await Worlds.start(3, () => World.start());
  });
  beforeEach(() => {
    world = worlds.next();
  });
  after(() => worlds.stop());

  /** The hold's outcome stays unknown for a day: the record and the item are in Alma, the leg is open. */
  async function giveUp(message: string): Promise<void> {
    await world.fault({ match: hold, fault: 'html-503' });
    expect(textOf(await world.ncip(message), 'ProblemType')).to.equal('Temporary Processing Failure');
    world.letPass(day + 60_000);
    await world.gateway.resume();
    const resumed = world.events.filter(({ event }) => event === 'operation-resumed');
    expect(resumed.at(-1)?.facts.result).to.equal('given up');
    expect(await world.gateway.resume(), 'nobody takes it up again').to.equal(0);
  }

  it('goes on when the broker sends its message again, with what it left in Alma', async () => {
    const before = inventory(world);
    const message = acceptItem({ request: 'G-1', item: 'GIVEN-1' });
    await giveUp(message);
    expect(textOf(await world.ncip(message), 'ItemIdentifierValue')).to.equal('GIVEN-1');
    expect(await world.legState('G-1')).to.equal('on-shelf');
    const { bibs, holdings, items, holds } = before;
    expect(inventory(world)).to.deep.equal({
      bibs: bibs + 1,
      holdings: holdings + 1,
      items: items + 1,
      holds: holds + 1,
    });
    expect(writes(world).filter((write) => write === 'POST /bibs')).to.have.length(1);
    expect((await (await world.kiosk()).checkOut(ada, 'GIVEN-1')).slice(0, 3)).to.equal('121');
    await world.ncip(checkInItem('GIVEN-1'));
    expect(inventory(world)).to.deep.equal(before);
  });

  it('goes on in the words that the broker uses then', async () => {
    await giveUp(acceptItem({ request: 'G-2', item: 'GIVEN-2' }));
    const later = acceptItem({ request: 'G-2', item: 'GIVEN-2', due: '2027-05-01T23:59:00' });
    expect(textOf(await world.ncip(later), 'ItemIdentifierValue')).to.equal('GIVEN-2');
    const [timeline] = await world.timelines('G-2');
    expect(timeline?.leg).to.include({ state: 'on-shelf', due: '2027-05-02T03:59:00.000Z' });
    await world.ncip(checkInItem('GIVEN-2'));
  });

  it('stands in nobody’s way: the book can be sent home', async () => {
    const before = inventory(world);
    await giveUp(acceptItem({ request: 'G-3', item: 'GIVEN-3' }));
    expect(almaHas(world, 'GIVEN-3')).to.include({ items: 1, holds: 0 });
    expect(await world.ncip(checkInItem('GIVEN-3'))).not.to.contain('Problem');
    expect(await world.legState('G-3')).to.equal('closed');
    expect(inventory(world)).to.deep.equal(before);
    // The next life of the same request begins from nothing.
    const again = acceptItem({ request: 'G-3', item: 'GIVEN-3' });
    expect(textOf(await world.ncip(again), 'ItemIdentifierValue')).to.equal('GIVEN-3');
    await world.ncip(checkInItem('GIVEN-3'));
  });

  it('does not believe its own old steps: a book that came back meanwhile is lent again', async () => {
    const item = '31234000000012';
    await world.fault({ match: { method: 'PUT', path: '/users/*/loans/*' }, fault: 'html-503' });
    const message = checkOutItem({ request: 'G-4', item });
    expect(textOf(await world.ncip(message), 'ProblemType')).to.equal('Temporary Processing Failure');
    world.letPass(day + 60_000);
    await world.gateway.resume();
    expect(almaHas(world, item), 'lent, and never known with which date').to.include({ loans: 1 });
    expect((await (await world.kiosk()).checkIn(item)).slice(0, 3)).to.equal('101');
    expect(await world.ncip(message)).not.to.contain('Problem');
    expect(almaHas(world, item)).to.include({ loans: 1, everLent: 2 });
    expect(await world.legState('G-4')).to.equal('shipped');
    await world.ncip(checkInItem(item));
  });

  it('stays what it is when the repeat meets a refusal, and goes on with the next one', async () => {
    const before = inventory(world);
    const message = acceptItem({ request: 'G-5', item: 'GIVEN-5' });
    await giveUp(message);
    // The patron is not to be found, first because Alma is away.
    await world.fault({ match: { method: 'GET', path: '/users/*' }, fault: 'html-503', times: 4 });
    expect(textOf(await world.ncip(message), 'ProblemType')).to.equal('Temporary Processing Failure');
    const { users } = world.alma.library;
    const patron = world.alma.library.user('ada');
    users.delete('ada');
    expect(textOf(await world.ncip(message), 'ProblemType')).to.equal('Unknown User');
    users.set('ada', patron);
    expect(textOf(await world.ncip(message), 'ItemIdentifierValue')).to.equal('GIVEN-5');
    expect(await world.legState('G-5')).to.equal('on-shelf');
    expect(writes(world).filter((write) => write === 'POST /bibs')).to.have.length(1);
    await world.ncip(checkInItem('GIVEN-5'));
    expect(inventory(world)).to.deep.equal(before);
  });
});
