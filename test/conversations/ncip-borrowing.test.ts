import { expect } from 'chai';
import { subfields } from '../../src/simulator/marc.ts';
import { acceptItem, checkInItem } from './messages.ts';
import { at, changed, only, problemOf, sentBy, worldWith } from './ncip-broker.ts';
import type { World } from './world.ts';

const itemElement = '//AcceptItem/ItemId/ItemIdentifierValue';
const made = "barcode: { from: item-id, prefix: '' }";

describe('borrowing from another library, as a broker meets it', () => {
  let world: World;
  before(async () => {
    world = await worldWith({
      MADE: { [made]: 'barcode: { from: made, prefix: ILL- }', 'alreadyReturned: success': 'alreadyReturned: problem' },
      PREFIX: { [made]: 'barcode: { from: item-id, prefix: X- }' },
      BYHAND: { 'automaticReceive: true': 'automaticReceive: false' },
    });
  });
  after(() => world.stop());

  const library = () => world.alma.library;
  const itemOf = (barcode: string) => {
    const found = library().itemByBarcode(barcode);
    if (found === undefined) throw new Error(`Alma has no ${barcode}`);
    return found;
  };
  const holdOn = (barcode: string) =>
    library()
      .requests.all()
      .find(({ pid }) => pid === itemOf(barcode).pid);
  const inventory = () => [library().bibs.size, library().holdings.size, library().items.size];
  const openRequests = () =>
    library()
      .requests.all()
      .filter(({ state }) => state !== 'HISTORY').length;

  it('makes a hidden record, a holding and an item of the book, on the hold shelf for its reader', async () => {
    const accepted = acceptItem({ request: 'B-1', item: 'FAR-1', title: 'Fjords &amp;\n   &lt;Fells>' });
    const published =
      '<ns1:PublicationDate>1897</ns1:PublicationDate><ns1:Publisher>Aschehoug</ns1:Publisher><ns1:Title>';
    const answer = await world.ncip(changed(accepted, '<ns1:Title>', published));
    expect(at(answer, 'AcceptItemResponse/*').names.slice(1)).to.deep.equal(['RequestId', 'ItemId']);
    expect(only(answer, 'RequestIdentifierValue')).to.equal('B-1');
    expect(only(answer, 'ItemIdentifierValue')).to.equal('FAR-1');
    expect(answer).not.to.include('Fjords');

    const item = itemOf('FAR-1');
    expect(item).to.include({ library: 'ILL', location: 'ill_temp', policy: 'ILL' });
    const bib = library().bibs.get(item.mmsId);
    expect(bib?.suppressed).to.equal(true);
    expect(bib && subfields(bib.marc, '245', 'a')).to.deep.equal(['Fjords & <Fells>']);
    expect(bib && subfields(bib.marc, '100', 'a')).to.deep.equal(['Doe, Jane']);
    expect(bib && subfields(bib.marc, '264', 'b')).to.deep.equal(['Aschehoug']);
    expect(bib && subfields(bib.marc, '264', 'c')).to.deep.equal(['1897']);
    expect(bib && subfields(bib.marc, '035', 'a').join()).to.match(/^CIRCGATE-\w+/);
    const holding = library().holdings.get(item.holdingId);
    expect(holding && subfields(holding.marc, '852', 'b')).to.deep.equal(['ILL']);
    expect(holding && subfields(holding.marc, '852', 'c')).to.deep.equal(['ill_temp']);
    expect(holdOn('FAR-1')).to.include({ userId: 'ada', state: 'ON_HOLD_SHELF' });
    expect(holdOn('FAR-1')?.pickup.library).to.equal('MAIN');
  });

  it('takes everything away again when the broker says that it is over', async () => {
    const before = inventory();
    await world.ncip(acceptItem({ request: 'B-2', item: 'FAR-2' }));
    expect(inventory()).not.to.deep.equal(before);
    const answer = await world.ncip(checkInItem('FAR-2'));
    expect(only(answer, 'CheckInItemResponse/ItemId/ItemIdentifierValue')).to.equal('FAR-2');
    expect(inventory()).to.deep.equal(before);
    expect(await world.legState('B-2')).to.equal('closed');
    expect(await world.ncip(checkInItem('FAR-2')), 'again').to.equal(answer);
  });

  it('ends the loan of a reader who has it still', async () => {
    await world.ncip(acceptItem({ request: 'B-3', item: 'FAR-3' }));
    await (await world.kiosk()).checkOut('21234000000017', 'FAR-3');
    const { pid } = itemOf('FAR-3');
    expect(library().activeLoanOf(pid)?.userId).to.equal('ada');
    await world.ncip(checkInItem('FAR-3'));
    expect(library().itemByBarcode('FAR-3')).to.equal(undefined);
    expect(library().activeLoanOf(pid)).to.equal(undefined);
  });

  it("makes the barcode of the request's number where no ItemId comes, and says which", async () => {
    const answer = await world.ncip(acceptItem({ request: 'B-4', item: '' }));
    expect(only(answer, 'ItemIdentifierValue')).to.equal('B-4');
    expect(only(answer, 'ItemIdentifierType')).to.equal('Item Barcode');
    expect(itemOf('B-4').policy).to.equal('ILL');
  });

  it('makes barcodes of its own with a prefix, and knows them by the ItemId of the broker too', async () => {
    const own = await world.ncip(sentBy('MADE', acceptItem({ request: '5001', item: 'FAR-5' })));
    expect(only(own, 'ItemIdentifierValue')).to.equal('ILL-5001');
    expect(library().itemByBarcode('FAR-5')).to.equal(undefined);
    const prefixed = await world.ncip(sentBy('PREFIX', acceptItem({ request: 'B-6', item: 'FAR-6' })));
    expect(only(prefixed, 'ItemIdentifierValue')).to.equal('X-FAR-6');

    await world.ncip(sentBy('MADE', checkInItem('ILL-5001')));
    expect(library().itemByBarcode('ILL-5001')).to.equal(undefined);
    expect(only(await world.ncip(sentBy('PREFIX', checkInItem('FAR-6'))), 'ItemIdentifierValue')).to.equal('FAR-6');
    expect(library().itemByBarcode('X-FAR-6')).to.equal(undefined);
  });

  it('says Item Not Checked Out of a second return where the profile wants it', async () => {
    await world.ncip(sentBy('MADE', acceptItem({ request: '5002', item: 'FAR-7' })));
    await (await world.kiosk()).checkOut('21234000000017', 'ILL-5002');
    await (await world.kiosk()).checkIn('ILL-5002');
    const late = problemOf(await world.ncip(sentBy('MADE', checkInItem('ILL-5002'))));
    expect(late).to.include({ type: 'Item Not Checked Out', value: 'ILL-5002' });
    expect(library().itemByBarcode('ILL-5002'), 'removed all the same').to.equal(undefined);
  });

  it('leaves the scan to staff where the profile says so', async () => {
    await world.ncip(sentBy('BYHAND', acceptItem({ request: 'B-8', item: 'FAR-8' })));
    expect(holdOn('FAR-8')).to.include({ userId: 'ada', state: 'WAITING' });
    expect(world.almaCalls('POST', new RegExp(`items/${itemOf('FAR-8').pid}$`))).to.equal(0);
    expect(await world.legState('B-8')).to.equal('accepting');
  });

  it("knows pickup locations by the broker's words, in any case, and has a default", async () => {
    for (const [request, pickup] of [
      ['B-9', 'main library'],
      ['B-10', ''],
    ] as const) {
      await world.ncip(acceptItem({ request, item: `FAR-${request}`, pickup }));
      expect(holdOn(`FAR-${request}`)?.pickup.library).to.equal('MAIN');
    }
  });

  for (const [what, asked, type, element, value] of [
    ['a barcode of our own', { item: '31234000000012' }, 'Cannot Accept Item', itemElement, '31234000000012'],
    [
      'an unknown pickup location',
      { pickup: 'The Moon' },
      'Unknown Value From Known Scheme',
      '//AcceptItem/PickupLocation',
      'The Moon',
    ],
    ['an unknown user', { user: 'nobody' }, 'Unknown User', '//AcceptItem/UserId/UserIdentifierValue', 'nobody'],
    [
      'a blocked user',
      { user: 'ben' },
      'User Ineligible To Check Out This Item',
      '//AcceptItem/UserId/UserIdentifierValue',
      'ben',
    ],
    [
      'an expired user',
      { user: 'cleo' },
      'User Ineligible To Check Out This Item',
      '//AcceptItem/UserId/UserIdentifierValue',
      'cleo',
    ],
  ] as const) {
    it(`refuses ${what} with "${type}", and leaves nothing in Alma`, async () => {
      const [before, requests] = [inventory(), openRequests()];
      const answer = await world.ncip(acceptItem({ request: `no ${what}`, item: 'FAR-no', ...asked }));
      expect(problemOf(answer)).to.include({ type, element, value });
      expect(inventory()).to.deep.equal(before);
      expect(openRequests()).to.equal(requests);
      expect(await world.legState(`no ${what}`)).to.be.oneOf([undefined, 'cancelled']);
    });
  }

  it('accepts for another reader what it could not accept for the blocked one', async () => {
    const again = acceptItem({ request: 'no a blocked user', item: 'FAR-no' });
    expect(only(await world.ncip(again), 'ItemIdentifierValue')).to.equal('FAR-no');
    expect(await world.legState('no a blocked user')).to.equal('on-shelf');
  });

  it('misses a user, and refuses a date that is none', async () => {
    const nobody = changed(acceptItem({ request: 'B-11', item: 'FAR-11' }), /<ns1:UserId>.*<\/ns1:UserId>/, '');
    expect(problemOf(await world.ncip(nobody))).to.include({
      type: 'Needed Data Missing',
      element: '//AcceptItem/UserId/UserIdentifierValue',
    });
    const never = acceptItem({ request: 'B-11', item: 'FAR-11', due: '2027-02-30T00:00:00' });
    expect(problemOf(await world.ncip(never))).to.include({
      type: 'Invalid Message Syntax Error',
      element: '//DateForReturn',
    });
  });

  it('makes one book of one message, however often it comes', async () => {
    const told = acceptItem({ request: 'B-12', item: 'FAR-12' });
    const first = await world.ncip(told);
    const before = inventory();
    expect(await world.ncip(told)).to.equal(first);
    expect(inventory()).to.deep.equal(before);
    const other = problemOf(await world.ncip(acceptItem({ request: 'B-12', item: 'FAR-13' })));
    expect(other).to.include({ type: 'Cannot Accept Item', value: 'B-12' });
    expect(inventory()).to.deep.equal(before);
  });

  it('lets no partner end what another one began', async () => {
    const foreign = problemOf(await world.ncip(sentBy('PREFIX', checkInItem('FAR-12'))));
    expect(foreign).to.include({ type: 'Unknown Item', value: 'FAR-12' });
    expect(itemOf('FAR-12').policy).to.equal('ILL');
  });
});
