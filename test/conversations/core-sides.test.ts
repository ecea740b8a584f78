import { expect } from 'chai';
import { almaHas, inventory, profile, Worlds, writes } from './core-state.ts';
import { fields, type Kiosk } from './kiosk.ts';
import { acceptItem, checkInItem, checkOutItem, requestItem } from './messages.ts';
import { textOf, World } from './world.ts';

const item = '31234000000012';
const ada = '21234000000017';
const noor = '21234000000066';

describe('which side a message is about, and whose the item is', () => {
  let worlds: Worlds;
  let world: World;
  let kiosk: Kiosk;
  before(async () => {
    const perAgency = { perAgency: { idPrefix: 'ILL-', userGroup: 'PARTNER', externalId: 'SIS' } };
    worlds = await Worlds.start(3, () =>
      World.start(['institutions.01DEMO_INST.brokers=[demo-ill, other, agencies]'], {
        'brokers/other.yaml': profile({ code: 'OTHER' }),
        'brokers/agencies.yaml': profile({ code: 'AGENCIES', 'lending.patron': perAgency }),
      }),
    );
  });
  beforeEach(async () => {
    world = worlds.next();
    kiosk = await world.kiosk();
  });
  after(() => worlds.stop());

  const other = (message: string): string => message.replace('DEMO-ILL', 'OTHER');
  const problemOf = async (message: string): Promise<string | undefined> =>
    textOf(await world.ncip(message), 'ProblemType');

  it('CheckInItem says no side: the book’s own leg does', async () => {
    await world.ncip(checkOutItem({ request: 'S-1', item }));
    await world.ncip(acceptItem({ request: 'S-2', item: 'SIDE-2' }));
    const before = inventory(world);
    await world.ncip(checkInItem(item));
    expect(inventory(world), 'what we lent is still ours').to.deep.equal(before);
    await world.ncip(checkInItem('SIDE-2'));
    expect(inventory(world), 'what we borrowed is gone').to.deep.equal({
      bibs: before.bibs - 1,
      holdings: before.holdings - 1,
      items: before.items - 1,
      holds: before.holds - 1,
    });
    const sides = await Promise.all(['S-1', 'S-2'].map((request) => world.timelines(request)));
    expect(sides.flat().map(({ leg }) => leg?.side)).to.deep.equal(['lender', 'borrower']);
  });

  it('another partner can neither end a leg nor take it over', async () => {
    await world.ncip(requestItem({ request: 'S-3', item }));
    expect(await problemOf(other(checkOutItem({ request: 'O-3', item })))).to.equal('Resource Cannot Be Provided');
    await world.ncip(checkOutItem({ request: 'S-3', item }));
    expect(await problemOf(other(checkInItem(item)))).to.equal('Unknown Item');
    expect(almaHas(world, item)).to.include({ loans: 1, everLent: 1 });
    await world.ncip(acceptItem({ request: 'S-4', item: 'SIDE-4' }));
    expect(await problemOf(other(checkInItem('SIDE-4')))).to.equal('Unknown Item');
    expect(almaHas(world, 'SIDE-4')).to.include({ items: 1, holds: 1 });
    await world.ncip(checkInItem(item));
    await world.ncip(checkInItem('SIDE-4'));
    // The next loan of the same book may be the other's, and only the other's to end.
    await world.ncip(other(checkOutItem({ request: 'O-4', item })));
    expect(await problemOf(checkInItem(item))).to.equal('Unknown Item');
    expect(await world.ncip(other(checkInItem(item)))).not.to.contain('Problem');
    expect(almaHas(world, item)).to.include({ loans: 0, everLent: 2 });
  });

  it('a local patron’s loan is never ended by a broker, whether the book was lent out before or not', async () => {
    for (const story of ['never lent', 'lent before']) {
      if (story === 'lent before')
        for (const message of [checkOutItem({ request: 'S-5', item }), checkInItem(item)]) await world.ncip(message);
      await kiosk.checkOut(ada, item);
      world.letPass(25 * 60 * 60 * 1000);
      expect(await problemOf(checkInItem(item)), story).to.equal('Item Not Checked Out');
      expect(almaHas(world, item), story).to.include({ loans: 1 });
      await kiosk.checkIn(item);
    }
  });

  it('a book of ours that bears the barcode of one sent home is ours', async () => {
    const barcode = 'SIDE-6';
    await world.ncip(acceptItem({ request: 'S-6', item: barcode }));
    await world.ncip(checkInItem(barcode));
    world.alma.library.itemByBarcode(item)!.barcode = barcode;
    await kiosk.checkOut(ada, barcode);
    world.letPass(25 * 60 * 60 * 1000);
    expect(await problemOf(checkInItem(barcode))).to.equal('Item Not Checked Out');
    expect(almaHas(world, barcode)).to.include({ loans: 1 });
    // Reshelve, no alert: it is not another library's.
    expect((await kiosk.checkIn(barcode)).slice(0, 6)).to.equal('101YNN');
  });

  it('a borrowed book is lent to its patron and to nobody else', async () => {
    await world.ncip(acceptItem({ request: 'S-7', item: 'SIDE-7', user: ada }));
    expect((await kiosk.checkOut(noor, 'SIDE-7')).slice(0, 3)).to.equal('120');
    expect(await world.legState('S-7')).to.equal('on-shelf');
    expect(await problemOf(requestItem({ request: 'S-8', item: 'SIDE-7' }))).to.equal('Item Does Not Circulate');
    expect(await problemOf(checkOutItem({ request: 'S-8', item: 'SIDE-7' }))).to.equal('Item Does Not Circulate');
    expect(almaHas(world, 'SIDE-7')).to.include({ holds: 1, everLent: 0 });
    expect((await kiosk.checkOut(ada, 'SIDE-7')).slice(0, 3)).to.equal('121');
    expect(await world.legState('S-7')).to.equal('loaned');
    await world.ncip(checkInItem('SIDE-7'));
  });

  it('a borrowed book whose hold the staff cancelled, so that Alma would lend it to anybody, is still not theirs', async () => {
    await world.ncip(acceptItem({ request: 'S-13', item: 'SIDE-13', user: ada }));
    for (const hold of world.alma.library.requests.all()) hold.state = 'HISTORY';
    const refused = await kiosk.checkOut(noor, 'SIDE-13');
    expect(refused.slice(0, 3)).to.equal('120');
    expect(fields(refused, 'AF').join()).to.contain('reserved for somebody else');
    expect(almaHas(world, 'SIDE-13')).to.include({ everLent: 0 });
    await world.ncip(checkInItem('SIDE-13'));
  });

  it('a title request gets its item with CheckOutItem, and the kiosk’s return finds it', async () => {
    const { mmsId } = world.alma.library.itemByBarcode(item)!;
    await world.ncip(requestItem({ request: 'S-9', mmsId }));
    await world.ncip(checkOutItem({ request: 'S-9', item }));
    expect(almaHas(world, item)).to.include({ loans: 1, holds: 0 });
    expect(await world.timelines('S-9')).to.have.length(1);
    await kiosk.checkIn(item);
    expect(await world.legState('S-9')).to.equal('returned');
    await world.ncip(checkInItem(item));
    expect(await world.legState('S-9')).to.equal('closed');
  });

  it('a book is lent without a request before, and lent anew where the broker forgot to end the last loan', async () => {
    await world.ncip(checkOutItem({ request: 'S-10', item }));
    await kiosk.checkIn(item);
    expect(await world.legState('S-10')).to.equal('returned');
    const next = await world.ncip(checkOutItem({ request: 'S-11', item }));
    expect(textOf(next, 'DateDue')).to.equal('2027-03-02T04:59:00.000Z');
    expect(await world.ncip(checkOutItem({ request: 'S-11', item }))).to.equal(next);
    expect(await world.legState('S-10')).to.equal('closed');
    expect(await world.legState('S-11')).to.equal('shipped');
    expect(almaHas(world, item)).to.include({ loans: 1, everLent: 2 });
    await world.ncip(checkInItem(item));
  });

  it('a book that one agency has is not another’s, though one broker speaks for both', async () => {
    const by = (agency: string, message: string): string =>
      message.replace('DEMO-ILL', 'AGENCIES').replaceAll('BORROWER-A', agency);
    await world.ncip(by('NORTH', checkOutItem({ request: 'N-1', item })));
    await kiosk.checkIn(item);
    await world.ncip(by('NORTH', checkInItem(item)));
    const pid = world.alma.library.itemByBarcode(item)!.pid;
    // The desk lends it to the north by hand: no leg knows.
    const [past] = world.alma.library.loans.all().filter((loan) => loan.pid === pid);
    world.alma.library.loans.set('by hand', { ...past!, loanId: '1000000099980007421', returned: null });
    expect(await problemOf(by('SOUTH', checkOutItem({ request: 'N-2', item })))).to.equal(
      'Resource Cannot Be Provided',
    );
    expect(await world.ncip(by('NORTH', checkOutItem({ request: 'N-3', item })))).not.to.contain('Problem');
    expect(almaHas(world, item)).to.include({ loans: 1, everLent: 2 });
    await world.ncip(by('NORTH', checkInItem(item)));
  });

  it('two agencies that want one book at the same moment: one of them gets it', async () => {
    const by = (agency: string): string =>
      requestItem({ request: `W-${agency}`, item })
        .replace('DEMO-ILL', 'AGENCIES')
        .replaceAll('BORROWER-A', agency);
    const answers = await Promise.all(['EAST', 'WEST'].map((agency) => world.ncip(by(agency))));
    const problems = answers.map((answer) => textOf(answer, 'ProblemType'));
    expect(problems.toSorted()).to.deep.equal(['Item Not Available By Need Before Date', undefined]);
    expect(almaHas(world, item)).to.include({ holds: 1 });
    const agency = problems[0] === undefined ? 'EAST' : 'WEST';
    await world.ncip(checkOutItem({ request: `W-${agency}`, item }).replace('DEMO-ILL', 'AGENCIES'));
    await world.ncip(checkInItem(item).replace('DEMO-ILL', 'AGENCIES'));
  });

  it('a return at the kiosk ends the leg of a book that the desk lent by hand', async () => {
    await world.ncip(acceptItem({ request: 'S-12', item: 'SIDE-12' }));
    const { pid } = world.alma.library.itemByBarcode('SIDE-12')!;
    const { requests, loans } = world.alma.library;
    for (const hold of requests.all()) if (hold.pid === pid) hold.state = 'HISTORY';
    const pattern = loans.all()[0]!;
    loans.set('by hand', { ...pattern, loanId: '1000000099970007421', pid, userId: 'ada', returned: null });
    expect((await kiosk.checkIn('SIDE-12')).slice(0, 6), 'send it home').to.equal('101YNY');
    expect(await world.legState('S-12')).to.equal('returned');
    await world.ncip(checkInItem('SIDE-12'));
    expect(writes(world).at(-1)).to.equal('DELETE /bibs/{}');
  });
});
