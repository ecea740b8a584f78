import { expect } from 'chai';
import { kiosk, refusalOf, simulated } from './parties.ts';

const shelf = { library: 'ILL', location: 'ill_temp' };
const bib = {
  controlNumber: '(circgate)01DEMO_INST-17',
  title: 'Bjørnen & <Ræven> \u0001 "på" norsk',
  author: 'Sørensen, Åse',
  publisher: 'Forlaget',
  publicationDate: '1987',
};
const temporary = { barcode: 'ILL-1/Ø #2', itemPolicy: 'ILL', ...shelf, note: 'From Århus' };

describe("Alma's inventory", () => {
  const at = simulated();

  async function borrow() {
    const mmsId = await at.alma.createBib(kiosk, bib);
    const holdingId = await at.alma.createHolding(kiosk, mmsId, shelf);
    const item = await at.alma.createItem(kiosk, mmsId, holdingId, temporary);
    return { mmsId, holdingId, item };
  }

  it('a borrowed book becomes a suppressed bib, a holding and an item, each found again by what we chose', async () => {
    expect(await at.alma.bibByControlNumber(kiosk, bib.controlNumber)).to.equal(undefined);
    const { mmsId, holdingId, item } = await borrow();
    expect(at.simulator.library.bibs.get(mmsId)?.suppressed).to.equal(true);
    expect(await at.alma.titleExists(kiosk, mmsId)).to.equal(true);
    expect(await at.alma.bibByControlNumber(kiosk, bib.controlNumber)).to.equal(mmsId);
    expect(await at.alma.holdingsOf(kiosk, mmsId)).to.deep.equal([holdingId]);
    expect(item).to.deep.include({ barcode: temporary.barcode, itemPolicy: 'ILL', process: 'in-place' });
    expect(item.ref).to.include({ mmsId, holdingId });
    const found = await at.alma.item(kiosk, temporary.barcode);
    expect(found).to.deep.equal(item);
    expect(found.title).to.equal('Bjørnen & <Ræven> \ufffd "på" norsk');
    expect(found.author).to.equal('Sørensen, Åse');
  });

  it('the record is MARC 21 with what is known, and no empty field', async () => {
    const mmsId = await at.alma.createBib(kiosk, { ...bib, author: '', publisher: '' });
    const marc = at.simulator.library.bibs.get(mmsId)?.marc;
    expect(marc?.leader).to.have.length(24);
    const ours = marc?.fields.filter(({ tag }) => tag > '009');
    expect(ours?.filter(({ tag }) => tag !== '035')).to.deep.equal([
      { tag: '245', ind1: '0', ind2: '0', subfields: [['a', 'Bjørnen & <Ræven> \ufffd "på" norsk']] },
      { tag: '264', ind1: ' ', ind2: '1', subfields: [['c', '1987']] },
    ]);
    expect(ours).to.deep.include({ tag: '035', ind1: ' ', ind2: ' ', subfields: [['a', bib.controlNumber]] });
  });

  it('a barcode is given once', async () => {
    const { mmsId, holdingId } = await borrow();
    const refusal = await refusalOf(at.alma.createItem(kiosk, mmsId, holdingId, temporary));
    expect(refusal.kind).to.equal('barcode-in-use');
    expect(refusal.facts.value).to.equal(temporary.barcode);
    const broken = { ...temporary, barcode: 'ILL-3', itemPolicy: 'NONE' };
    expect((await refusalOf(at.alma.createItem(kiosk, mmsId, holdingId, broken))).kind).to.equal(
      'library-system-refused',
    );
  });

  it('everything is deleted in reverse order, and again without complaint', async () => {
    const { mmsId, holdingId, item } = await borrow();
    for (let time = 1; time <= 2; time++) {
      await at.alma.deleteItem(kiosk, item.ref);
      await at.alma.deleteHolding(kiosk, mmsId, holdingId);
      await at.alma.deleteBib(kiosk, mmsId);
    }
    expect(await at.alma.titleExists(kiosk, mmsId)).to.equal(false);
    expect(await at.alma.bibByControlNumber(kiosk, bib.controlNumber)).to.equal(undefined);
    expect((await refusalOf(at.alma.item(kiosk, temporary.barcode))).kind).to.equal('unknown-item');
    expect((await refusalOf(at.alma.holdingsOf(kiosk, mmsId))).kind).to.equal('unknown-item');
  });

  it('an item is deleted although somebody waits for it', async () => {
    const { item } = await borrow();
    const pickup = { library: 'MAIN' };
    await at.alma.createHold(kiosk, { patronId: 'ada', target: { itemId: item.ref.itemId }, pickup, comment: '' });
    await at.alma.deleteItem(kiosk, item.ref);
    expect((await refusalOf(at.alma.item(kiosk, temporary.barcode))).kind).to.equal('unknown-item');
  });

  it('what is still in use is not deleted, and is not said to be', async () => {
    const { mmsId, holdingId, item } = await borrow();
    expect((await refusalOf(at.alma.deleteHolding(kiosk, mmsId, holdingId))).facts.code).to.equal('60214');
    expect((await refusalOf(at.alma.deleteBib(kiosk, mmsId))).facts.code).to.equal('4022020');
    const place = { library: 'ILL', circDesk: 'ILL_DESK' };
    await at.alma.createLoan(kiosk, { patronId: 'ada', barcode: temporary.barcode, place });
    expect((await refusalOf(at.alma.deleteItem(kiosk, item.ref))).facts.code).to.equal('401849');
  });

  it('a title that nobody has does not exist, whatever its id looks like', async () => {
    for (const mmsId of ['123', '99/1', 'not a number']) {
      expect(await at.alma.titleExists(kiosk, mmsId)).to.equal(false);
    }
  });
});
