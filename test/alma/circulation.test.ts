import { expect } from 'chai';
import { kiosk, refusalOf, simulated } from './parties.ts';

const desk = { library: 'MAIN', circDesk: 'DEFAULT_CIRC_DESK' };
const tea = '31234000000020';
const almanac = '31234000000012';
const cartographer = '31234000000053';

describe("Alma's items, loans and holds", () => {
  const at = simulated();

  const lend = (patronId: string, barcode: string) => at.alma.createLoan(kiosk, { patronId, barcode, place: desk });

  it('an item is found by its barcode, at the price of two calls', async () => {
    const item = await at.alma.item(kiosk, '31234000000079');
    expect(at.simulator.calls().map(({ status }) => status)).to.deep.equal([302, 200]);
    expect(item).to.include({ barcode: '31234000000079', title: 'Smørrebrød på Østerbro', process: 'in-place' });
    expect(item).to.include({ callNumber: 'PT8177 .S67 S56', itemPolicy: 'REGULAR', materialType: 'BOOK' });
    expect(item).to.include({ magnetic: false, requested: false });
    expect(item.library).to.deep.equal({ code: 'MAIN', name: 'Main Library' });
    expect(item.location.code).to.equal('stacks');
    expect((await at.alma.item(kiosk, '31234000000046')).magnetic).to.equal(true);
  });

  it('where an item is, is told by its process', async () => {
    const processes = [tea, '31234000000087', '31234000000103'].map((barcode) => at.alma.item(kiosk, barcode));
    expect((await Promise.all(processes)).map(({ process }) => process)).to.deep.equal([
      'on-loan',
      'missing',
      'hold-shelf',
    ]);
  });

  it('a barcode that does not exist is an unknown item, whatever it holds', async () => {
    for (const barcode of ['999', 'a/b #c%d+e&item_barcode=31234000000012', 'ørn', '']) {
      expect((await refusalOf(at.alma.item(kiosk, barcode))).kind).to.equal('unknown-item');
    }
  });

  it('a loan goes round: lent, seen from both sides, given another due date, renewed, scanned in', async () => {
    const item = await at.alma.item(kiosk, almanac);
    expect(await at.alma.itemLoan(kiosk, item.ref)).to.equal(undefined);
    expect(await at.alma.loans(kiosk, 'ada')).to.deep.equal([]);

    const loan = await lend('ada', almanac);
    expect(loan).to.deep.include({ patronId: 'ada', barcode: almanac, ref: item.ref, title: item.title });
    expect((await at.alma.loans(kiosk, 'ada'))[0]).to.include({ loanId: loan.loanId, renewable: true });
    expect((await at.alma.itemLoan(kiosk, item.ref))?.loanId).to.equal(loan.loanId);

    const due = new Date(Date.now() + 3 * 24 * 3600_000).toISOString();
    expect((await at.alma.changeDueDate(kiosk, loan, due)).due).to.equal(due);
    expect(Date.parse((await at.alma.renewLoan(kiosk, loan)).due)).to.be.above(Date.parse(due));

    const scanned = await at.alma.scanIn(kiosk, item.ref, desk);
    expect(scanned.item.process).to.equal('in-place');
    expect(scanned.destination).to.match(/Reshelve to Main Stacks/);
    expect(await at.alma.itemLoan(kiosk, item.ref)).to.equal(undefined);
  });

  it('all loans of a patron are listed, not only the first hundred', async () => {
    const ref = await at.alma.item(kiosk, almanac);
    const [model] = at.simulator.library.loans.all();
    if (model === undefined) throw new Error('the seed has no loan');
    for (let i = 0; i < 249; i++) {
      const loanId = at.simulator.library.newId('loan');
      at.simulator.library.loans.set(loanId, { ...model, loanId, userId: 'ada', pid: ref.ref.itemId });
    }
    const loans = await at.alma.loans(kiosk, 'ada');
    expect(new Set(loans.map(({ loanId }) => loanId)).size).to.equal(249);
  });

  it('why a loan is refused is told apart', async () => {
    const kindOf = async (patronId: string, barcode: string) => (await refusalOf(lend(patronId, barcode))).kind;
    expect(await kindOf('nobody', almanac)).to.equal('unknown-patron');
    expect(await kindOf('ada', '999')).to.equal('unknown-item');
    expect(await kindOf('ben', almanac)).to.equal('patron-blocked');
    expect(await kindOf('cleo', almanac)).to.equal('patron-expired');
    expect(await kindOf('dora', almanac)).to.equal('fee-limit-exceeded');
    expect(await kindOf('ada', '31234000000038')).to.equal('item-not-loanable');
    expect(await kindOf('ada', '31234000000103')).to.equal('item-held-for-another');
    expect(await kindOf('ada', tea)).to.equal('item-on-loan-to-another');
  });

  it('an item that the same patron has is told by its code', async () => {
    const refusal = await refusalOf(lend('emil', tea));
    expect(refusal.kind).to.equal('item-on-loan-to-another');
    expect(refusal.facts.code).to.equal('400042');
  });

  it('a desk that does not serve the item lends it not', async () => {
    const ask = { patronId: 'ada', barcode: almanac, place: { library: 'ILL', circDesk: 'ILL_DESK' } };
    expect((await refusalOf(at.alma.createLoan(kiosk, ask))).kind).to.equal('wrong-circulation-desk');
  });

  it('a loan renewed too often, and one that is over, are refused in their own ways', async () => {
    const [overdue] = (await at.alma.loans(kiosk, 'emil')).filter(({ barcode }) => barcode === tea);
    if (overdue === undefined) throw new Error('the seed has no such loan');
    expect((await refusalOf(at.alma.renewLoan(kiosk, overdue))).kind).to.equal('renewal-limit-exceeded');
    const gone = { ...overdue, loanId: '123' };
    expect((await refusalOf(at.alma.renewLoan(kiosk, gone))).kind).to.equal('item-not-on-loan');
    expect((await refusalOf(at.alma.changeDueDate(kiosk, overdue, '2001-01-01T00:00:00Z'))).kind).to.equal(
      'date-invalid',
    );
  });

  it('a scan of an item that is no more is refused', async () => {
    const { ref } = await at.alma.item(kiosk, almanac);
    const gone = await refusalOf(at.alma.scanIn(kiosk, { ...ref, itemId: '123' }, desk));
    expect(gone.kind).to.equal('unknown-item');
    const nowhere = await refusalOf(at.alma.scanIn(kiosk, ref, { ...desk, library: 'NOWHERE' }));
    expect(nowhere.kind).to.equal('library-system-misconfigured');
  });

  it('a hold is placed on an item, seen from both sides, fulfilled by the loan that names it', async () => {
    const { ref } = await at.alma.item(kiosk, almanac);
    expect(await at.alma.holds(kiosk, 'noor')).to.deep.equal([]);
    expect(await at.alma.itemHolds(kiosk, ref)).to.deep.equal([]);
    const pickup = { library: 'MAIN' };
    const ask = { patronId: 'noor', target: { itemId: ref.itemId }, pickup, comment: 'Grüße' };
    const hold = await at.alma.createHold(kiosk, ask);
    expect(hold).to.deep.include({ patronId: 'noor', mmsId: ref.mmsId, itemId: ref.itemId, onShelf: false });
    expect(hold.pickup).to.deep.equal({ code: 'MAIN', name: 'Main Library' });
    expect((await at.alma.holds(kiosk, 'noor')).map(({ requestId }) => requestId)).to.deep.equal([hold.requestId]);
    expect((await at.alma.itemHolds(kiosk, ref)).map(({ requestId }) => requestId)).to.deep.equal([hold.requestId]);
    expect((await refusalOf(at.alma.createHold(kiosk, ask))).kind).to.equal('duplicate-request');

    await at.alma.createLoan(kiosk, { patronId: 'noor', barcode: almanac, place: desk, holdId: hold.requestId });
    expect(await at.alma.holds(kiosk, 'noor')).to.deep.equal([]);
  });

  it('a hold that waits on the shelf says so', async () => {
    const [hold] = await at.alma.holds(kiosk, 'emil');
    expect(hold).to.include({ onShelf: true, barcode: '31234000000103' });
    const [queued] = await at.alma.holds(kiosk, 'ada');
    expect(queued).to.include({ onShelf: false, barcode: cartographer });
  });

  it('a hold on a title may be picked up at a desk', async () => {
    const { ref } = await at.alma.item(kiosk, tea);
    const pickup = { library: 'MAIN', circDesk: 'DEFAULT_CIRC_DESK' };
    const target = { mmsId: ref.mmsId };
    const hold = await at.alma.createHold(kiosk, { patronId: 'noor', target, pickup, comment: '' });
    expect(hold.mmsId).to.equal(ref.mmsId);
    expect(at.simulator.library.requests.get(hold.requestId)?.pickup).to.deep.equal({
      type: 'CIRCULATION_DESK',
      library: 'MAIN',
      desk: 'DEFAULT_CIRC_DESK',
    });
  });

  it('a pickup location that is none is refused, and so is a hold that nothing can fulfil', async () => {
    const { ref } = await at.alma.item(kiosk, almanac);
    const place = (target: { itemId: string } | { mmsId: string }, pickup: { library: string; circDesk?: string }) =>
      refusalOf(at.alma.createHold(kiosk, { patronId: 'noor', target, pickup, comment: '' }));
    expect((await place({ itemId: ref.itemId }, { library: 'MOON' })).kind).to.equal('unknown-pickup-location');
    expect((await place({ itemId: ref.itemId }, { library: 'MAIN', circDesk: 'X' })).kind).to.equal(
      'unknown-pickup-location',
    );
    expect((await place({ itemId: '123' }, { library: 'MAIN' })).kind).to.equal('unknown-item');
    expect((await place({ mmsId: '123' }, { library: 'MAIN' })).kind).to.equal('unknown-item');
    const reference = await at.alma.item(kiosk, '31234000000038');
    const impossible = await place({ itemId: reference.ref.itemId }, { library: 'MAIN' });
    expect(impossible.kind).to.equal('request-not-possible');
    expect(impossible.facts.code).to.equal('401129');
  });

  it('a hold is cancelled, and cancelling what is gone is no complaint', async () => {
    const [hold] = await at.alma.holds(kiosk, 'ada');
    if (hold === undefined) throw new Error('the seed has no such hold');
    await at.alma.cancelHold(kiosk, 'ada', hold.requestId);
    expect(await at.alma.holds(kiosk, 'ada')).to.deep.equal([]);
    await at.alma.cancelHold(kiosk, 'ada', hold.requestId);
    await at.alma.cancelHold(kiosk, 'ada', '123');
    const stranger = await refusalOf(at.alma.cancelHold(kiosk, 'nobody', hold.requestId));
    expect(stranger.kind).to.equal('unknown-patron');
  });
});
