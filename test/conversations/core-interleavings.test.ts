import { expect } from 'chai';
import { almaHas, profile, Worlds, way, writes } from './core-state.ts';
import { fields, type Kiosk, now } from './kiosk.ts';
import { acceptItem, checkInItem, checkOutItem, requestItem } from './messages.ts';
import { textOf, World } from './world.ts';

const ada = '21234000000017';
const noor = '21234000000066';
const item = '31234000000012';

describe('a kiosk and a broker with the same book', () => {
  let worlds: Worlds;
  let world: World;
  let kiosk: Kiosk;
  let serial = 0;
  before(async () => {
    worlds = await Worlds.start(3, () =>
      World.start(['institutions.01DEMO_INST.brokers=[demo-ill, strict]'], {
        'brokers/strict.yaml': profile({ code: 'STRICT', alreadyReturned: 'problem' }),
      }),
    );
  });
  beforeEach(async () => {
    world = worlds.next();
    kiosk = await world.kiosk();
  });
  after(() => worlds.stop());

  const strict = (message: string): string => message.replace('DEMO-ILL', 'STRICT');
  function isGone(barcode: string): void {
    expect(almaHas(world, barcode).items, 'temporary items').to.equal(0);
  }

  /** A borrowed book that Ada has. */
  async function lent(as = (message: string): string => message): Promise<{ request: string; book: string }> {
    serial += 1;
    const [request, book] = [`I-${serial}`, `BOOK-${serial}`];
    await world.ncip(as(acceptItem({ request, item: book })));
    expect((await kiosk.checkOut(ada, book)).slice(0, 3)).to.equal('121');
    return { request, book };
  }
  const received = ['AcceptItem: accepting', 'AcceptItem: accepting -> on-shelf', '11 Checkout: on-shelf -> loaned'];
  const atKioskFirst = [...received, '09 Checkin: loaned -> returned', 'CheckInItem: returned -> closed (end)'];
  const brokerFirst = [...received, 'CheckInItem: loaned -> closed (end)'];

  it('(1) 09 and then CheckInItem: both succeed', async () => {
    const { request, book } = await lent();
    expect((await kiosk.checkIn(book)).slice(0, 6)).to.equal('101YNY');
    expect(textOf(await world.ncip(checkInItem(book)), 'ItemIdentifierValue')).to.equal(book);
    expect(await way(world, request)).to.deep.equal(atKioskFirst);
    isGone(book);
  });

  it('(2) CheckInItem and then 09: both succeed, and the kiosk still knows whose it is', async () => {
    const { request, book } = await lent();
    expect(textOf(await world.ncip(checkInItem(book)), 'ItemIdentifierValue')).to.equal(book);
    isGone(book);
    const late = await kiosk.checkIn(book);
    expect(late.slice(0, 6)).to.equal('101YNY');
    expect(fields(late, 'CL')).to.deep.equal(['4']);
    expect(await way(world, request)).to.deep.equal(brokerFirst);
  });

  it('(3) both at the same time: both succeed, and the loan ends once', async () => {
    const { request, book } = await lent();
    const [atKiosk, atBroker] = await Promise.all([kiosk.checkIn(book), world.ncip(checkInItem(book))]);
    expect(atKiosk.slice(0, 3)).to.equal('101');
    expect(textOf(atBroker, 'ItemIdentifierValue')).to.equal(book);
    expect(await way(world, request)).to.be.deep.oneOf([atKioskFirst, brokerFirst]);
    isGone(book);
  });

  it('(1-3) on the lender’s side: in every order one loan, one return', async () => {
    for (const order of ['kiosk first', 'broker first', 'together']) {
      serial += 1;
      const request = `I-${serial}`;
      await world.ncip(requestItem({ request, item }));
      await world.ncip(checkOutItem({ request, item }));
      const says = [() => kiosk.checkIn(item), () => world.ncip(checkInItem(item))];
      if (order === 'broker first') says.reverse();
      const answers: string[] = [];
      if (order === 'together') answers.push(...(await Promise.all(says.map((say) => say()))));
      else for (const say of says) answers.push(await say());
      for (const answer of answers) expect(answer, order).to.match(/^101|ItemIdentifierValue>31234000000012</);
      expect(await world.legState(request)).to.equal('closed');
      expect(almaHas(world, item)).to.include({ loans: 0, holds: 0 });
    }
    expect(almaHas(world, item)).to.include({ everLent: 3 });
  });

  it('tells the broker of a strict profile that the kiosk was first, and clears away all the same', async () => {
    const { request, book } = await lent(strict);
    await kiosk.checkIn(book);
    const answer = await world.ncip(strict(checkInItem(book)));
    expect(textOf(answer, 'ProblemType')).to.equal('Item Not Checked Out');
    isGone(book);
    expect(await world.legState(request)).to.equal('closed');
    expect(textOf(await world.ncip(strict(checkInItem(book))), 'ProblemType')).to.equal('Item Not Checked Out');

    const other = await lent(strict);
    expect(await world.ncip(strict(checkInItem(other.book))), 'the broker was first').not.to.contain('Problem');
  });

  it('(5) AcceptItem twice from two computers, with the kiosk in between: one book', async () => {
    serial += 1;
    const message = acceptItem({ request: `I-${serial}`, item: `BOOK-${serial}` });
    const [first, second, loan] = await Promise.all([
      world.ncip(message),
      world.ncip(message),
      kiosk.checkOut(ada, `BOOK-${serial}`),
    ]);
    expect(first).to.equal(second);
    expect(loan.slice(0, 3), 'unknown yet, or lent').to.be.oneOf(['120', '121']);
    expect(almaHas(world, `BOOK-${serial}`).items).to.equal(1);
    expect(writes(world).filter((write) => write === 'POST /bibs')).to.have.length(1);
  });

  it('(6) AcceptItem with the barcode of a book of ours, or of another open loan, is refused and changes nothing', async () => {
    const ours = await world.ncip(acceptItem({ request: 'I-ours', item: '31234000000061' }));
    expect(textOf(ours, 'ProblemType')).to.equal('Cannot Accept Item');
    expect(writes(world)).to.deep.equal([]);
    const { book } = await lent();
    const before = writes(world).length;
    const again = await world.ncip(acceptItem({ request: 'I-other', item: book }));
    expect(textOf(again, 'ProblemType')).to.equal('Cannot Accept Item');
    expect(writes(world)).to.have.length(before);
  });

  it('(7) AcceptItem for a second request with the same barcode, once the first is closed', async () => {
    const { request, book } = await lent();
    await world.ncip(checkInItem(book));
    expect(await world.ncip(acceptItem({ request: `${request}-next`, item: book }))).not.to.contain('Problem');
    expect(await world.legState(request)).to.equal('closed');
    expect(await world.legState(`${request}-next`)).to.equal('on-shelf');
    expect((await kiosk.checkOut(ada, book)).slice(0, 3)).to.equal('121');
  });

  it('(8) CheckInItem while AcceptItem is still at work waits for it, and then sends the book home', async () => {
    serial += 1;
    const [request, book] = [`I-${serial}`, `BOOK-${serial}`];
    await world.fault({ match: { method: 'POST', path: '/users/*/requests' }, fault: 'latency', ms: 150 });
    const accepting = world.ncip(acceptItem({ request, item: book }));
    while (world.almaCalls('POST', /^\/bibs$/) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const [accepted, home] = await Promise.all([accepting, world.ncip(checkInItem(book))]);
    expect(accepted + home).not.to.contain('Problem');
    isGone(book);
    expect(await way(world, request)).to.deep.equal([...received.slice(0, 2), 'CheckInItem: on-shelf -> closed (end)']);
  });

  it('(9) CheckOutItem for a book that the partner has already is a success', async () => {
    await kiosk.checkIn(item);
    await world.ncip(checkOutItem({ request: 'I-9', item }));
    const reworded = await world.ncip(checkOutItem({ request: 'I-9', item, due: '2027-04-01T23:59:00' }));
    expect(textOf(reworded, 'DateDue')).to.equal('2027-04-02T03:59:00.000Z');
    expect(almaHas(world, item)).to.include({ loans: 1, everLent: 1 });
    await world.ncip(checkInItem(item));
  });

  it('(12, 13) 97, the same 11 again, and the same 11 after a reconnect: the same 12, one loan', async () => {
    const line = `11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${item}|AC|`;
    const first = await kiosk.sayNumbered(line, '4');
    expect(await kiosk.say('97')).to.equal(first);
    expect(await kiosk.sayNumbered(line, '4')).to.equal(first);
    const reconnected = await world.kiosk();
    const repeated = await reconnected.sayNumbered(line, '7');
    const withoutSequence = (answer: string): string => answer.replace(/AY.*$/, '');
    expect(withoutSequence(repeated)).to.equal(withoutSequence(first));
    expect(writes(world)).to.deep.equal(['POST /users/{}/loans']);
    await kiosk.checkIn(item);
  });

  it('(11) another library’s book is not renewed, and not lent once it was returned', async () => {
    const { request, book } = await lent();
    const [due] = fields(await kiosk.checkOut(ada, book), 'AH');
    expect(due, 'scanned once more').to.equal('2027-03-01 23:59');
    expect((await kiosk.renew(ada, book)).slice(0, 3)).to.equal('300');
    expect((await kiosk.checkOut(noor, book)).slice(0, 3)).to.equal('120');
    await kiosk.checkIn(book);
    const again = await kiosk.checkOut(ada, book);
    expect(again.slice(0, 3)).to.equal('120');
    expect(fields(again, 'AF').join()).to.contain('cannot be borrowed at the moment');
    expect(almaHas(world, book)).to.include({ loans: 0, everLent: 1 });
    expect(await world.legState(request)).to.equal('returned');
    await world.ncip(checkInItem(book));
  });
});
