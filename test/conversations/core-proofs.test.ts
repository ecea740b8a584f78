import { expect } from 'chai';
import { authentication, itemId, message } from './messages.ts';
import { problemOf } from './ncip-broker.ts';
import { World } from './world.ts';

const item = '31234000000012';
const noor = '21234000000066';
const threeDays = 3 * 24 * 60 * 60 * 1000;

describe('a PIN that comes with a repeat', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  it('is looked at, though the message was served before without one', async () => {
    await (await world.kiosk()).checkOut(noor, item);
    world.letPass(threeDays);
    const renewItem = (...inputs: string[]): string => message('RenewItem', inputs.join('') + itemId(item));
    const who = authentication('Barcode Id', noor);
    const first = await world.ncip(renewItem(who));
    expect(first).not.to.contain('Problem');
    const wrong = await world.ncip(renewItem(who, authentication('PIN', 'wrong')));
    expect(problemOf(wrong).type).to.equal('User Authentication Failed');
    expect(await world.ncip(renewItem(who)), 'a repeat without one is the same message').to.equal(first);
  });
});
