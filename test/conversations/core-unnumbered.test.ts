import { expect } from 'chai';
import { almaHas, Worlds, writes } from './core-state.ts';
import { checkInItem, checkOutItem, requestItem } from './messages.ts';
import { World } from './world.ts';

const item = '31234000000012';
const title = '990000000001607421';
const twoDays = 2 * 24 * 60 * 60 * 1000;

describe('a broker that numbers no requests', () => {
  let worlds: Worlds;
  let world: World;
  before(async () => {
    worlds = await Worlds.start(2, () => World.start());
  });
  beforeEach(() => {
    world = worlds.next();
  });
  after(() => worlds.stop());

  const unnumbered = (message: string): string => message.replace(/<ns1:RequestId>.*?<\/ns1:RequestId>/s, '');

  it('may want an item again once it has had it: there is a hold again', async () => {
    const wish = unnumbered(requestItem({ item }));
    expect(await world.ncip(wish)).not.to.contain('Problem');
    expect(await world.ncip(unnumbered(checkOutItem({ item })))).not.to.contain('Problem');
    expect(await world.ncip(checkInItem(item))).not.to.contain('Problem');
    expect(almaHas(world, item)).to.include({ holds: 0, loans: 0 });
    world.letPass(twoDays);
    expect(await world.ncip(wish)).not.to.contain('Problem');
    expect(almaHas(world, item)).to.include({ holds: 1 });
    expect(await world.ncip(wish), 'and once however often it is said').not.to.contain('Problem');
    expect(almaHas(world, item)).to.include({ holds: 1 });
  });

  it('hears of a title that it wants days later what Alma says then', async () => {
    const wish = unnumbered(requestItem({ mmsId: title }));
    expect(await world.ncip(wish)).not.to.contain('Problem');
    expect(await world.ncip(wish)).not.to.contain('Problem');
    const holds = (): number => writes(world).filter((write) => write.endsWith('/requests')).length;
    expect(holds()).to.equal(1);
    world.letPass(twoDays);
    await world.ncip(wish);
    expect(holds()).to.equal(2);
  });
});
