import { expect } from 'chai';
import type { Request } from '../../src/simulator/records.ts';
import { authentication, checkInItem, checkOutItem, itemId, message, requestItem } from './messages.ts';
import { at, changed, only, prefixed, problemOf, sentBy, shelve, worldWith } from './ncip-broker.ts';
import type { World } from './world.ts';

const fixedPatron = 'patron: { fixed: pseudopatron }';
const perAgency = (group: string): Record<string, string> => ({
  [fixedPatron]: `patron: { perAgency: { idPrefix: ILL-, userGroup: ${group}, externalId: SIS } }`,
});

describe('lending to another library, as a broker meets it', () => {
  let world: World;
  before(async () => {
    world = await worldWith({
      AGENCIES: perAgency('PARTNER'),
      NOGROUP: perAgency('NOWHERE'),
      MAINDESK: { 'pickupLibrary: ILL': 'pickupLibrary: MAIN' },
      STRICT: { 'alreadyReturned: success': 'alreadyReturned: problem' },
    });
  });
  after(() => world.stop());
  // Each test has books of its own, as what the store remembers of a book outlives the test.
  let item: string;
  let other: string;
  beforeEach(() => {
    item = shelve(world);
    other = shelve(world);
  });

  const seeded = (barcode: string) => {
    const found = world.alma.library.itemByBarcode(barcode);
    if (found === undefined) throw new Error(`the seed has no ${barcode}`);
    return found;
  };
  const holds = (barcode: string): Request[] =>
    world.alma.library.requests.all().filter(({ mmsId }) => mmsId === seeded(barcode).mmsId);
  const loan = (barcode: string) => world.alma.library.activeLoanOf(seeded(barcode).pid);

  describe('RequestItem', () => {
    it('places a hold on the very item, for pickup at the library of the profile', async () => {
      const answer = await world.ncip(requestItem({ request: 'L-1', item }));
      expect(at(answer, 'RequestItemResponse/*').names.slice(1)).to.deep.equal([
        'RequestId',
        'ItemId',
        'UserId',
        'RequestType',
        'RequestScopeType',
      ]);
      expect(only(answer, 'RequestItemResponse/UserId/UserIdentifierValue')).to.equal('patron-of-a');
      const [hold, ...more] = holds(item);
      expect(more).to.have.length(0);
      expect(hold).to.include({ userId: 'pseudopatron', pid: seeded(item).pid, state: 'WAITING' });
      expect(hold?.pickup.library).to.equal('ILL');
      expect(hold?.comment).to.include('L-1');

      const elsewhere = sentBy('MAINDESK', requestItem({ request: 'L-2', item: other }));
      await world.ncip(elsewhere);
      expect(holds(other)[0]?.pickup.library).to.equal('MAIN');
    });

    it('takes a title by its record number, in either of the two forms, and leaves the copy to Alma', async () => {
      const { mmsId } = seeded(item);
      const answer = await world.ncip(requestItem({ request: 'L-3', mmsId }));
      expect(at(answer, 'ItemId').names).to.deep.equal([]);
      expect(only(answer, 'RequestIdentifierValue')).to.equal('L-3');
      expect(holds(item)).to.have.length(1);
      expect(holds(item)[0]).to.include({ mmsId, pid: null, userId: 'pseudopatron' });

      const second = seeded(other).mmsId;
      const byItemId = changed(
        requestItem({ request: 'L-4', mmsId: second }),
        /<ns1:BibliographicRecordId>.*<\/ns1:BibliographicRecordId>/,
        `<ns1:BibliographicItemId><ns1:BibliographicItemIdentifier>${second}</ns1:BibliographicItemIdentifier></ns1:BibliographicItemId>`,
      );
      await world.ncip(byItemId);
      expect(holds(other)).to.have.length(1);
    });

    it('ships the copy that a title request ended with, and knows that it was that request', async () => {
      await world.ncip(requestItem({ request: 'L-5', mmsId: seeded(item).mmsId }));
      await world.ncip(checkOutItem({ request: 'L-5', item }));
      expect(loan(item)?.userId).to.equal('pseudopatron');
      expect(loan(item)?.requestId).to.equal(holds(item)[0]?.requestId);
      expect(await world.legState('L-5')).to.equal('shipped');
      expect((await world.timelines(item)).map(({ leg }) => leg?.requestId)).to.include('L-5');
    });

    it('makes a patron for each agency that wants something, once', async () => {
      const from = (agency: string, request: string, wanted: string): string =>
        sentBy('AGENCIES', requestItem({ request, item: wanted })).replaceAll('BORROWER-A', agency);
      await world.ncip(from('LIB-A', 'L-6', item));
      await world.ncip(from('LIB-A', 'L-7', shelve(world)));
      await world.ncip(from('LIB-B', 'L-8', other));
      const made = world.alma.library.users.all().filter(({ primaryId }) => primaryId.startsWith('ILL-'));
      expect(made.map(({ primaryId, group, lastName }) => [primaryId, group, lastName])).to.deep.equal([
        ['ILL-LIB-A', 'PARTNER', 'LIB-A'],
        ['ILL-LIB-B', 'PARTNER', 'LIB-B'],
      ]);
      expect(holds(item)[0]?.userId).to.equal('ILL-LIB-A');
      expect(holds(other)[0]?.userId).to.equal('ILL-LIB-B');

      const shipped = sentBy('AGENCIES', checkOutItem({ request: 'L-8', item: other })).replaceAll(
        'BORROWER-A',
        'LIB-B',
      );
      await world.ncip(shipped);
      expect(loan(other)?.userId).to.equal('ILL-LIB-B');
      await world.ncip(sentBy('AGENCIES', checkInItem(other)));
      expect(loan(other)).to.equal(undefined);
    });

    it('says Temporary Processing Failure where the profile has a user group that Alma lacks', async () => {
      const answer = await world.ncip(sentBy('NOGROUP', requestItem({ request: 'L-9', item })));
      expect(problemOf(answer).type).to.equal('Temporary Processing Failure');
      expect(world.events.some(({ facts }) => facts.refusal === 'library-system-misconfigured')).to.equal(true);
    });

    const recordElement = '//RequestItem/BibliographicId/BibliographicRecordId/BibliographicRecordIdentifier';
    const itemElement = '//RequestItem/ItemId/ItemIdentifierValue';
    for (const [what, wanted, type, element] of [
      ['an unknown item', { item: '39999' }, 'Unknown Item', itemElement],
      ['an unknown title', { mmsId: '990000000099997421' }, 'Unknown Item', recordElement],
      ['a title number that is none', { mmsId: 'abc' }, 'Unknown Item', recordElement],
    ] as const) {
      it(`refuses ${what} with "${type}", and leaves nothing behind`, async () => {
        const before = world.alma.library.requests.size;
        const answer = await world.ncip(requestItem({ request: `L-no ${what}`, ...wanted }));
        expect(problemOf(answer)).to.include({ type, element, value: Object.values(wanted)[0] });
        expect(world.alma.library.requests.size).to.equal(before);
        expect(await world.legState(`L-no ${what}`)).to.equal(undefined);
      });
    }

    it('takes no ISBN for a record number, and the item before the title where both are named', async () => {
      const isbn =
        '<ns1:BibliographicId><ns1:BibliographicItemId><ns1:BibliographicItemIdentifier>9788200000000' +
        '</ns1:BibliographicItemIdentifier><ns1:BibliographicItemIdentifierCode>ISBN' +
        '</ns1:BibliographicItemIdentifierCode></ns1:BibliographicItemId></ns1:BibliographicId>';
      const sent = requestItem({ request: 'L-isbn', item });
      const title = changed(sent, /<ns1:ItemId>.*<\/ns1:ItemId>/, isbn);
      expect(problemOf(await world.ncip(title))).to.include({ type: 'Unknown Item', value: '9788200000000' });
      expect(await world.ncip(changed(sent, '<ns1:ItemId>', `${isbn}<ns1:ItemId>`))).not.to.include('Problem');
      expect(holds(item)).to.have.length(1);
    });

    it('refuses what nothing can fulfil: an item that is not lent, a missing one', async () => {
      const before = world.alma.library.requests.size;
      const wanted = ['31234000000038', '31234000000087'];
      const answers = await Promise.all(
        wanted.map((barcode) => world.ncip(requestItem({ request: `L-no ${barcode}`, item: barcode }))),
      );
      for (const [index, answer] of answers.entries()) {
        expect(problemOf(answer)).to.include({ type: 'Item Does Not Circulate', value: wanted[index] });
        expect(problemOf(answer).element).to.equal(itemElement);
      }
      const refused = world.events.filter(({ event }) => event === 'message-refused').slice(-2);
      expect(refused.map(({ facts }) => facts.refusal)).to.deep.equal(['request-not-possible', 'request-not-possible']);
      expect(world.alma.library.requests.size).to.equal(before);
    });

    it('queues for an item that a reader has, and promises it to one request at a time', async () => {
      await world.ncip(requestItem({ request: 'L-10', item: '31234000000095' }));
      expect(holds('31234000000095')).to.have.length(1);
      const again = problemOf(await world.ncip(requestItem({ request: 'L-11', item: '31234000000095' })));
      expect(again).to.include({ type: 'Item Not Available By Need Before Date', value: '31234000000095' });
      expect(holds('31234000000095')).to.have.length(1);
    });

    it("refuses a title that the partner's patron waits for already, as Alma does", async () => {
      const { mmsId } = seeded(item);
      await world.ncip(requestItem({ request: 'L-13', mmsId }));
      const again = problemOf(await world.ncip(requestItem({ request: 'L-14', mmsId })));
      expect(again).to.include({ type: 'Duplicate Request', value: 'L-14' });
      expect(again.element).to.equal('//RequestItem/RequestId/RequestIdentifierValue');
      expect(holds(item)).to.have.length(1);
    });

    it('answers a repeat with what it did, and refuses the same number for another book', async () => {
      const first = await world.ncip(requestItem({ request: 'L-12', item }));
      const again = requestItem({ request: 'L-12', item });
      expect(await world.ncip(again)).to.equal(first);
      // A repeat may be spelt in another way: what it says is what counts.
      expect(await world.ncip(prefixed(again, '').replaceAll('><', '>\n  <'))).to.equal(first);
      expect(holds(item)).to.have.length(1);
      const another = problemOf(await world.ncip(requestItem({ request: 'L-12', item: other })));
      expect(another).to.include({ type: 'Duplicate Request', value: 'L-12' });
      expect(holds(other)).to.have.length(0);
    });
  });

  describe('CheckOutItem', () => {
    it('lends to the partner, fulfils the hold, and says when the item is due', async () => {
      await world.ncip(requestItem({ request: 'C-1', item }));
      const [hold] = holds(item);
      const answer = await world.ncip(checkOutItem({ request: 'C-1', item, due: '2031-05-01T23:59:00+02:00' }));
      expect(at(answer, 'CheckOutItemResponse/*').names.slice(1)).to.deep.equal(['ItemId', 'UserId', 'DateDue']);
      expect(only(answer, 'DateDue')).to.equal('2031-05-01T21:59:00.000Z');
      expect(loan(item)).to.include({
        userId: 'pseudopatron',
        library: 'ILL',
        desk: 'ILL_DESK',
        requestId: hold?.requestId,
      });
      expect(loan(item)?.due.toISOString()).to.equal('2031-05-01T21:59:00.000Z');
      expect(hold?.state).to.equal('HISTORY');
    });

    for (const [due, means] of [
      ['2031-07-01T23:59:00', '2031-07-02T03:59:00.000Z'],
      ['2031-01-01T23:59:00', '2031-01-02T04:59:00.000Z'],
      ['2031-07-01T23:59:00Z', '2031-07-01T23:59:00.000Z'],
    ] as const) {
      it(`reads the due date ${due} as ${means}`, async () => {
        const answer = await world.ncip(checkOutItem({ request: `C-${due}`, item, due }));
        expect(only(answer, 'DateDue')).to.equal(means);
        expect(loan(item)?.due.toISOString()).to.equal(means);
      });
    }

    it("gives Alma's due date where none is asked for, and lends without a request before", async () => {
      const answer = await world.ncip(checkOutItem({ request: 'C-2', item: other, due: '' }));
      expect(only(answer, 'DateDue')).to.equal(loan(other)?.due.toISOString());
      const days = (Date.parse(only(answer, 'DateDue') ?? '') - Date.now()) / 86_400_000;
      expect(days).to.be.within(26, 30);
      expect(await world.legState('C-2')).to.equal('shipped');
    });

    const itemElement = '//CheckOutItem/ItemId/ItemIdentifierValue';
    for (const [what, asked, type, element] of [
      ['a due date that has passed', { due: '2020-03-01T23:59:00' }, 'Invalid Date', '//CheckOutItem/DesiredDateDue'],
      ['an item that a reader has', { item: '31234000000095' }, 'Resource Cannot Be Provided', itemElement],
      ['an item on the hold shelf', { item: '31234000000103' }, 'Resource Cannot Be Provided', itemElement],
      ['an item held for a reader', { item: '31234000000053' }, 'Resource Cannot Be Provided', itemElement],
      ['an item that is not lent', { item: '31234000000038' }, 'Item Does Not Circulate', itemElement],
      ['an unknown item', { item: '39999' }, 'Unknown Item', itemElement],
    ] as const) {
      it(`refuses ${what} with "${type}", and lends nothing`, async () => {
        const before = world.alma.library.loans.size;
        const answer = await world.ncip(checkOutItem({ request: `C-no ${what}`, item, ...asked }));
        expect(problemOf(answer)).to.include({ type, element, value: Object.values(asked)[0] });
        expect(world.alma.library.loans.size).to.equal(before);
      });
    }

    it('lends once however often it is told', async () => {
      const told = checkOutItem({ request: 'C-3', item });
      const first = await world.ncip(told);
      const before = world.alma.library.loans.size;
      expect(await world.ncip(told)).to.equal(first);
      expect(world.alma.library.loans.size).to.equal(before);
    });
  });

  describe('CheckInItem', () => {
    it('ends the loan, once: a second return is a success, or a Problem where the profile says so', async () => {
      await world.ncip(checkOutItem({ request: 'I-1', item }));
      const answer = await world.ncip(checkInItem(item));
      expect(only(answer, 'CheckInItemResponse/ItemId/ItemIdentifierValue')).to.equal(item);
      expect(loan(item)).to.equal(undefined);
      expect(await world.ncip(checkInItem(item))).to.equal(answer);
      expect(world.almaCalls('POST', new RegExp(`items/${seeded(item).pid}$`)), 'scans').to.equal(1);

      await world.ncip(sentBy('STRICT', checkOutItem({ request: 'I-2', item: other })));
      expect(only(await world.ncip(sentBy('STRICT', checkInItem(other))), 'ItemIdentifierValue')).to.equal(other);
      world.letPass(25 * 60 * 60 * 1000);
      const late = problemOf(await world.ncip(sentBy('STRICT', checkInItem(other))));
      expect(late).to.include({ type: 'Item Not Checked Out', value: other });
      expect(late.element).to.equal('//CheckInItem/ItemId/ItemIdentifierValue');
    });

    it('tells a partner with the strict profile that a kiosk was first', async () => {
      await world.ncip(sentBy('STRICT', checkOutItem({ request: 'I-3', item: other })));
      await (await world.kiosk()).checkIn(other);
      const late = problemOf(await world.ncip(sentBy('STRICT', checkInItem(other))));
      expect(late.type).to.equal('Item Not Checked Out');
      expect(await world.legState('I-3')).to.equal('closed');
    });

    it('refuses an unknown item, and one that a reader of ours has', async () => {
      expect(problemOf(await world.ncip(checkInItem('39999')))).to.include({ type: 'Unknown Item', value: '39999' });
      const theirs = problemOf(await world.ncip(checkInItem('31234000000095')));
      expect(theirs).to.include({ type: 'Item Not Checked Out', value: '31234000000095' });
      expect(loan('31234000000095')?.userId).to.equal('emil');
    });

    it('does not take an item that never was on loan for one that is back already', async () => {
      const never = shelve(world);
      expect(problemOf(await world.ncip(checkInItem(never)))).to.include({
        type: 'Item Not Checked Out',
        value: never,
      });
    });
  });

  it('lends and takes back a book with "Problem" in its title without ever saying so', async () => {
    const book = '31234000000061';
    const answers = [
      await world.ncip(requestItem({ request: 'P-1', item: book })),
      await world.ncip(checkOutItem({ request: 'P-1', item: book })),
      await world.ncip(checkInItem(book)),
    ];
    for (const answer of answers) expect(answer).not.to.match(/problem/i);
    expect(await world.legState('P-1')).to.equal('closed');
  });

  it('gives a request number to a broker that sends none, and takes the user from AuthenticationInput', async () => {
    const type = '<RequestType>Hold</RequestType><RequestScopeType>Item</RequestScopeType>';
    const answer = await world.ncip(message('RequestItem', authentication('User Id', 'pat') + itemId(item) + type));
    expect(only(answer, 'RequestIdentifierValue')).to.equal(holds(item)[0]?.requestId);
    expect(only(answer, 'RequestItemResponse/RequestId/AgencyId')).to.equal('01DEMO_INST');
    expect(only(answer, 'RequestItemResponse/UserId/UserIdentifierValue')).to.equal('pseudopatron');
  });
});
