import { expect } from 'chai';
import { almaHas, inventory, Worlds, writes } from './core-state.ts';
import { acceptItem, checkInItem, checkOutItem, requestItem } from './messages.ts';
import { textOf, World } from './world.ts';

const item = '31234000000012';

describe('a message that comes twice', () => {
  let worlds: Worlds;
  let world: World;
  before(async () => {
    worlds = await Worlds.start(3, () => World.start());
  });
  beforeEach(() => {
    world = worlds.next();
  });
  after(() => worlds.stop());

  /** Says it twice in a row and twice at once; gives the one answer that all four got. */
  async function fourTimes(message: string): Promise<string> {
    const together = await Promise.all([world.ncip(message), world.ncip(message)]);
    const answers = new Set([...together, await world.ncip(message), await world.ncip(message)]);
    expect([...answers], 'different answers').to.have.length(1);
    return [...answers][0]!;
  }

  it('RequestItem: one answer, one hold, one leg', async () => {
    const answer = await fourTimes(requestItem({ request: 'D-1', item }));
    expect(textOf(answer, 'ItemIdentifierValue')).to.equal(item);
    expect(writes(world)).to.deep.equal(['POST /users/{}/requests']);
    expect(almaHas(world, item)).to.include({ holds: 1 });
    expect(await world.timelines('D-1')).to.have.length(1);
    await world.ncip(checkOutItem({ request: 'D-1', item }));
    await world.ncip(checkInItem(item));
  });

  it('CheckOutItem: one answer, one loan', async () => {
    const answer = await fourTimes(checkOutItem({ request: 'D-2', item }));
    expect(textOf(answer, 'DateDue')).to.equal('2027-03-02T04:59:00.000Z');
    expect(writes(world)).to.deep.equal(['POST /users/{}/loans', 'PUT /users/{}/loans/{}']);
    expect(almaHas(world, item)).to.include({ loans: 1, everLent: 1 });
    await world.ncip(checkInItem(item));
  });

  it('AcceptItem: one answer, one bib, holding, item and hold', async () => {
    const before = inventory(world);
    const answer = await fourTimes(acceptItem({ request: 'D-3', item: 'DUP-3' }));
    expect(textOf(answer, 'ItemIdentifierValue')).to.equal('DUP-3');
    const { bibs, holdings, items, holds } = before;
    expect(inventory(world)).to.deep.equal({
      bibs: bibs + 1,
      holdings: holdings + 1,
      items: items + 1,
      holds: holds + 1,
    });
    expect(writes(world)).to.deep.equal([
      'POST /bibs',
      'POST /bibs/{}/holdings',
      'POST /bibs/{}/holdings/{}/items',
      'POST /users/{}/requests',
      'POST /bibs/{}/holdings/{}/items/{}',
    ]);
    await world.ncip(checkInItem('DUP-3'));
  });

  it('CheckInItem: one answer, one return, everything deleted once', async () => {
    const before = inventory(world);
    await world.ncip(acceptItem({ request: 'D-4', item: 'DUP-4' }));
    await (await world.kiosk()).checkOut('21234000000017', 'DUP-4');
    const earlier = writes(world).length;
    const answer = await fourTimes(checkInItem('DUP-4'));
    expect(textOf(answer, 'ItemIdentifierValue')).to.equal('DUP-4');
    expect(writes(world).slice(earlier)).to.deep.equal([
      'POST /bibs/{}/holdings/{}/items/{}',
      'DELETE /bibs/{}/holdings/{}/items/{}',
      'DELETE /bibs/{}/holdings/{}',
      'DELETE /bibs/{}',
    ]);
    expect(inventory(world)).to.deep.equal(before);
  });

  it('the same request id with another body is another request, and refused', async () => {
    await world.ncip(requestItem({ request: 'D-5', item }));
    const other = await world.ncip(requestItem({ request: 'D-5', item: '31234000000061' }));
    expect(textOf(other, 'ProblemType')).to.equal('Duplicate Request');
    expect(almaHas(world, '31234000000061')).to.include({ holds: 0 });
    await world.ncip(checkOutItem({ request: 'D-5', item }));
    await world.ncip(checkInItem(item));

    await world.ncip(acceptItem({ request: 'D-6', item: 'DUP-6' }));
    const before = inventory(world);
    const later = await world.ncip(acceptItem({ request: 'D-6', item: 'DUP-6', due: '2027-04-01T23:59:00' }));
    expect(textOf(later, 'ProblemType')).to.equal('Cannot Accept Item');
    const elsewhere = await world.ncip(acceptItem({ request: 'D-6', item: 'DUP-6b' }));
    expect(textOf(elsewhere, 'ProblemType')).to.equal('Cannot Accept Item');
    expect(inventory(world)).to.deep.equal(before);
    await world.ncip(checkInItem('DUP-6'));
  });

  it('the same messages are done again in a later life of the item', async () => {
    const lending = [requestItem({ request: 'D-7', item }), checkOutItem({ request: 'D-7', item }), checkInItem(item)];
    const borrowing = [acceptItem({ request: 'D-8', item: 'DUP-8' }), checkInItem('DUP-8')];
    for (let life = 1; life <= 2; life++) {
      for (const message of lending) expect(await world.ncip(message)).not.to.contain('Problem');
      expect(almaHas(world, item)).to.deep.equal({ items: 1, holds: 0, loans: 0, everLent: life });
      for (const message of borrowing) expect(await world.ncip(message)).not.to.contain('Problem');
      expect(almaHas(world, 'DUP-8')).to.include({ items: 0 });
    }
    expect(writes(world).filter((write) => write === 'POST /bibs')).to.have.length(2);
    const states = (await world.timelines(item)).map(({ leg }) => leg?.state);
    expect(states.slice(-2)).to.deep.equal(['closed', 'closed']);
  });

  it('another request for an item that is promised already is refused before anything is done', async () => {
    await world.ncip(requestItem({ request: 'D-9', item }));
    const second = await world.ncip(requestItem({ request: 'D-10', item }));
    expect(textOf(second, 'ProblemType')).to.equal('Item Not Available By Need Before Date');
    expect(writes(world)).to.have.length(1);

    // The staff cancel the hold in Alma; nobody tells the gateway, which finds out when the item is wanted again.
    for (const hold of world.alma.library.requests.all()) hold.state = 'HISTORY';
    expect(await world.ncip(requestItem({ request: 'D-10', item }))).not.to.contain('Problem');
    expect(await world.legState('D-9')).to.equal('cancelled');
    expect(await world.legState('D-10')).to.equal('requested');
    await world.ncip(checkOutItem({ request: 'D-10', item }));
    await world.ncip(checkInItem(item));
  });
});
