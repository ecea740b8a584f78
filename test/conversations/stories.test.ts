import { expect } from 'chai';
import { fields } from './kiosk.ts';
import { acceptItem, authentication, checkInItem, checkOutItem, lookupUser, requestItem } from './messages.ts';
import { textOf, World } from './world.ts';

const ada = '21234000000017';

describe('the two stories of an interlibrary loan', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  it('lender: requested, shipped, returned at the sorter, confirmed by the broker', async () => {
    const item = '31234000000012';
    const requested = await world.ncip(requestItem({ request: 'R-100', item }));
    expect(textOf(requested, 'RequestIdentifierValue')).to.equal('R-100');
    expect(textOf(requested, 'ItemIdentifierValue')).to.equal(item);
    expect(await world.legState('R-100')).to.equal('requested');

    const shipped = await world.ncip(checkOutItem({ request: 'R-100', item }));
    // The date had no zone: it is the library's, New York in winter.
    expect(textOf(shipped, 'DateDue')).to.equal('2027-03-02T04:59:00.000Z');
    expect(await world.legState('R-100')).to.equal('shipped');

    const sorter = await world.kiosk();
    const returned = await sorter.checkIn(item);
    expect(returned.slice(0, 6)).to.equal('101YNN');
    expect(await world.legState('R-100')).to.equal('returned');

    const confirmed = await world.ncip(checkInItem(item));
    expect(textOf(confirmed, 'ItemIdentifierValue')).to.equal(item);
    expect(await world.legState('R-100')).to.equal('closed');
  });

  it('borrower: looked up, accepted, on the hold shelf, lent and returned at the kiosk, sent home', async () => {
    const item = 'FAR-0001';
    const user = await world.ncip(
      lookupUser(authentication('Barcode Id', ada) + authentication('PIN', '1234'), ['User Id']),
    );
    expect(textOf(user, 'UserIdentifierValue')).to.equal('ada');

    const accepted = await world.ncip(acceptItem({ request: 'B-100', item }));
    expect(textOf(accepted, 'ItemIdentifierValue')).to.equal(item);
    expect(await world.legState('B-100')).to.equal('on-shelf');

    const kiosk = await world.kiosk({ tls: true });
    const shelf = await kiosk.patronInformation(ada, `Y${' '.repeat(9)}`);
    expect(fields(shelf, 'AS')).to.deep.equal([item]);

    const lent = await kiosk.checkOut(ada, item);
    expect(lent.slice(0, 3)).to.equal('121');
    expect(fields(lent, 'AH')).to.deep.equal(['2027-03-01 23:59']);
    expect(await world.legState('B-100')).to.equal('loaned');

    const returned = await kiosk.checkIn(item);
    expect(returned.slice(0, 6)).to.equal('101YNY');
    expect(fields(returned, 'AF').join()).to.contain('another library');
    expect(await world.legState('B-100')).to.equal('returned');

    await world.ncip(checkInItem(item));
    expect(await world.legState('B-100')).to.equal('closed');
    expect(
      world.alma.library.items.all().map((one) => one.barcode),
      'what Alma has',
    ).not.to.include(item);

    const late = await kiosk.checkIn(item);
    expect(late.slice(0, 3)).to.equal('101');
    expect(fields(late, 'AF').join()).to.contain('another library');
  });
});
