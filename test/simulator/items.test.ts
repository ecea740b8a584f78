import { expect } from 'chai';
import { Conversation, refusalIn } from './conversation.ts';

describe('simulator: items', () => {
  const alma = new Conversation();
  const itemsPath = () => alma.item('31234000000012').replace(/\/\d+$/, '');

  it('are found by barcode through a redirect, which makes it two calls', async () => {
    const redirect = await alma.ask('GET', '/items?item_barcode=31234000000046&expand=due_date');
    expect(redirect.status).to.equal(302);
    const target = new URL(String(redirect.headers.location));
    expect(target.origin).to.equal(alma.simulator.url);
    expect(target.search).to.equal('?expand=due_date');
    const item = await alma.ask('GET', target.pathname.replace('/almaws/v1', ''));
    expect(item.json.item_data.barcode).to.equal('31234000000046');
    expect(item.json.item_data.is_magnetic).to.equal(true);
    expect(alma.simulator.calls().length).to.equal(2);
    expect(item.headers['x-exl-api-remaining']).to.equal('99998');
  });

  it('carry the API key along in the redirect when it came in the query', async () => {
    const headers = { authorization: '' };
    const { headers: got } = await alma.ask('GET', '/items?item_barcode=31234000000046&apikey=demo-key', { headers });
    expect(String(got.location)).to.match(/\?apikey=demo-key$/);
  });

  it('are not found with 400', async () => {
    expect(refusalIn(await alma.ask('GET', '/items?item_barcode=123'))).to.equal(
      '401689 No items found for barcode 123.',
    );
    expect(refusalIn(await alma.ask('GET', '/bibs/1/holdings/2/items/3'))).to.match(/^401683 /);
    expect(refusalIn(await alma.ask('GET', '/bibs/1/holdings/ALL/items'))).to.match(/^402203 /);
    const { mmsId } = alma.library.itemByBarcode('31234000000012')!;
    expect(refusalIn(await alma.ask('GET', `/bibs/${mmsId}/holdings/456/items`))).to.equal(
      `401688 Search failed for Items with mmsId ${mmsId}, holdings id 456.`,
    );
  });

  it('have ids that do not survive being made a number', async () => {
    const { mmsId, holdingId, pid } = alma.library.itemByBarcode('31234000000012')!;
    for (const id of [mmsId, holdingId, pid]) {
      expect(id).to.match(/^\d{14}7421$/);
      expect(Number.isSafeInteger(Number(id))).to.equal(false);
    }
  });

  it('are created in the place of their holding, listed, changed in part, and deleted', async () => {
    const json = {
      item_data: { barcode: 'ILL-1', policy: { value: 'ILL' }, physical_material_type: { value: 'BOOK' } },
    };
    const created = await alma.ask('POST', itemsPath(), { json });
    expect(created.json.item_data.library.value).to.equal('MAIN');
    expect(created.json.item_data.policy.value).to.equal('ILL');
    expect((await alma.ask('GET', itemsPath())).json.total_record_count).to.equal(2);
    const note = { item_data: { fulfillment_note: 'Do not renew', barcode: 'ILL-2' } };
    const changed = await alma.ask('PUT', alma.item('ILL-1'), { json: note });
    expect(changed.json.item_data.fulfillment_note).to.equal('Do not renew');
    expect(changed.json.item_data.policy.value).to.equal('ILL');
    expect((await alma.ask('DELETE', alma.item('ILL-2'))).status).to.equal(204);
    expect((await alma.ask('GET', itemsPath())).json.total_record_count).to.equal(1);
  });

  it('keep their barcodes unique, and are not changed by halves', async () => {
    const items = alma.library.items.size;
    const taken = { item_data: { barcode: '31234000000061', description: 'v.1' } };
    expect(refusalIn(await alma.ask('POST', itemsPath(), { json: taken }))).to.match(/^40166404 /);
    expect(refusalIn(await alma.ask('PUT', alma.item('31234000000012'), { json: taken }))).to.match(/^40166404 /);
    const own = { item_data: { barcode: '31234000000012' } };
    expect((await alma.ask('PUT', alma.item('31234000000012'), { json: own })).json.item_data.description).to.equal('');
    expect(alma.library.items.size).to.equal(items);
  });

  it('are refused with a policy, type or location that does not exist', async () => {
    for (const wrong of [{ policy: 'X' }, { physical_material_type: 'X' }, { location: 'X' }, { library: 'X' }]) {
      const json = { item_data: { barcode: 'NEW', ...wrong } };
      expect(refusalIn(await alma.ask('POST', itemsPath(), { json }))).to.match(/^40166404 /);
    }
  });

  it('are not deleted while on loan, nor while requested unless overridden', async () => {
    const loaned = await alma.ask('DELETE', `${alma.item('31234000000020')}?override=true`);
    expect(refusalIn(loaned)).to.equal('401849 Item delete errors: Item is on loan.');
    const path = alma.item('31234000000053');
    expect(refusalIn(await alma.ask('DELETE', path))).to.equal('401849 Item delete errors: Item has requests.');
    expect((await alma.ask('DELETE', `${path}?override=true`)).status).to.equal(204);
    expect((await alma.ask('GET', '/users/ada/requests')).json).to.deep.equal({ total_record_count: 0 });
  });

  it('go with their holding, bib and requests in one call, when it says so', async () => {
    const { mmsId, holdingId } = alma.library.itemByBarcode('31234000000053')!;
    const all = `${alma.item('31234000000053')}?override=true&holdings=delete&bib=delete`;
    expect((await alma.ask('DELETE', all)).status).to.equal(204);
    expect([alma.library.bibs.has(mmsId), alma.library.holdings.has(holdingId)]).to.deep.equal([false, false]);
    expect((await alma.ask('GET', '/users/ada/requests')).json.total_record_count).to.equal(0);
  });

  it('in a temporary place say so, keep naming the permanent one, and have the policy of the temporary one', async () => {
    const { json } = await alma.ask('GET', `${alma.item('31234000000137')}?expand=due_date_policy`);
    expect(json.holding_data).to.deep.include({
      in_temp_location: true,
      temp_library: { value: 'MAIN', desc: 'Main Library' },
      temp_location: { value: 'reference', desc: 'Reference Room' },
      temp_policy: { value: 'COURSE', desc: 'Course Reserve' },
      due_back_date: '2026-05-01Z',
    });
    expect([json.item_data.location.value, json.item_data.policy.value]).to.deep.equal(['stacks', 'REGULAR']);
    expect(json.item_data.due_date_policy).to.equal('Course Reserve');
    expect((await alma.lend('ada', '31234000000137')).json.due_date).to.equal('2026-03-05T22:00:00Z');
    expect(refusalIn(await alma.lend('ada', '31234000000145'))).to.match(/^401651 /);
    expect((await alma.scan('31234000000137')).json.additional_info).to.contain('Reshelve to Reference Room.');
  });

  it('are moved to a temporary place and back', async () => {
    const path = alma.item('31234000000012');
    const put = async (holding_data: object) => alma.ask('PUT', path, { json: { holding_data } });
    const there = await put({
      in_temp_location: true,
      temp_location: { value: 'media' },
      temp_policy: { value: 'ILL' },
    });
    expect(there.json.holding_data.temp_location.value).to.equal('media');
    expect((await alma.lend('ada', '31234000000012')).json.due_date).to.equal('2026-03-16T22:00:00Z');
    expect(refusalIn(await put({ in_temp_location: true, temp_location: { value: 'attic' } }))).to.match(/^40166404 /);
    expect((await put({})).json.holding_data.in_temp_location).to.equal(true);
    expect((await put({ in_temp_location: false })).json.holding_data.temp_location.value).to.equal(null);
  });

  it('when the last one goes, its holding and bib are retained, suppressed or deleted', async () => {
    const [kept, suppressed, gone] = ['31234000000012', '31234000000061', '31234000000079'].map((barcode) => ({
      ...alma.library.itemByBarcode(barcode)!,
      path: alma.item(barcode),
    }));
    await alma.ask('DELETE', kept!.path);
    await alma.ask('DELETE', `${suppressed!.path}?holdings=suppress&bib=suppress`);
    await alma.ask('DELETE', `${gone!.path}?holdings=delete&bib=delete`);
    expect(alma.library.holdings.get(kept!.holdingId)!.suppressed).to.equal(false);
    expect(alma.library.holdings.get(suppressed!.holdingId)!.suppressed).to.equal(true);
    expect(alma.library.bibs.get(suppressed!.mmsId)!.suppressed).to.equal(false); // it still has its holding
    expect(alma.library.bibs.has(gone!.mmsId)).to.equal(false);
  });
});
