import { expect } from 'chai';
import { almaHas, returnAtDesk, Worlds, writes } from './core-state.ts';
import type { Kiosk } from './kiosk.ts';
import { World } from './world.ts';

const item = '31234000000012';
const ada = '21234000000017';

/** A clock that stands still: every message of the terminal carries the same dates. */
const date = '20261122    101500';
const checkOut = `11YN${date}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${item}|AC|`;
const checkIn = `09N${date}${date}AP|AO01DEMO_INST|AB${item}|AC|`;
const renew = `29NN${date}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${item}|AC|`;

describe('a terminal that says the same words again', () => {
  let worlds: Worlds;
  let world: World;
  let kiosk: Kiosk;
  before(async () => {
    worlds = await Worlds.start(3, () => World.start());
  });
  beforeEach(async () => {
    world = worlds.next();
    kiosk = await world.kiosk();
    // What another test said must not stand in the store as if it had been said here.
    world.letPass(60 * 60 * 1000);
  });
  afterEach(() => kiosk.close());
  after(() => worlds.stop());

  const start = async (line: string, by = kiosk): Promise<string> => (await by.say(line)).slice(0, 3);

  it('means a new loan once the book has been returned, whatever its clock says', async () => {
    for (let life = 1; life <= 3; life++) {
      expect(await start(checkOut)).to.equal('121');
      expect(almaHas(world, item)).to.include({ loans: 1, everLent: life });
      expect(await start(checkIn)).to.equal('101');
      expect(almaHas(world, item)).to.include({ loans: 0, everLent: life });
    }
  });

  it('means a new loan after a return at the desk, of which our store knows nothing', async () => {
    expect(await start(checkOut)).to.equal('121');
    await returnAtDesk(world, item);
    const again = await world.kiosk();
    expect(await start(checkOut, again)).to.equal('121');
    expect(almaHas(world, item)).to.include({ loans: 1, everLent: 2 });
  });

  it('means the same loan while it is there: one read, and no second write', async () => {
    const first = await kiosk.say(checkOut);
    const calls = world.alma.calls().length;
    const again = await (await world.kiosk()).say(checkOut);
    expect(again).to.equal(first);
    expect(world.alma.calls().length - calls).to.equal(1);
    expect(writes(world)).to.deep.equal(['POST /users/{}/loans']);
  });

  it('means the next return when the desk has lent the book meanwhile', async () => {
    await kiosk.checkOut(ada, item);
    expect(await start(checkIn)).to.equal('101');
    const { loans } = world.alma.library;
    const [ended] = loans.all().filter(({ userId }) => userId === 'ada');
    loans.set('next', { ...ended!, loanId: '1000000099990007421', userId: 'noor', returned: null });
    expect(await start(checkIn, await world.kiosk())).to.equal('101');
    expect(almaHas(world, item)).to.include({ loans: 0, everLent: 2 });
  });

  it('gets the stored answer of a renewal only while the loan is due when it said', async () => {
    await kiosk.checkOut(ada, item);
    world.letPass(60 * 60 * 1000);
    const first = await kiosk.say(renew);
    expect(first.slice(0, 4)).to.equal('301Y');
    expect(await (await world.kiosk()).say(renew)).to.equal(first);
    expect(writes(world).filter((write) => write.includes('/loans/'))).to.have.length(1);
  });
});
